import { digestOf, parseDigest } from '../oci/digest.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { Lookup } from '../walk/lookup.ts';
import type { Ask } from '../walk/source.ts';
import { observe } from './answers.ts';
import { blobQuestion, sendForBlob } from './blob-request.ts';
import type { ApiClient } from './client.ts';
import { judgeContent } from './content.ts';

/** In bytes: configs are a few KiB. */
const SMALL_BLOB_LIMIT = 8 * 1024 * 1024;

/** Reads a small blob, an image's config, and checks that it is the one the digest names. */
export async function readBlob(
  client: ApiClient,
  repository: string,
  descriptor: Descriptor,
  ask: Ask,
): Promise<Lookup<Uint8Array>> {
  const read = { kind: 'all', limit: SMALL_BLOB_LIMIT } as const;
  const answer = await sendForBlob(client, repository, descriptor, { method: 'GET', read }, ask);
  const judged = judgeContent({ ...blobQuestion('the config', descriptor), limit: SMALL_BLOB_LIMIT }, answer);
  if (judged.kind !== 'found') return judged;

  const parsed = parseDigest(descriptor.digest);
  const hashed = parsed.kind === 'supported' ? digestOf(judged.value.body, parsed.algorithm) : '';
  if (hashed === descriptor.digest) return { kind: 'found', value: judged.value.body };
  const detail = `the content hashes to ${hashed}`;
  return { kind: 'absent', fault: 'digest_mismatch', observed: observe('GET', judged.value, detail) };
}
