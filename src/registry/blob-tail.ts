import type { HttpResponse } from '../http/exchange.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { DigestAlgorithm } from '../oci/digest.ts';
import type { Lookup } from '../walk/lookup.ts';
import type { Ask, BlobContent } from '../walk/source.ts';
import { startReading } from './blob-reading.ts';
import { blobQuestion, sendForBlob } from './blob-request.ts';
import type { ApiClient } from './client.ts';
import { judgeContent } from './content.ts';
import { compareLength, rangeTotal, readRange } from './lengths.ts';

/** How a blob is read that is not to be read whole. */
export interface TailOptions {
  /** The one that the digest names. */
  readonly algorithm: DigestAlgorithm;
  /** In bytes: a blob whose last byte cannot be had alone is read whole up to this size. */
  readonly readWithoutRange: number;
}

/**
 * Reads the last byte of a blob: the cheapest request that a registry cannot answer from its descriptor cache.
 * The last one, because the first one is still there in a file that was cut short. Where it cannot be had, since ranges
 * are ignored, refused, or answered with another part, the blob is read from its beginning.
 */
export async function readTail(
  client: ApiClient,
  repository: string,
  descriptor: Descriptor,
  options: TailOptions,
  ask: Ask,
): Promise<Lookup<BlobContent>> {
  const last = descriptor.size - 1;
  const reading = startReading(descriptor, options.algorithm, options.readWithoutRange);
  const headers = { range: `bytes=${last}-${last}` };
  const answer = await sendForBlob(client, repository, descriptor, { method: 'GET', headers, read: reading.read }, ask);
  if (answer.kind !== 'response' || !isAboutRange(answer)) return reading.judge(answer);

  const other = compareLength('GET', answer, rangeTotal(answer), descriptor.size);
  if (other !== null) return other;
  if (!isByteAt(answer, last)) return readStart(client, repository, descriptor, options, ask);
  const question = { ...blobQuestion('the last byte', descriptor), statuses: [206], isEnough: hasByte };
  const judged = judgeContent(question, answer);
  return judged.kind === 'found' ? { kind: 'found', value: { size: rangeTotal(answer) } } : judged;
}

/** Reads a blob from its beginning: where its last byte cannot be had, or nothing is known to be before it. */
export async function readStart(
  client: ApiClient,
  repository: string,
  descriptor: Descriptor,
  { algorithm, readWithoutRange }: TailOptions,
  ask: Ask,
): Promise<Lookup<BlobContent>> {
  const { pace } = ask;
  const handOn = pace === undefined ? undefined : (chunk: Uint8Array) => pace(chunk.length);
  const reading = startReading(descriptor, algorithm, readWithoutRange, handOn);
  const answer = await sendForBlob(client, repository, descriptor, { method: 'GET', read: reading.read }, ask);
  return reading.judge(answer);
}

function isAboutRange({ status }: HttpResponse): boolean {
  return status === 206 || status === 416;
}

/** Several ranges in one answer have none in their headers, and what is encoded has the bytes of another content. */
function isByteAt(response: HttpResponse, at: number): boolean {
  const range = response.status === 206 ? readRange(response) : null;
  return range?.first === at && range.last === at;
}

function hasByte({ received }: HttpResponse): boolean {
  return received > 0;
}
