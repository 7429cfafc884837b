import { opendirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';

import { messageOf } from '../util/errors.ts';
import { codeOf } from './failures.ts';

/** Where distribution's filesystem driver keeps everything, below the directory that it is configured with. */
const LAYOUT = ['docker', 'registry', 'v2'];

/** A directory that is in the way on every volume of some file systems, and that nobody but root can look into. */
const NOT_OURS: ReadonlySet<string> = new Set(['lost+found']);

/** More registries than this below one directory are no directory of registries. */
const MAX_STORAGES = 1000;

/** The storage of one registry. */
export interface StorageRoot {
  /** The directory `docker/registry/v2`, absolute. */
  readonly root: string;
  /** What no symbolic link may leave: the directory that was given, or the one that holds all of the registry. */
  readonly tree: string;
  /** The name of the directory that the registry is configured with. */
  readonly directory: string;
}

/** The storages of a directory, or in one line why there is none. */
export type LocatedStorages =
  | { readonly kind: 'located'; readonly storages: readonly StorageRoot[] }
  | { readonly kind: 'none'; readonly problem: string };

/**
 * Finds the storage at a directory, above it where it is inside of one, or one level below, where there may be several.
 * A directory below that cannot be looked into counts as a storage: nobody can say that it is none.
 */
export function locateStorages(given: string): LocatedStorages {
  const directory = resolve(given);
  const problem = problemOf(directory);
  if (problem !== null) return { kind: 'none', problem: `${given}: ${problem}` };
  const here = at(directory, directory) ?? above(directory);
  if (here !== null) return { kind: 'located', storages: [here] };
  const below = oneLevelBelow(directory);
  if (below.length > MAX_STORAGES) return { kind: 'none', problem: `${given}: more than ${MAX_STORAGES} registries` };
  if (below.length > 0) return { kind: 'located', storages: below };
  return {
    kind: 'none',
    problem: `${given}: no registry's storage: there is no ${LAYOUT.join('/')} in it, above it or one level below`,
  };
}

function problemOf(directory: string): string | null {
  try {
    return statSync(directory).isDirectory() ? null : 'expected a directory, and it is a file';
  } catch (error) {
    if (codeOf(error) === '') throw error;
    return codeOf(error) === 'ENOENT' ? 'there is no such directory' : `it cannot be looked into: ${messageOf(error)}`;
  }
}

function at(top: string, tree: string): StorageRoot | null {
  const root = join(top, ...LAYOUT);
  const found = isDirectory(root);
  return found === 'no' ? null : { root, tree, directory: basename(top) };
}

/** The directory that was given is `docker/registry/v2` itself, a part of the way to it, or inside of it. */
function above(directory: string): StorageRoot | null {
  for (let path = directory; path !== dirname(path); path = dirname(path)) {
    for (const length of [3, 2, 1]) {
      const end = LAYOUT.slice(0, length);
      if (!path.endsWith(`${sep}${end.join(sep)}`)) continue;
      const top = end.reduce((inner) => dirname(inner), path);
      const found = at(top, top);
      if (found !== null) return found;
    }
  }
  return null;
}

function oneLevelBelow(directory: string): readonly StorageRoot[] {
  const found: StorageRoot[] = [];
  const entries = opendirSync(directory);
  try {
    for (let entry = entries.readSync(); entry !== null && found.length <= MAX_STORAGES; entry = entries.readSync()) {
      if (NOT_OURS.has(entry.name) || !(entry.isDirectory() || entry.isSymbolicLink())) continue;
      const storage = at(join(directory, entry.name), directory);
      if (storage !== null) found.push(storage);
    }
  } finally {
    entries.closeSync();
  }
  // One storage under two names is one storage.
  const places = new Map(found.toReversed().map((storage) => [placeOf(storage.root), storage]));
  return [...places.values()].toSorted((a, b) => (a.directory < b.directory ? -1 : 1));
}

function placeOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function isDirectory(path: string): 'yes' | 'no' | 'unknown' {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true ? 'yes' : 'no';
  } catch (error) {
    if (codeOf(error) === '') throw error;
    return ['ENOENT', 'ENOTDIR', 'ELOOP'].includes(codeOf(error)) ? 'no' : 'unknown';
  }
}
