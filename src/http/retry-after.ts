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
