import type { HttpResponse } from './exchange.ts';

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
