import { unknown, type Absent, type Lookup } from '../walk/lookup.ts';
import type { Disk, Entry, Listed } from './disk.ts';
import { LAYERS, MANIFESTS, REPOSITORIES, tagsOf, UPLOADS } from './paths.ts';
import { seen } from './served-manifest.ts';

/** Lets others have their turn now and then: the disk is read without waiting. */
export type Breathe = () => Promise<void>;

/** A repository's name has at most 255 characters; what lies deeper is none, however it got there. */
const MAX_NAME = 255;

/** A repository, by its directory. */
export interface RepositoryDirectory {
  readonly name: string;
  /** Which of its parts there are. */
  readonly parts: ReadonlySet<string>;
}

/**
 * Finds every repository, in the order in which a registry walks them: byte order of the names in each directory, where
 * the repository's own parts begin with `_`. One that the registry's catalog does not show, for want of `_layers` in 2.x
 * or of `_manifests` in 3, serves its tags all the same, and counts. A directory that cannot be looked into is given
 * as a repository, for it may be one, and whoever asks for its tags is told why there are none.
 */
export async function findRepositories(
  disk: Disk,
  breathe: Breathe,
  onRepository: (repository: RepositoryDirectory) => Promise<void> | void,
): Promise<Listed> {
  const above: string[] = [];

  async function enter(path: string, name: string): Promise<Listed> {
    await breathe();
    const names: Entry[] = [];
    const listed = disk.each(path, (entry) => names.push(entry));
    if (listed.kind !== 'listed') return listed;
    const parts = new Set(names.map((entry) => entry.name).filter((one) => PARTS.has(one)));
    const below = names.filter((entry) => !entry.name.startsWith('_') && (entry.isDirectory || entry.isLink));
    const sorted = below.toSorted(byBytes);
    const before = sorted.filter((entry) => entry.name < '_');
    for (const entry of before) await descend(`${path}/${entry.name}`, joined(name, entry.name), entry.isLink);
    if (name !== '' && parts.size > 0) await onRepository({ name, parts });
    const after = sorted.slice(before.length);
    for (const entry of after) await descend(`${path}/${entry.name}`, joined(name, entry.name), entry.isLink);
    return listed;
  }

  async function descend(path: string, name: string, isLink: boolean): Promise<void> {
    if (name.length > MAX_NAME) return;
    const look = isLink ? disk.look(path) : null;
    if (look?.kind === 'problem') return onRepository({ name, parts: UNSEEN });
    if (look !== null && look.kind !== 'directory') return;
    // A link alone leads back to where the search has come from.
    const place = disk.real(path);
    if (isLink && (above.includes(place) || disk.real(REPOSITORIES).startsWith(place))) return;
    above.push(place);
    const listed = await enter(path, name);
    above.pop();
    if (listed.kind === 'problem') await onRepository({ name, parts: UNSEEN });
  }

  return enter(REPOSITORIES, '');
}

const UNSEEN: ReadonlySet<string> = new Set([MANIFESTS]);

const PARTS: ReadonlySet<string> = new Set([LAYERS, MANIFESTS, UPLOADS]);

/** All tags of a repository: whatever is in the directory of the tags, as the registry lists it. */
export function listTags(disk: Disk, repository: string): Lookup<readonly string[]> {
  const tags: string[] = [];
  const listed = disk.each(tagsOf(repository), ({ name }) => tags.push(name));
  switch (listed.kind) {
    case 'listed':
      return { kind: 'found', value: tags };
    case 'nothing':
      return absentList('it has no directory of tags');
    case 'misplaced':
      return unknown('server_error', listed.detail);
    case 'problem':
      return unknown(listed.reason, listed.detail);
  }
}

function absentList(detail: string): Absent {
  return { kind: 'absent', fault: 'missing', observed: seen(detail) };
}

function joined(parent: string, name: string): string {
  return parent === '' ? name : `${parent}/${name}`;
}

function byBytes(a: Entry, b: Entry): number {
  return Buffer.compare(Buffer.from(a.name), Buffer.from(b.name));
}
