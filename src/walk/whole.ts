import { isForeignLayer, type Descriptor } from '../oci/descriptor.ts';
import { parseDigest } from '../oci/digest.ts';
import { fetchManifest } from './fetch-manifest.ts';
import { references } from './references.ts';
import type { Ask, BlobCheck, ContentSource } from './source.ts';

/** Indexes in indexes beyond this are nobody's image. */
const MAX_DEPTH = 8;

/** Whether things are whole in one place. Whatever cannot be told there is not: a copy is named, or it is not. */
export interface WholeCheck {
  /** The bytes came to the last one, and not just their length. */
  hasBlob(repository: string, descriptor: Descriptor, check?: BlobCheck): Promise<boolean>;
  /** The manifest came and hashes to its digest. */
  hasManifest(repository: string, digest: string): Promise<boolean>;
  /** So is all that it refers to. */
  isWhole(repository: string, digest: string): Promise<boolean>;
}

/**
 * Asks each question once; none at all once `mayAsk` says no, nor about what is known to be broken there: that its last
 * byte comes would not tell.
 */
export function createWholeCheck(
  source: ContentSource,
  ask: Ask,
  mayAsk: () => boolean,
  isBroken: (repository: string, digest: string) => boolean = () => false,
): WholeCheck {
  const known = new Map<string, Promise<boolean>>();

  function once(key: string, find: () => Promise<boolean>): Promise<boolean> {
    const answer = known.get(key) ?? (mayAsk() ? find() : Promise.resolve(false));
    known.set(key, answer);
    return answer;
  }

  async function look(repository: string, digest: string, depth: number): Promise<boolean> {
    if (depth > MAX_DEPTH || isBroken(repository, digest)) return false;
    const answer = await fetchManifest(source, repository, digest, ask);
    if (answer.kind !== 'found' || answer.value.manifest.kind === 'unsupported') return false;
    for (const [object, descriptor] of references(answer.value.manifest)) {
      if (descriptor.embedded === true || (object === 'layer' && isForeignLayer(descriptor))) continue;
      const isThere =
        object === 'child'
          ? await whole(repository, descriptor.digest, depth + 1)
          : await check.hasBlob(repository, descriptor);
      if (!isThere) return false;
    }
    return true;
  }

  function whole(repository: string, digest: string, depth: number): Promise<boolean> {
    return once(`whole ${repository} ${digest}`, () => look(repository, digest, depth));
  }

  const check: WholeCheck = {
    hasBlob(repository, descriptor, how = 'byte') {
      const { digest, size } = descriptor;
      if (parseDigest(digest).kind !== 'supported' || isBroken(repository, digest)) return Promise.resolve(false);
      return once(`${how} ${repository} ${digest} ${size}`, async () => {
        const answer = await source.blob(repository, descriptor, how, ask);
        return answer.kind === 'found' && answer.value.weak !== true;
      });
    },
    hasManifest: (repository, digest) =>
      once(`manifest ${repository} ${digest}`, async () => {
        if (isBroken(repository, digest)) return false;
        const answer = await fetchManifest(source, repository, digest, ask);
        return answer.kind === 'found' && answer.value.manifest.kind !== 'unsupported';
      }),
    isWhole: (repository, digest) => whole(repository, digest, 0),
  };
  return check;
}
