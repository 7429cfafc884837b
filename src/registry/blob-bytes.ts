import { digestOf, parseDigest } from '../oci/digest.ts';
import type { Descriptor } from '../oci/manifest.ts';
import { unknown, type Lookup } from '../walk/lookup.ts';
import type { Ask } from '../walk/source.ts';
import { deniesHaving, interrupted, isWebPage, observe, undecided } from './answers.ts';
import type { ApiClient } from './client.ts';
import { isEncoded } from './lengths.ts';
import { pullScope, repositoryPath } from './paths.ts';

/** In bytes: configs are a few KiB. */
const SMALL_BLOB_LIMIT = 8 * 1024 * 1024;

/** Reads a small blob, an image's config, and checks that it is the one the digest names. */
export async function readBlob(
  client: ApiClient,
  repository: string,
  descriptor: Descriptor,
  ask: Ask,
): Promise<Lookup<Uint8Array>> {
  const path = repositoryPath(repository, 'blobs', descriptor.digest);
  const read = { kind: 'all', limit: SMALL_BLOB_LIMIT } as const;
  const answer = await client.send({ method: 'GET', path, scope: pullScope(repository), read }, ask);
  if (answer.kind !== 'response') return undecided('GET', answer);
  if (deniesHaving(answer)) return { kind: 'absent', fault: 'missing', observed: observe('GET', answer) };
  if (answer.status !== 200 || isWebPage(answer)) return undecided('GET', answer);
  if (isEncoded(answer)) return unknown('protocol', 'the content comes encoded although identity was asked for');
  const stopped = interrupted('GET', answer);
  if (stopped !== null) return stopped;
  if (answer.end === 'limit')
    return unknown('protocol', `body_too_large: a config longer than ${SMALL_BLOB_LIMIT} bytes`);
  if (answer.end === 'cut') return { kind: 'absent', fault: 'unreadable', observed: observe('GET', answer) };

  const parsed = parseDigest(descriptor.digest);
  const hashed = parsed.kind === 'supported' ? digestOf(answer.body, parsed.algorithm) : '';
  if (hashed === descriptor.digest) return { kind: 'found', value: answer.body };
  const detail = `the content hashes to ${hashed}`;
  return { kind: 'absent', fault: 'digest_mismatch', observed: observe('GET', answer, detail) };
}
