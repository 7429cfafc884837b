import type { HttpResponse } from '../http/exchange.ts';
import { createDigester, parseDigest } from '../oci/digest.ts';
import type { Descriptor } from '../oci/manifest.ts';
import { unknown, type Absent, type Lookup, type Unknown } from '../walk/lookup.ts';
import type { Ask, BlobCheck, BlobContent } from '../walk/source.ts';
import { deniesHaving, interrupted, isWebPage, observe, undecided } from './answers.ts';
import { readStart, readTail } from './blob-tail.ts';
import type { ApiClient } from './client.ts';
import { announcedLength, compareLength, isEncoded } from './lengths.ts';
import { pullScope, repositoryPath } from './paths.ts';

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
  const canReadTail = descriptor.size !== null && descriptor.size > 0;
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
  const path = repositoryPath(repository, 'blobs', descriptor.digest);
  const read = { kind: 'first', bytes: 0 } as const;
  const answer = await client.send({ method: 'HEAD', path, scope: pullScope(repository), read }, ask);
  if (answer.kind !== 'response') return undecided('HEAD', answer);
  if (deniesHaving(answer)) return { kind: 'absent', fault: 'missing', observed: observe('HEAD', answer) };
  if (answer.status !== 200 || isWebPage(answer)) return undecided('HEAD', answer);
  const size = announcedLength(answer);
  const wrong = compareLength('HEAD', answer, size, descriptor.size);
  return wrong ?? { kind: 'found', value: { size } };
}

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
  const answer = await client.send(
    {
      method: 'GET',
      path: repositoryPath(repository, 'blobs', descriptor.digest),
      scope: pullScope(repository),
      read: { kind: 'stream', onChunk: (chunk) => digester.update(chunk) },
    },
    ask,
  );
  if (answer.kind !== 'response') return undecided('GET', answer);
  if (deniesHaving(answer)) return { kind: 'absent', fault: 'missing', observed: observe('GET', answer) };
  if (answer.status !== 200 || isWebPage(answer)) return undecided('GET', answer);
  if (isEncoded(answer)) return unknown('protocol', 'the content comes encoded although identity was asked for');
  return interrupted('GET', answer) ?? judgeContent(answer, descriptor, digester.digest());
}

function judgeContent(response: HttpResponse, descriptor: Descriptor, digest: string): Lookup<BlobContent> {
  const { size } = descriptor;
  const received = response.received;
  if (response.end === 'cut' || (received === 0 && size !== 0 && size !== null)) {
    return absent(response, 'unreadable', `GET answered 200 and the body ended after ${received} bytes`);
  }
  const wrong = compareLength('GET', response, received, size);
  if (wrong !== null) return wrong;
  if (digest !== descriptor.digest) return absent(response, 'digest_mismatch', `the content hashes to ${digest}`);
  return { kind: 'found', value: { size: received } };
}

function absent(response: HttpResponse, fault: Absent['fault'], detail: string): Absent {
  return { kind: 'absent', fault, observed: observe('GET', response, detail) };
}
