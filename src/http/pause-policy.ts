import type { HttpOutcome, HttpResponse } from './exchange.ts';
import { quotaPauseMs } from './quota.ts';
import { parseRetryAfter } from './retry-after.ts';
import { backoffMs, BASE_WAIT_MS, MAX_RETRY_AFTER_MS, type Odds } from './retry-policy.ts';

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
