import { tooMuch, unknown, type Absent, type Lookup, type Observed, type Unknown } from '../walk/lookup.ts';
import type { Disk } from './disk.ts';
import { readAsRegistry, type RegistryVersion, type Served } from './document.ts';
import type { Misplaced, Problem } from './failures.ts';
import type { Link, Links } from './links.ts';
import { blobDirectory } from './paths.ts';

/** In bytes: distribution reads no manifest that is larger. */
const MANIFEST_LIMIT = 4 * 1024 * 1024;

/** How a storage is read. */
export interface Storage {
  readonly disk: Disk;
  readonly links: Links;
  readonly version: RegistryVersion;
}

/** A manifest as the registry would serve it. */
export interface ServedManifest {
  readonly bytes: Uint8Array;
  readonly served: Exclude<Served, { kind: 'failing' | 'too_much' }>;
  readonly observed: Observed;
}

/**
 * Finds a manifest as the registry does: by its revision link, on 2.x then by the link that 2.1 wrote among the layers,
 * then by the data of the digest that the link holds. Only a link that is not there lets it look further.
 * https://github.com/distribution/distribution/blob/v2.8.3/registry/storage/linkedblobstore.go
 */
export function findManifest(
  storage: Storage,
  repository: string,
  digest: string,
): Lookup<{ readonly target: string }> {
  const { links, version } = storage;
  let link: Link = links.revision(repository, digest);
  if (link.kind === 'nothing' && version === 2) link = links.layer(repository, digest);
  if (link.kind === 'nothing') return missing('the link to it is gone', dataHint(storage, digest), digest);
  if (link.kind !== 'link') return notALink(link, digest);
  const data = links.data(link.digest);
  switch (data.kind) {
    case 'file':
      return { kind: 'found', value: { target: link.digest } };
    case 'nothing':
      return missing('its data is gone, and the link to it is there', '', digest);
    case 'directory':
      return missing('a directory is where its data should be', '', digest);
    default:
      return notReadable(data, digest);
  }
}

/** A manifest's bytes, as the registry would send them. */
export function serveManifest(storage: Storage, repository: string, digest: string): Lookup<ServedManifest> {
  const found = findManifest(storage, repository, digest);
  return found.kind === 'found' ? readTarget(storage, digest, found.value.target) : found;
}

function readTarget({ disk, version }: Storage, digest: string, target: string): Lookup<ServedManifest> {
  const file = disk.read(`${blobDirectory(target)}/data`, MANIFEST_LIMIT + 1);
  if (file.kind === 'nothing') return missing('its data is gone, and the link to it is there', '', digest);
  if (file.kind !== 'bytes') return notReadable(file, digest);
  const { bytes, size } = file;
  const elsewhere = target === digest ? '' : `; its link names ${target}`;
  if (size > MANIFEST_LIMIT) {
    return unreadable(
      `its data has ${size} bytes, and a registry reads no manifest of more than ${MANIFEST_LIMIT}`,
      size,
      digest,
    );
  }
  const served = readAsRegistry(bytes, version);
  if (served.kind === 'failing') {
    return unreadable(
      `its data has ${size} bytes and is no manifest that a registry serves: ${served.problem}${elsewhere}`,
      size,
      digest,
    );
  }
  if (served.kind === 'too_much') return tooMuch(`its data has ${served.problem}`);
  return { kind: 'found', value: { bytes, served, observed: seen(`read from the storage${elsewhere}`, size) } };
}

/** Whether the data is there all the same, which says what has removed the link. */
function dataHint({ links }: Storage, digest: string): string {
  return links.data(digest).kind === 'file' ? ', and its data is there' : ', and so is its data';
}

/** What was seen of something in the storage. */
export function seen(detail: string, bytes: number | null = null): Observed {
  return { method: null, status: null, bytes, detail };
}

/** A registry says that it does not have it. */
export function missing(what: string, more = '', digest?: string): Absent {
  const observed = seen(`${what}${more}`);
  return { kind: 'absent', fault: 'missing', observed, ...(digest === undefined ? {} : { digest }) };
}

/** A registry fails on it. */
export function unreadable(detail: string, bytes: number | null, digest?: string): Absent {
  const observed = seen(detail, bytes);
  return { kind: 'absent', fault: 'unreadable', observed, ...(digest === undefined ? {} : { digest }) };
}

/** What is to be said of a link that is no link. */
export function notALink(link: Exclude<Link, { kind: 'link' | 'nothing' }>, digest?: string): Absent | Unknown {
  return link.kind === 'garbage' ? unreadable(link.detail, link.bytes, digest) : notReadable(link, digest);
}

/** What is to be said of what could not be read. */
export function notReadable(it: Problem | Misplaced, digest?: string): Absent | Unknown {
  if (it.kind === 'misplaced') return unreadable(it.detail, null, digest);
  const { reason, detail } = it;
  return it.failed === true ? unknown(reason, detail, { ...seen(detail), failed: true }) : unknown(reason, detail);
}
