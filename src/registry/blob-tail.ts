import type { HttpOutcome, HttpResponse } from '../http/exchange.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { Lookup, Unknown } from '../walk/lookup.ts';
import type { Ask, BlobContent } from '../walk/source.ts';
import { blobQuestion, sendForBlob } from './blob-request.ts';
import type { ApiClient } from './client.ts';
import { judgeContent } from './content.ts';
import { announcedLength, compareLength, isEncoded, rangeTotal } from './lengths.ts';

/** Read at most where a registry ignores the range and sends the blob from its beginning. */
const RANGE_IGNORED_BYTES = 64 * 1024;

/**
 * Reads the last byte of a blob: the cheapest request that a registry cannot answer from its descriptor cache.
 * The last one, because the first one is still there in a file that was cut short.
 */
export async function readTail(
  client: ApiClient,
  repository: string,
  descriptor: Descriptor,
  ask: Ask,
): Promise<Lookup<BlobContent>> {
  const { size } = descriptor;
  const answer = await get(client, repository, descriptor, ask, { range: `bytes=${size - 1}-${size - 1}` });
  if (answer.kind !== 'response' || answer.status !== 416)
    return judge('the last byte', [200, 206], descriptor, answer);
  return compareLength('GET', answer, rangeTotal(answer), size) ?? readStart(client, repository, descriptor, ask);
}

/** Reads a blob from its beginning, and not far: where its end is not known, or nothing is before it. */
export async function readStart(
  client: ApiClient,
  repository: string,
  descriptor: Descriptor,
  ask: Ask,
): Promise<Lookup<BlobContent>> {
  return judge('the content', [200], descriptor, await get(client, repository, descriptor, ask, {}));
}

function get(
  client: ApiClient,
  repository: string,
  descriptor: Descriptor,
  ask: Ask,
  headers: Readonly<Record<string, string>>,
): Promise<HttpOutcome | Unknown> {
  const read = { kind: 'first', bytes: RANGE_IGNORED_BYTES } as const;
  return sendForBlob(client, repository, descriptor, { method: 'GET', headers, read }, ask);
}

function judge(
  name: string,
  statuses: readonly number[],
  descriptor: Descriptor,
  answer: HttpOutcome | Unknown,
): Lookup<BlobContent> {
  const question = { ...blobQuestion(name, descriptor), statuses, mayBeEncoded: true, isEnough };
  const judged = judgeContent(question, answer);
  return judged.kind === 'found' ? { kind: 'found', value: { size: lengthOf(judged.value) } } : judged;
}

/** The byte that was asked for or, of a registry that does not do ranges and sends everything, the beginning. */
function isEnough({ status, received, end }: HttpResponse): boolean {
  return status === 206 ? received > 0 : end === 'limit';
}

function lengthOf(response: HttpResponse): number | null {
  if (response.status === 206) return rangeTotal(response);
  if (response.end === 'limit') return announcedLength(response);
  return isEncoded(response) ? null : response.received;
}
