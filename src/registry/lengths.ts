import { readCodings } from '../http/decoding.ts';
import type { HttpResponse } from '../http/exchange.ts';
import type { Absent } from '../walk/lookup.ts';
import { observe } from './answers.ts';

/** Of an encoding: those that exist have fewer. */
const SHOWN_CHARACTERS = 60;

/** True when what traveled is not the content itself, so that the lengths in the headers are of something else. */
export function isEncoded({ headers }: HttpResponse): boolean {
  return readCodings(headers['content-encoding']).length > 0;
}

/** The encodings that came, for people; a header may be of any length. */
export function encodingOf({ headers }: HttpResponse): string {
  return readCodings(headers['content-encoding']).join(', ').slice(0, SHOWN_CHARACTERS);
}

/** How many bytes of content came; null where they came encoded and were left so. */
export function contentLength(response: HttpResponse): number | null {
  return isEncoded(response) ? (response.coding?.decoded ?? null) : response.received;
}

/** The content's length as the headers give it, in bytes; null where they do not, or speak of encoded bytes. */
export function announcedLength(response: HttpResponse): number | null {
  return isEncoded(response) ? null : wholeNumber(response.headers['content-length']);
}

/**
 * The full length N in `Content-Range: bytes 4-4/N` (or `*` for the part); null where it is not given, or is that of
 * encoded bytes. RFC 9110, 14.4.
 */
export function rangeTotal(response: HttpResponse): number | null {
  if (isEncoded(response)) return null;
  return wholeNumber(/^bytes\s+(?:\d+-\d+|\*)\/(\d+)$/i.exec(response.headers['content-range'] ?? '')?.[1]);
}

/** The first and the last byte, counted from 0, that a 206 says it brings; null where it says none, or encoded ones. */
export function readRange(response: HttpResponse): { readonly first: number; readonly last: number } | null {
  const [, first, last] =
    /^bytes\s+(\d{1,15})-(\d{1,15})\/(?:\d+|\*)$/i.exec(response.headers['content-range'] ?? '') ?? [];
  return isEncoded(response) || first === undefined ? null : { first: Number(first), last: Number(last) };
}

/** A finding where two lengths are known and differ; null otherwise. A missing length is no finding. */
export function compareLength(
  method: string,
  response: HttpResponse,
  actual: number | null,
  expected: number | null,
): Absent | null {
  if (actual === null || expected === null || actual === expected) return null;
  const detail = `${method} answered ${response.status} with ${actual} bytes where the descriptor says ${expected}`;
  const observed = { ...observe(method, response, detail), bytes: actual };
  return { kind: 'absent', fault: 'size_mismatch', observed, actual };
}

/**
 * A finding where what came has another length than it ought to. Nobody has named the length of what is decoded, so that
 * only the bytes are wrong then.
 */
export function compareBody(method: string, response: HttpResponse, expected: number | null): Absent | null {
  const actual = contentLength(response);
  const other = compareLength(method, response, actual, expected);
  return other === null || !isEncoded(response) ? other : wrongBytes(method, response, `${actual} bytes`, expected);
}

/** Bytes that were decoded, and are others than were named, as their number tells. */
export function wrongBytes(method: string, response: HttpResponse, what: string, expected: number | null): Absent {
  const detail = `${method} answered ${response.status} with ${what} once decoded (${encodingOf(response)}), where the descriptor says ${expected}`;
  return { kind: 'absent', fault: 'digest_mismatch', observed: observe(method, response, detail) };
}

function wholeNumber(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null;
}
