import type { Descriptor } from '../oci/descriptor.ts';
import { parseDigest } from '../oci/digest.ts';
import { unknown, type Lookup, type Unknown } from '../walk/lookup.ts';
import type { Ask, BlobCheck, BlobContent } from '../walk/source.ts';
import { blobQuestion, sendForBlob } from './blob-request.ts';
import { readStart, readTail, type TailOptions } from './blob-tail.ts';
import type { ApiClient } from './client.ts';
import { judgeContent } from './content.ts';
import { announcedLength } from './lengths.ts';
import type { RegistryOptions } from './options.ts';
import { unpackLayer } from './unpack.ts';

/**
 * Tells whether a blob is there. HEAD first, then one byte at its end or all of it, as `check` says: a registry that
 * answers HEAD from its cache says 200 with the right length long after the data is gone. With `byte` there is no HEAD:
 * the length comes with the byte.
 * Asked again, it reads first: another method than the HEAD that found nothing.
 */
export async function checkBlob(
  client: ApiClient,
  { readWithoutRange, unpackLimit }: Pick<RegistryOptions, 'readWithoutRange' | 'unpackLimit'>,
  repository: string,
  descriptor: Descriptor,
  check: BlobCheck,
  ask: Ask,
): Promise<Lookup<BlobContent>> {
  const parsed = parseDigest(descriptor.digest);
  if (parsed.kind !== 'supported')
    return unknown('protocol', `the algorithm of ${descriptor.digest} is not known here`);
  if (check === 'unpack') {
    return unpackLayer(client, repository, descriptor, { algorithm: parsed.algorithm, unpackLimit }, ask);
  }
  // A full check reads everything, however large it is.
  const wholeUpTo = check === 'full' ? Infinity : readWithoutRange;
  const options: TailOptions = { algorithm: parsed.algorithm, readWithoutRange: wholeUpTo };
  // What is empty has no last byte, and its length tells everything.
  const isEmpty = descriptor.size === 0;
  const read = check === 'full' || isEmpty ? readStart : readTail;
  const readsFirst = ask.again ? check === 'full' || !isEmpty : check === 'byte' && !isEmpty;
  if (readsFirst) {
    const answer = await read(client, repository, descriptor, options, ask);
    if (answer.kind !== 'found' || answer.value.size !== null) return answer;
    const { value } = answer;
    const length = await head(client, repository, descriptor, ask);
    return length.kind === 'found' ? { kind: 'found', value: { ...value, ...length.value } } : length;
  }
  const seen = await head(client, repository, descriptor, ask);
  if (seen.kind === 'absent') return seen;
  // Some registries refuse HEAD on blobs and serve GET; then reading decides, whatever was to be checked.
  if (seen.kind === 'unknown' && !refusesHead(seen)) return seen;
  if (seen.kind === 'found' && (check === 'head' || (check !== 'full' && isEmpty && seen.value.size !== null)))
    return seen;
  return read(client, repository, descriptor, options, ask);
}
/** True for a 4xx and "not implemented"; a demand for authentication that cannot be met comes without its answer. */
function refusesHead({ reason, observed }: Unknown): boolean {
  if (reason === 'auth') return true;
  const status = observed?.status ?? 0;
  return status === 501 || (status >= 400 && status < 500 && status !== 429);
}

/** The length that a blob is announced with. */
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
