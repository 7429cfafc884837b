import { parseDigest } from '../oci/digest.ts';
import { answer, type Answer } from './answer.ts';
import { readByteRange } from './byte-range.ts';
import { registryError } from './registry-error.ts';
import type { DemoRequest } from './request.ts';
import type { DemoStore } from './store.ts';

const NO_BYTES = new Uint8Array();

/**
 * A blob, or a range of it, as distribution 2.8 serves it: the length comes from the descriptor cache where it is
 * warm, the bytes from the disk. Where the disk has fewer, the headers are right and the connection ends too early.
 */
export function blob(store: DemoStore, request: DemoRequest): Answer {
  const digest = request.reference ?? '';
  if (parseDigest(digest).kind === 'malformed') return registryError('DIGEST_INVALID', { detail: {} });
  const stored = store.repository(request.repository ?? '')?.blobs.get(digest);
  const size = stored?.cachedSize ?? stored?.bytes?.length;
  if (size === undefined) return registryError('BLOB_UNKNOWN', { detail: digest });

  const bytes = stored?.bytes ?? NO_BYTES;
  const named = { 'cache-control': 'max-age=31536000', 'docker-content-digest': digest, etag: `"${digest}"` };
  const headers = { ...named, 'accept-ranges': 'bytes', 'content-type': 'application/octet-stream' };
  const range = readByteRange(request.headers['range'], size);
  switch (range.kind) {
    case 'all':
      return announced(200, bytes, size, headers);
    case 'part':
      return announced(206, bytes.subarray(range.first, range.last + 1), range.last - range.first + 1, {
        ...headers,
        'content-range': `bytes ${range.first}-${range.last}/${size}`,
      });
    case 'unsatisfiable':
      return refused('invalid range: failed to overlap', size, { ...named, 'content-range': `bytes */${size}` });
    case 'malformed':
      return refused('invalid range', size, named);
  }
}

/** 2.8 leaves the blob's length on this answer too, so that its one line is shorter than said, or cut off. */
function refused(line: string, size: number, headers: Answer['headers']): Answer {
  const text = { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' };
  return announced(416, new TextEncoder().encode(`${line}\n`).subarray(0, size), size, { ...headers, ...text });
}

/** An answer that says it is `length` bytes long, whether they are there or not. */
function announced(status: number, bytes: Uint8Array, length: number, headers: Answer['headers']): Answer {
  const whole = answer(status, bytes, { ...headers, 'content-length': String(length) });
  return bytes.length < length ? { ...whole, delivery: { kind: 'cut', after: bytes.length } } : whole;
}
