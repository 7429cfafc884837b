import { ProbeError } from '../util/errors.ts';
import type { MutableRepository, StoredBlob, StoredManifest } from './stored.ts';

/** Puts back what was there before the change. */
export type Undo = () => void;

/** What can happen to a registry's storage. Whatever is not there to be damaged throws a `nothing_to_damage`. */
export interface Damage {
  /** The manifest is gone; tags and indexes still point to it. */
  removeManifest(repository: string, digest: string): Undo;
  /** Other bytes under the same digest; what is not JSON then answers 500. */
  replaceManifest(repository: string, digest: string, bytes: Uint8Array): Undo;
  /** The same length and the same meaning, but one space instead of a line end: only hashing tells. */
  alterManifest(repository: string, digest: string): Undo;
  /** The blob is gone, and the registry knows it. */
  removeBlob(repository: string, digest: string): Undo;
  /** The data is gone, and the descriptor cache does not know: HEAD answers as before, and no byte comes. */
  loseBlobData(repository: string, digest: string): Undo;
  /** Only the first bytes are left. A `warm` cache still names the old length; by default the short one is named. */
  truncateBlob(repository: string, digest: string, length: number, options?: { readonly warm?: boolean }): Undo;
  /** One bit in the middle is another. */
  flipBlobByte(repository: string, digest: string): Undo;
  /** A tag that is listed and resolves to nothing. */
  danglingTag(repository: string, tag: string): Undo;
  /** What a restart of the registry does: the descriptor cache is cold, so that lost data is known to be lost. */
  restart(): void;
}

const LINE_END = 0x0a;
const SPACE = 0x20;

/** The ways to damage what these repositories hold. */
export function createDamage(repositories: ReadonlyMap<string, MutableRepository>): Damage {
  function repositoryOf(name: string): MutableRepository {
    return present(repositories.get(name), `the repository ${name}`);
  }

  function changeManifest(name: string, digest: string, change: (bytes: Uint8Array) => Uint8Array): Undo {
    const { manifests } = repositoryOf(name);
    const manifest: StoredManifest = present(manifests.get(digest), `the manifest ${digest} in ${name}`);
    return replace(manifests, digest, { ...manifest, bytes: change(manifest.bytes) });
  }

  function changeBlob(name: string, digest: string, change: (bytes: Uint8Array) => StoredBlob | undefined): Undo {
    const { blobs } = repositoryOf(name);
    const bytes = present(blobs.get(digest)?.bytes, `the blob ${digest} in ${name}`);
    return replace(blobs, digest, change(bytes));
  }

  return {
    removeManifest(name, digest) {
      const { manifests } = repositoryOf(name);
      present(manifests.get(digest), `the manifest ${digest} in ${name}`);
      return replace(manifests, digest, undefined);
    },
    replaceManifest: (name, digest, bytes) => changeManifest(name, digest, () => bytes),
    alterManifest: (name, digest) =>
      changeManifest(name, digest, (bytes) => {
        const at = bytes.indexOf(LINE_END);
        if (at === -1) throw nothing(`a line end in the manifest ${digest}`);
        return bytes.with(at, SPACE);
      }),
    removeBlob: (name, digest) => changeBlob(name, digest, () => undefined),
    loseBlobData: (name, digest) => changeBlob(name, digest, ({ length }) => ({ bytes: null, cachedSize: length })),
    truncateBlob: (name, digest, length, { warm = false } = {}) =>
      changeBlob(name, digest, (bytes) => ({
        bytes: bytes.slice(0, length),
        cachedSize: warm ? bytes.length : null,
      })),
    flipBlobByte: (name, digest) =>
      changeBlob(name, digest, (bytes) => {
        const at = Math.floor(bytes.length / 2);
        return { bytes: bytes.with(at, present(bytes[at], `a byte of ${digest}`) ^ 1), cachedSize: null };
      }),
    danglingTag: (name, tag) => replace(repositoryOf(name).tags, tag, null),
    restart() {
      for (const { blobs } of repositories.values()) {
        for (const [digest, blob] of blobs) blobs.set(digest, { ...blob, cachedSize: null });
      }
    },
  };
}

/** Sets an entry, or removes it where the value is undefined. */
export function replace<V>(map: Map<string, V>, key: string, value: V | undefined): Undo {
  const before = map.get(key);
  if (value === undefined) map.delete(key);
  else map.set(key, value);
  return () => {
    if (before === undefined) map.delete(key);
    else map.set(key, before);
  };
}

function present<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) throw nothing(what);
  return value;
}

function nothing(what: string): ProbeError<'nothing_to_damage'> {
  return new ProbeError('nothing_to_damage', `${what} is not there`);
}
