import type { HttpOutcome, HttpResponse } from '../http/exchange.ts';
import { unknown, type Absent, type Found, type Unknown } from '../walk/lookup.ts';
import { deniesHaving, isWebPage, observe, undecided } from './answers.ts';
import { announcedLength, compareBody, compareLength, encodingOf, isEncoded, rangeTotal } from './lengths.ts';

/** What was asked for, and what an answer has to be like to bring it. */
export interface ContentQuestion {
  readonly method: 'GET' | 'HEAD';
  /** As details call it: `the manifest`. */
  readonly name: string;
  /** Statuses under which it comes; 206 where a part was asked for. */
  readonly statuses: readonly number[];
  /** In bytes, by the descriptor; null where there is none that says it. */
  readonly size: number | null;
  readonly mayBeEmpty: boolean;
  /** True where bytes will do that nobody can decode, since nobody reads them; they have no length to compare. */
  readonly mayBeEncoded: boolean;
  /** In bytes: what is longer is not read to its end. */
  readonly limit?: number;
  /** True for a body of which enough has come, however it ended. */
  readonly isEnough?: (response: HttpResponse) => boolean;
}

/**
 * Judges an exchange that asked for content, in one order for all of them: whether anything was answered, what the
 * status and the headers say, and how the body came. What is found here is still to be read and hashed.
 */
export function judgeContent(
  question: ContentQuestion,
  answer: HttpOutcome | Unknown,
): Found<HttpResponse> | Absent | Unknown {
  if (answer.kind !== 'response') return undecided(question.method, answer);
  return judgeHeaders(question, answer) ?? judgeBody(question, answer) ?? { kind: 'found', value: answer };
}

function judgeHeaders(question: ContentQuestion, response: HttpResponse): Absent | Unknown | null {
  const { method, size, statuses, mayBeEncoded } = question;
  if (deniesHaving(response)) return { kind: 'absent', fault: 'missing', observed: observe(method, response) };
  if (!statuses.includes(response.status) || isWebPage(response)) return undecided(method, response);
  if (isEncoded(response) && !mayBeEncoded && response.coding?.forNodes !== true) {
    return unreadable(question, response, `something encoded as ${encodingOf(response)}, which nodes do not undo`);
  }
  const announced = response.status === 206 ? rangeTotal(response) : announcedLength(response);
  return compareLength(method, response, announced, size);
}

function judgeBody(question: ContentQuestion, response: HttpResponse): Absent | Unknown | null {
  const { method, name, size, limit, mayBeEmpty, isEnough } = question;
  if (method === 'HEAD' || isEnough?.(response) === true) return null;
  const stopped = interrupted(question, response);
  if (stopped !== null) return stopped;
  if (response.end === 'limit') {
    return untold(question, response, `body_too_large: ${name} is longer than ${limit} bytes`);
  }
  if (response.end === 'cut' || (response.received === 0 && !mayBeEmpty)) {
    return unreadable(question, response, howMuchCame(question, response));
  }
  return response.status === 206 ? null : compareBody(method, response, size);
}

/** Why a body did not come to its end, where that says nothing about the content. */
function interrupted({ method }: ContentQuestion, response: HttpResponse): Unknown | null {
  if (response.end !== 'timeout' && response.end !== 'aborted') return null;
  const where = observe(method, response).detail;
  return response.end === 'timeout'
    ? unknown('timeout', `${where}; the body stopped coming after ${response.received} bytes`)
    : unknown('deadline', `${where}; there was no time left to read the body`);
}

function untold({ method }: ContentQuestion, response: HttpResponse, detail: string): Unknown {
  return unknown('protocol', detail, observe(method, response, detail));
}

function unreadable({ method, name }: ContentQuestion, response: HttpResponse, what: string): Absent {
  const detail = `${method} of ${name} answered ${response.status} and sent ${what}`;
  return { kind: 'absent', fault: 'unreadable', observed: observe(method, response, detail) };
}

function howMuchCame({ size }: ContentQuestion, response: HttpResponse): string {
  const { received, headers } = response;
  if (received === 0) return 'nothing';
  const announced = headers['content-length'];
  const hasTraveled = announced === undefined || received >= Number(announced);
  if (isEncoded(response) && hasTraveled) return `${received} bytes, which are broken as ${encodingOf(response)}`;
  return `${received} of ${announced ?? size ?? 'an unknown number of'} bytes`;
}
