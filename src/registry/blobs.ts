import { createDigester, parseDigest } from '../oci/digest.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { unknown, type Lookup, type Unknown } from '../walk/lookup.ts';
import type { Ask, BlobCheck, BlobContent } from '../walk/source.ts';
import { observe } from './answers.ts';
import { blobQuestion, sendForBlob } from './blob-request.ts';
import { readStart, readTail } from './blob-tail.ts';
import type { ApiClient } from './client.ts';
import { judgeContent } from './content.ts';
import { announcedLength } from './lengths.ts';

/**
 * Tells whether a blob is there. HEAD first, then one byte at its end or all of it, as `check` says: a registry that
 * answers HEAD from its cache says 200 with the right length long after the data is gone.
 * Asked again, it reads first: another method than the HEAD that found nothing.
 */
export async function checkBlob(
  client: ApiClient,
  repository: string,
  descriptor: Descriptor,
  check: BlobCheck,
  ask: Ask,
): Promise<Lookup<BlobContent>> {
  if (check === 'full' && ask.again) return readAll(client, repository, descriptor, ask);
  const canReadTail = descriptor.size > 0;
  if (ask.again && canReadTail) {
    const tail = await readTail(client, repository, descriptor, ask);
    return tail.kind === 'found' && tail.value.size === null ? head(client, repository, descriptor, ask) : tail;
  }
  const seen = await head(client, repository, descriptor, ask);
  if (seen.kind === 'absent') return seen;
  // Some registries refuse HEAD on blobs and serve GET; then reading decides, whatever was to be checked.
  if (seen.kind === 'unknown' && !refusesHead(seen)) return seen;
  if (check === 'full') return readAll(client, repository, descriptor, ask);
  if (seen.kind === 'found' && check === 'head') return seen;
  if (canReadTail) return readTail(client, repository, descriptor, ask);
  return seen.kind === 'found' ? seen : readStart(client, repository, descriptor, ask);
}

/** True for a 4xx and "not implemented"; a demand for authentication that cannot be met comes without its answer. */
function refusesHead({ reason, observed }: Unknown): boolean {
  if (reason === 'auth') return true;
  const status = observed?.status ?? 0;
  return status === 501 || (status >= 400 && status < 500 && status !== 429);
}

async function head(
  client: ApiClient,
  repository: string,
  descriptor: Descriptor,
  ask: Ask,
): Promise<Lookup<BlobContent>> {
  const read = { kind: 'first', bytes: 0 } as const;
  const answer = await sendForBlob(client, repository, descriptor, { method: 'HEAD', read }, ask);
  const question = { ...blobQuestion('the content', descriptor), method: 'HEAD', mayBeEncoded: true } as const;
  const judged = judgeContent(question, answer);
  return judged.kind === 'found' ? { kind: 'found', value: { size: announcedLength(judged.value) } } : judged;
}

/** Reads all of a blob as it comes, keeping nothing of it, and hashes it. */
async function readAll(
  client: ApiClient,
  repository: string,
  descriptor: Descriptor,
  ask: Ask,
): Promise<Lookup<BlobContent>> {
  const parsed = parseDigest(descriptor.digest);
  if (parsed.kind !== 'supported')
    return unknown('protocol', `the algorithm of ${descriptor.digest} is not known here`);
  const digester = createDigester(parsed.algorithm);
  const read = { kind: 'stream', onChunk: (chunk: Uint8Array) => digester.update(chunk) } as const;
  const answer = await sendForBlob(client, repository, descriptor, { method: 'GET', read }, ask);
  const judged = judgeContent(blobQuestion('the content', descriptor), answer);
  if (judged.kind !== 'found') return judged;

  const hashed = digester.digest();
  if (hashed === descriptor.digest) return { kind: 'found', value: { size: judged.value.received } };
  const detail = `the content hashes to ${hashed}`;
  return { kind: 'absent', fault: 'digest_mismatch', observed: observe('GET', judged.value, detail) };
}
