import type { HopOutcome } from './exchange.ts';

/** The first wait; a server that restarts or sheds load needs some. */
export const BASE_WAIT_MS = 250;
/** Waits double up to here: a run has minutes, not hours. */
const MAX_WAIT_MS = 10_000;
/** The longest wait that is honored. A server that asks for more is believed, and left alone, instead of holding the run up. */
export const MAX_RETRY_AFTER_MS = 30_000;

const RETRIED_STATUSES: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);

export type Decision = { readonly kind: 'retry'; readonly waitMs: number } | { readonly kind: 'stop' };

export interface Odds {
  /** Further tries after the first. */
  readonly retries: number;
  /** Milliseconds since the Unix epoch; a Retry-After may be a date. */
  readonly now: number;
  /** In [0, 1). */
  readonly random: number;
}

/**
 * Whether to try again after the given try (the first is 1), and after how many milliseconds.
 * Every method is treated alike: what is sent here, reads and pushes of whole groups, may be sent twice.
 */
export function decide(attempt: number, { outcome, transient }: HopOutcome, { retries, now, random }: Odds): Decision {
  if (attempt > retries) return { kind: 'stop' };
  const backoff: Decision = { kind: 'retry', waitMs: backoffMs(attempt, random) };
  if (outcome.kind === 'failure') return transient ? backoff : { kind: 'stop' };
  if (!RETRIED_STATUSES.has(outcome.status)) return { kind: 'stop' };
  const asked = parseRetryAfter(outcome.headers['retry-after'], now);
  if (asked === null) return backoff;
  if (asked > MAX_RETRY_AFTER_MS) return { kind: 'stop' };
  return { kind: 'retry', waitMs: Math.max(asked, BASE_WAIT_MS) };
}

/**
 * The wait after the given try, in milliseconds, where the server names none. Half of it is fixed and half is drawn, so
 * that many clients spread out and none comes back at once.
 */
export function backoffMs(attempt: number, random: number): number {
  const full = Math.min(MAX_WAIT_MS, BASE_WAIT_MS * 2 ** (attempt - 1));
  return Math.round(full / 2 + (full / 2) * random);
}

const SECONDS = /^\d{1,10}$/;
/** IMF-fixdate and the obsolete RFC 850 form; both say GMT, so that no local time zone can slip in. */
const HTTP_DATE = /^[A-Z][a-z]{2,8}, [\w -]{9,11} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * How many milliseconds a Retry-After header asks to wait, 0 for a moment that has passed; null when it is absent or unreadable.
 * https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 */
export function parseRetryAfter(value: string | undefined, now: number): number | null {
  const text = value?.trim() ?? '';
  if (SECONDS.test(text)) return Number(text) * 1000;
  if (!HTTP_DATE.test(text)) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}
