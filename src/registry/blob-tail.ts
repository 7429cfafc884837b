import type { HttpResponse } from '../http/exchange.ts';
import type { Descriptor } from '../oci/manifest.ts';
import type { Absent, Lookup } from '../walk/lookup.ts';
import type { Ask, BlobContent } from '../walk/source.ts';
import { deniesHaving, interrupted, isWebPage, observe, undecided } from './answers.ts';
import type { ApiClient } from './client.ts';
import { announcedLength, compareLength, isEncoded, rangeTotal } from './lengths.ts';
import { pullScope, repositoryPath } from './paths.ts';

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
  const size = descriptor.size ?? 0;
  const answer = await get(client, repository, descriptor, ask, { range: `bytes=${size - 1}-${size - 1}` });
  if (answer.kind !== 'response') return undecided('GET', answer);
  if (answer.status === 206) return judgePart(answer, size);
  if (answer.status !== 416) return judgeWhole(answer, size);
  return compareLength('GET', answer, rangeTotal(answer), size) ?? readStart(client, repository, descriptor, ask);
}

/** Reads a blob from its beginning, and not far: where its end is not known, or nothing is before it. */
export async function readStart(
  client: ApiClient,
  repository: string,
  descriptor: Descriptor,
  ask: Ask,
): Promise<Lookup<BlobContent>> {
  const whole = await get(client, repository, descriptor, ask, {});
  return whole.kind === 'response' ? judgeWhole(whole, descriptor.size) : undecided('GET', whole);
}

function get(
  client: ApiClient,
  repository: string,
  descriptor: Descriptor,
  ask: Ask,
  headers: Readonly<Record<string, string>>,
): ReturnType<ApiClient['send']> {
  const path = repositoryPath(repository, 'blobs', descriptor.digest);
  const read = { kind: 'first', bytes: RANGE_IGNORED_BYTES } as const;
  return client.send({ method: 'GET', path, headers, scope: pullScope(repository), read }, ask);
}

function judgePart(response: HttpResponse, size: number): Lookup<BlobContent> {
  const total = rangeTotal(response);
  const wrong = compareLength('GET', response, total, size);
  if (wrong !== null) return wrong;
  if (response.received > 0) return { kind: 'found', value: { size: total } };
  return interrupted('GET', response) ?? unreadable(response, `GET of the last byte answered 206 and sent nothing`);
}

/** The registry does not do ranges: it sends everything, of which the beginning has to do. */
function judgeWhole(response: HttpResponse, size: number | null): Lookup<BlobContent> {
  if (deniesHaving(response)) return { kind: 'absent', fault: 'missing', observed: observe('GET', response) };
  if (response.status !== 200 || isWebPage(response)) return undecided('GET', response);
  const announced = announcedLength(response);
  const wrong = compareLength('GET', response, announced, size);
  if (wrong !== null) return wrong;
  if (response.end === 'limit') return { kind: 'found', value: { size: announced } };
  const stopped = interrupted('GET', response);
  if (stopped !== null) return stopped;
  const { end, received } = response;
  if (end === 'cut' || (received === 0 && (size ?? 0) > 0)) {
    const whole = size === null ? '' : ` of ${size}`;
    return unreadable(response, `GET answered 200 and the body ended after ${received}${whole} bytes`);
  }
  if (isEncoded(response)) return { kind: 'found', value: { size: null } };
  return compareLength('GET', response, received, size) ?? { kind: 'found', value: { size: received } };
}

function unreadable(response: HttpResponse, detail: string): Absent {
  return { kind: 'absent', fault: 'unreadable', observed: observe('GET', response, detail) };
}
