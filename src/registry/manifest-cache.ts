import { createHash } from 'node:crypto';

import { digestOf, parseDigest } from '../oci/digest.ts';
import { MANIFEST_ACCEPT } from '../oci/media-types.ts';
import type { Lookup } from '../walk/lookup.ts';
import type { Ask, ManifestContent } from '../walk/source.ts';
import { observe } from './answers.ts';
import type { ApiClient } from './client.ts';
import { announcedLength, isEncoded } from './lengths.ts';
import { getManifest, sendForManifest } from './manifests.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** A manifest as a GET brought it: its bytes hash to its digest. */
export interface KeptManifest {
  readonly bytes: Uint8Array;
  /** As declared beside the bytes. */
  readonly mediaType: string;
  /** When that was, in milliseconds since the epoch. */
  readonly gotAt: number;
}

/** Keeps manifests from one run to the next, each for one repository: links are lost one by one. */
export interface ManifestStore {
  /** Null for one that is not kept, and for one whose bytes are not what its digest names. Never rejects. */
  read(repository: string, digest: string): Promise<KeptManifest | null>;
  /** Never rejects: what cannot be kept is asked for again. */
  write(repository: string, digest: string, manifest: KeptManifest): Promise<void>;
}

/** A store, and when to leave it alone. */
export interface ManifestCache {
  readonly store: ManifestStore;
  /** Earlier runs found this manifest broken: nothing but a GET tells of it. */
  isBroken(repository: string, digest: string): boolean;
  now(): number;
}

/**
 * A manifest by its digest, of which the bytes are at hand where an earlier GET brought them: then HEAD tells whether it
 * is still there, under the same type and of the same length. Any other answer, and once a day in its turn each that is
 * kept, is followed by GET, for a HEAD says nothing of bytes.
 */
export async function getManifestByHead(
  client: ApiClient,
  limit: number,
  cache: ManifestCache,
  repository: string,
  digest: string,
  ask: Ask,
): Promise<Lookup<ManifestContent>> {
  const now = cache.now();
  const kept = cache.isBroken(repository, digest) ? null : await cache.store.read(repository, digest);
  if (kept !== null && kept.bytes.length <= limit && !isDue(`${repository}@${digest}`, kept.gotAt, now)) {
    const confirmed = await isStillThere(client, repository, digest, kept, ask);
    if (confirmed !== null) return confirmed;
  }
  const answer = await getManifest(client, limit, repository, digest, ask);
  if (answer.kind !== 'found') return answer;
  const { bytes, mediaType } = answer.value;
  const parsed = parseDigest(digest);
  const isItself = parsed.kind === 'supported' && digestOf(bytes, parsed.algorithm) === digest;
  if (isItself) await cache.store.write(repository, digest, { bytes, mediaType, gotAt: now });
  return answer;
}

async function isStillThere(
  client: ApiClient,
  repository: string,
  digest: string,
  { bytes, mediaType }: KeptManifest,
  ask: Ask,
): Promise<Lookup<ManifestContent> | null> {
  const question = { method: 'HEAD', read: { kind: 'first', bytes: 0 }, accept: MANIFEST_ACCEPT } as const;
  const head = await sendForManifest(client, repository, digest, question, ask);
  if (head.kind !== 'response' || head.status !== 200 || isEncoded(head)) return null;
  const { headers } = head;
  const isSame =
    (headers['content-type'] ?? '') === mediaType &&
    announcedLength(head) === bytes.length &&
    (headers['docker-content-digest'] ?? digest) === digest;
  return isSame ? { kind: 'found', value: { bytes, mediaType, observed: observe('HEAD', head) } } : null;
}

/** Whether the moment of the day at which a thing has its turn has passed since, or there is no believing the clock. */
export function isDue(name: string, since: number, now: number): boolean {
  const turn = createHash('sha256').update(name).digest().readUInt32BE(0) / 2 ** 32;
  const round = (time: number): number => Math.floor(time / DAY_MS - turn);
  return since > now || round(now) > round(since);
}
