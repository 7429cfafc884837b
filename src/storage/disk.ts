import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  opendirSync,
  readSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { sep } from 'node:path';

import { codeOf, failureOf, type Misplaced, type Nothing, type Problem } from './failures.ts';

/** What a file is like. */
export type FileFacts =
  | { readonly kind: 'file'; readonly size: number; readonly changedAt: number }
  | { readonly kind: 'directory' }
  | Nothing
  | Misplaced
  | Problem;

/** The beginning of a file, and how long all of it is. */
export type FileBytes =
  { readonly kind: 'bytes'; readonly bytes: Buffer; readonly size: number } | Nothing | Misplaced | Problem;

/** One name in a directory. */
export interface Entry {
  readonly name: string;
  readonly isDirectory: boolean;
  /** A symbolic link: what it leads to has to be asked for. */
  readonly isLink: boolean;
}

/** Whether a directory could be listed to its end. */
export type Listed = { readonly kind: 'listed' } | Nothing | Misplaced | Problem;

/**
 * A directory tree that is only read. Paths are relative to it, with slashes. A symbolic link is followed as a registry
 * follows it, as long as it stays in the tree; one that leaves it is a problem, and nothing behind it is touched.
 */
export interface Disk {
  /** The beginning of a file, at most so many bytes; `isPlain` as below. */
  read(path: string, limit: number, isPlain?: boolean): FileBytes;
  /** What is at a path. Its directory is known to be one, and no link, where `isPlain` says so. */
  look(path: string, isPlain?: boolean): FileFacts;
  /** Calls back for every name in a directory, in the disk's order, without holding all of them. */
  each(path: string, visit: (entry: Entry) => void): Listed;
  /** Where it is, for programs. */
  absolute(path: string): string;
  /** The real place of a directory, which tells whether two names are one. */
  real(path: string): string;
}

/** Directories whose standing is remembered; a registry has a few for each repository. */
const REMEMBERED = 20_000;
/** Names that are read from a directory at once. */
const NAMES_AT_ONCE = 512;
/** A pipe or a device must not be waited for, nor a link be followed before it was looked at. */
const READ_ONLY = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Opens a tree: `root` for the paths, and `tree`, which exists and which no link must leave. */
export function createDisk(root: string, tree: string): Disk {
  const realTree = realpathSync(tree);
  const standing = new Map<string, Problem | null>();
  const wrongRoot = checkRoot();

  function checkRoot(): Problem | null {
    try {
      return isInside(realpathSync(root)) ? null : leaves(root);
    } catch (error) {
      const failure = failureOf(error, root);
      return failure.kind === 'problem' ? failure : null;
    }
  }

  function isInside(place: string): boolean {
    return place === realTree || place.startsWith(realTree === sep ? sep : `${realTree}${sep}`);
  }

  function leaves(path: string): Problem {
    return {
      kind: 'problem',
      reason: 'protocol',
      detail: `${path} leads out of the storage by a symbolic link, which is not followed`,
    };
  }

  /** Null where the directory may be entered, be it there or not. */
  function checkDirectory(path: string): Problem | null {
    if (path === '') return wrongRoot;
    const known = standing.get(path);
    if (known !== undefined) return known;
    const verdict = checkDirectory(parentOf(path)) ?? checkLink(path);
    if (standing.size >= REMEMBERED) standing.clear();
    standing.set(path, verdict);
    return verdict;
  }

  /** Null for what is no link, and for one that stays inside or leads nowhere. */
  function checkLink(path: string): Problem | null {
    try {
      if (lstatSync(absolute(path), { throwIfNoEntry: false })?.isSymbolicLink() !== true) return null;
      return isInside(realpathSync(absolute(path))) ? null : leaves(path);
    } catch (error) {
      const failure = failureOf(error, path);
      return failure.kind === 'problem' ? failure : null;
    }
  }

  /** The directory that a file is in is one of a million, and not worth remembering. */
  function checkFile(path: string, isPlain: boolean): Problem | null {
    const directory = parentOf(path);
    return checkDirectory(parentOf(directory)) ?? (isPlain || directory === '' ? null : checkLink(directory));
  }

  function absolute(path: string): string {
    return path === '' ? root : `${root}/${path}`;
  }

  function open(path: string): number | Problem | Nothing | Misplaced {
    try {
      return openSync(absolute(path), READ_ONLY);
    } catch (error) {
      if (codeOf(error) !== 'ELOOP') return failureOf(error, path);
    }
    const problem = checkLink(path);
    if (problem !== null) return problem;
    try {
      return openSync(absolute(path), constants.O_RDONLY | constants.O_NONBLOCK);
    } catch (error) {
      return failureOf(error, path);
    }
  }

  return {
    absolute,
    real: (path) => realpathSync(absolute(path)),

    read(path, limit, isPlain = false) {
      const problem = checkFile(path, isPlain);
      if (problem !== null) return problem;
      const file = open(path);
      if (typeof file !== 'number') return file;
      try {
        const facts = fstatSync(file);
        if (!facts.isFile()) return { kind: 'misplaced', detail: `${path} is no file` };
        // From a pool where it is small: there may be a million links.
        const bytes = Buffer.allocUnsafe(Math.min(limit, facts.size));
        let length = 0;
        for (let read = -1; read !== 0 && length < bytes.length; length += read) {
          read = readSync(file, bytes, length, bytes.length - length, length);
        }
        return { kind: 'bytes', bytes: bytes.subarray(0, length), size: facts.size };
      } catch (error) {
        return failureOf(error, path);
      } finally {
        closeSync(file);
      }
    },

    look(path, isPlain = false) {
      const problem = checkFile(path, isPlain);
      if (problem !== null) return problem;
      try {
        let facts = lstatSync(absolute(path), { throwIfNoEntry: false });
        if (facts?.isSymbolicLink() === true) {
          const outside = checkLink(path);
          if (outside !== null) return outside;
          facts = statSync(absolute(path), { throwIfNoEntry: false });
        }
        if (facts === undefined) return { kind: 'nothing' };
        if (facts.isDirectory()) return { kind: 'directory' };
        if (!facts.isFile()) return { kind: 'misplaced', detail: `${path} is no file` };
        return { kind: 'file', size: facts.size, changedAt: facts.mtimeMs };
      } catch (error) {
        return failureOf(error, path);
      }
    },

    each(path, visit) {
      const problem = checkDirectory(path);
      if (problem !== null) return problem;
      try {
        const directory = opendirSync(absolute(path), { bufferSize: NAMES_AT_ONCE });
        try {
          for (let entry = directory.readSync(); entry !== null; entry = directory.readSync()) {
            visit({ name: entry.name, isDirectory: entry.isDirectory(), isLink: entry.isSymbolicLink() });
          }
        } finally {
          directory.closeSync();
        }
        return { kind: 'listed' };
      } catch (error) {
        return failureOf(error, path);
      }
    },
  };
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0));
}
