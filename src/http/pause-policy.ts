import type { HttpOutcome, HttpResponse } from './exchange.ts';
import { backoffMs, BASE_WAIT_MS, MAX_RETRY_AFTER_MS, parseRetryAfter, type Odds } from './retry-policy.ts';

/** What an answer means for everything else that is to be sent to the host that gave it. */
export type Pause =
  /** It is sent later. */
  | { readonly kind: 'wait'; readonly ms: number }
  /** The host asked, with this status, for more than is waited for: nothing is sent to it in all that time. */
  | { readonly kind: 'shut'; readonly ms: number; readonly status: number };

/**
 * The pause that the answer to the given try (the first is 1) asks for; null for none.
 * A 429, and a 503 that says when to come back, are about the client and not about the one request.
 */
export function pauseAfter(attempt: number, outcome: HttpOutcome, odds: Pick<Odds, 'now' | 'random'>): Pause | null {
  if (outcome.kind === 'failure') return null;
  const refused = pauseOfRefusal(attempt, outcome, odds);
  const quotaMs = pauseOfQuota(outcome);
  return quotaMs > (refused?.ms ?? 0) ? { kind: 'wait', ms: quotaMs } : refused;
}

function pauseOfRefusal(
  attempt: number,
  { status, headers }: HttpResponse,
  { now, random }: Pick<Odds, 'now' | 'random'>,
): Pause | null {
  if (status !== 429 && status !== 503) return null;
  const asked = parseRetryAfter(headers['retry-after'], now);
  if (asked === null) return status === 429 ? { kind: 'wait', ms: backoffMs(attempt, random) } : null;
  if (asked > MAX_RETRY_AFTER_MS) return { kind: 'shut', ms: asked, status };
  return { kind: 'wait', ms: Math.max(asked, BASE_WAIT_MS) };
}

/**
 * A quota that is used up is waited for where that takes no longer than any other wait. Where it takes longer, the
 * requests go on: the answer was a good one, some servers count only some requests (Docker Hub counts no HEAD), and a
 * window is the longest time that it can take, not the time that it takes. A server that means to stop us answers 429.
 */
function pauseOfQuota({ headers }: HttpResponse): number {
  const ms = quotaPauseMs(headers) ?? 0;
  return ms > MAX_RETRY_AFTER_MS ? 0 : ms;
}

/** `0` or, with the length of the window in seconds, `0;w=21600`. */
const REMAINING = /^(\d{1,15})\s*(?:;\s*w=(\d{1,10})\s*)?$/i;
const SECONDS = /^\d{1,10}$/;

/**
 * For how many milliseconds a server says that nothing more may be asked of it; null when it does not say that, or not
 * for how long. Two forms are in use: three fields (`RateLimit-Remaining: 0` with `RateLimit-Reset: 20`, or with the
 * window, `0;w=20`), and one field (`RateLimit: limit=100, remaining=0, reset=20`).
 * https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-ratelimit-headers-06
 */
export function quotaPauseMs(headers: HttpResponse['headers']): number | null {
  if (!('ratelimit-remaining' in headers || 'ratelimit' in headers)) return null;
  const seconds = [secondsOfFields(headers), secondsOfField(headers['ratelimit'] ?? '')].filter((one) => one !== null);
  return seconds.length === 0 ? null : Math.max(...seconds) * 1000;
}

/** A reset is the moment that is meant; the window, within which it has to come, stands in where there is none. */
function secondsOfFields(headers: HttpResponse['headers']): number | null {
  const windows: (number | null)[] = [];
  for (const item of (headers['ratelimit-remaining'] ?? '').split(',')) {
    const [, remaining, window] = REMAINING.exec(item.trim()) ?? [];
    if (remaining !== undefined && Number(remaining) === 0) windows.push(parseSeconds(window));
  }
  if (windows.length === 0) return null;
  const known = windows.filter((window) => window !== null);
  return parseSeconds(headers['ratelimit-reset']) ?? (known.length === 0 ? null : Math.max(...known));
}

function secondsOfField(field: string): number | null {
  const members = new Map(
    field.split(',').map((member) => {
      const [name = '', value = ''] = member.split('=', 2);
      return [name.trim().toLowerCase(), value.trim()];
    }),
  );
  return members.get('remaining') === '0' ? parseSeconds(members.get('reset')) : null;
}

function parseSeconds(text: string | undefined): number | null {
  const trimmed = text?.trim() ?? '';
  return SECONDS.test(trimmed) ? Number(trimmed) : null;
}
