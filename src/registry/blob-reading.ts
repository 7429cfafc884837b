import type { BodyRead, HttpOutcome, HttpResponse } from '../http/exchange.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { createDigester, type DigestAlgorithm } from '../oci/digest.ts';
import type { Absent, Found, Lookup, Unknown } from '../walk/lookup.ts';
import type { BlobContent } from '../walk/source.ts';
import { observe } from './answers.ts';
import { blobQuestion } from './blob-request.ts';
import { judgeContent } from './content.ts';
import { announcedLength, contentLength, isEncoded, wrongBytes } from './lengths.ts';

/** Of a blob that is not read whole, in bytes: enough to see that there is something behind the headers. */
const BEGINNING_BYTES = 64 * 1024;

/** A blob on its way: hashed as it comes, and nothing of it kept. */
export interface BlobReading {
  readonly read: BodyRead;
  /** Judges the answer that was read so. */
  judge(answer: HttpOutcome | Unknown): Lookup<BlobContent>;
}

/**
 * Gets ready to read a blob that comes from its beginning: all of it where it is no larger than `wholeUpTo` bytes, and
 * otherwise so much that it is known to come at all, which is a weak check. What was read whole is hashed, and handed on
 * at the pace at which it is taken.
 */
export function startReading(
  descriptor: Descriptor,
  algorithm: DigestAlgorithm,
  wholeUpTo: number,
  handOn?: (chunk: Uint8Array) => Promise<void>,
): BlobReading {
  const { size } = descriptor;
  const isWhole = size <= wholeUpTo;
  const digester = createDigester(algorithm);
  const onChunk = (chunk: Uint8Array): unknown => {
    digester.update(chunk);
    return handOn?.(chunk);
  };
  const question = { ...blobQuestion('the content', descriptor), isEnough: wasMore };

  function judge(answer: HttpOutcome | Unknown): Lookup<BlobContent> {
    const judged = judgeContent(question, answer);
    if (judged.kind !== 'found') return judged;
    if (!isWhole || contentLength(judged.value) === null)
      return { kind: 'found', value: { size: announcedLength(judged.value), weak: true } };
    if (wasMore(judged.value)) return tooLong(judged.value, size);
    return checkHash(judged, digester.digest(), descriptor);
  }

  return { read: { kind: 'stream', limit: isWhole ? size : BEGINNING_BYTES, onChunk }, judge };
}

/** More came than was wanted. */
function wasMore({ end }: HttpResponse): boolean {
  return end === 'limit';
}

function tooLong(response: HttpResponse, size: number): Absent {
  if (isEncoded(response)) return wrongBytes('GET', response, 'more bytes', size);
  const detail = `GET answered ${response.status} and sent more than the ${size} bytes that the descriptor says`;
  return { kind: 'absent', fault: 'size_mismatch', observed: observe('GET', response, detail) };
}

function checkHash({ value }: Found<HttpResponse>, hashed: string, { digest, size }: Descriptor): Lookup<BlobContent> {
  if (hashed === digest) return { kind: 'found', value: { size } };
  const detail = `the content hashes to ${hashed}`;
  return { kind: 'absent', fault: 'digest_mismatch', observed: observe('GET', value, detail) };
}
