import { parseDigest } from '../oci/digest.ts';
import type { Disk, FileFacts } from './disk.ts';
import type { Misplaced, Nothing, Problem } from './failures.ts';
import { blobDirectory, layerLink, revisionLink, tagLink } from './paths.ts';

/** What a link names. */
export type Link =
  | { readonly kind: 'link'; readonly digest: string }
  /** There is a file, and it holds no digest: a registry fails on it. */
  | { readonly kind: 'garbage'; readonly bytes: number; readonly detail: string }
  | Nothing
  | Misplaced
  | Problem;

/** A file of a link is as long as a digest; of one that is longer no more is read than shows it. */
const LINK_LIMIT = 256;

/** What is not there any more, as far as whoever asks is concerned: a way to see what a clean-up would leave. */
export interface Removed {
  revision(repository: string, digest: string): boolean;
  layer(repository: string, digest: string): boolean;
  blob(digest: string): boolean;
}

/** The links and the data of a storage, as its files say it. */
export interface Links {
  tag(repository: string, tag: string): Link;
  revision(repository: string, digest: string): Link;
  layer(repository: string, digest: string): Link;
  /** The file with the data of a digest. */
  data(digest: string): FileFacts;
}

/** Reads a link wherever it is. Its content decides; that there is a file says nothing. */
export function readLink(disk: Disk, path: string, isPlain = false): Link {
  const file = disk.read(path, LINK_LIMIT, isPlain);
  if (file.kind !== 'bytes') return file;
  const { bytes, size } = file;
  if (size === 0) return { kind: 'garbage', bytes: 0, detail: 'the link is empty' };
  const text = bytes.toString('latin1');
  if (size <= LINK_LIMIT && parseDigest(text).kind === 'supported') return { kind: 'link', digest: text };
  return { kind: 'garbage', bytes: size, detail: `the link holds ${size} bytes that are no digest` };
}

/** The links on a disk; with `removed`, as if some of them were gone. */
export function createLinks(disk: Disk, removed?: Removed): Links {
  return {
    tag: (repository, tag) => readLink(disk, tagLink(repository, tag)),
    revision(repository, digest) {
      if (removed?.revision(repository, digest) === true) return { kind: 'nothing' };
      return readLink(disk, revisionLink(repository, digest));
    },
    layer(repository, digest) {
      if (removed?.layer(repository, digest) === true) return { kind: 'nothing' };
      return readLink(disk, layerLink(repository, digest));
    },
    data(digest) {
      if (removed?.blob(digest) === true) return { kind: 'nothing' };
      return disk.look(`${blobDirectory(digest)}/data`);
    },
  };
}
