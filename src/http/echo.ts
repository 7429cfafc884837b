import { CREDENTIALS } from './headers.ts';

/** In place of what was taken out; it is as good inside of JSON as of any other text. */
const STAND_IN = '***';
/** What is shorter is no secret, but might be a part of any word. */
const SHORTEST_SECRET = 8;
/** A longer secret is recognized by so many of its characters, and what goes on like it is taken for the rest. */
const RECOGNIZED = 64;
const REST = String.raw`[\w+/=.~%\\&#;:-]*`;

/** What may have a secret in it that is encoded more than once: nothing that stands between words. */
const RUN = /[\w+/=.~%\\&#;!$@:-]{16,}/g;
/** A longer one says nothing to people. */
const LONGEST_RUN = 4_096;
/** So many characters are decoded; what comes behind them in so long an error is not read by anybody. */
const MOST_DECODED = 65_536;
/** Escapes within escapes within escapes. */
const ROUNDS = 3;
const ESCAPED =
  /\\{1,4}(?:u00|x)([0-9a-f]{2})|%([0-9a-f]{2})|&(?:amp;)?#(?:x0*([0-9a-f]{1,2})|0*(\d{1,3}));|\\(["/\\])/gi;

/** The last patterns that were made: a registry is asked with the same headers again and again. */
const remembered = new Map<string, RegExp | null>();
const MAX_REMEMBERED = 50;

/**
 * An error document without the credentials that the request went out with: some servers and gateways quote the headers
 * they did not like, and what an error says goes into reports and logs. They are found as they were sent, decoded, and
 * encoded once more, each character as itself or escaped as JSON, URLs and HTML do it; and all of that once more. Header names must be in
 * lower case; `form` is what a form was sent with, which may hold an identity token.
 */
export function withoutEcho(
  body: Uint8Array,
  headers: Readonly<Record<string, string>>,
  form: string | null = null,
): Uint8Array {
  if (body.length === 0) return body;
  const sent = Object.entries(headers).flatMap(([name, value]) => (CREDENTIALS.has(name) ? [value] : []));
  const patterns = [...sent, ...tokensIn(form)].flatMap((secret) => patternOf(secret) ?? []);
  if (patterns.length === 0) return body;
  // One character for each byte, so that all other bytes stay as they are, whatever they mean.
  const text = Buffer.from(body).toString('latin1');
  const once = patterns.reduce((rest, pattern) => rest.replace(pattern, STAND_IN), text);
  let left = MOST_DECODED;
  const clean = once.replace(RUN, (run) => {
    left -= run.length;
    return left < 0 || run.length > LONGEST_RUN || isIn(run, patterns) ? STAND_IN : run;
  });
  return clean === text ? body : Buffer.from(clean, 'latin1');
}

/** Whether a secret comes out of a text that is decoded, and out of what comes out of that. */
function isIn(run: string, patterns: readonly RegExp[]): boolean {
  let text = run;
  for (let round = 0; round <= ROUNDS; round += 1) {
    const readings = [text, ...decodings(text)];
    if (readings.some((one) => patterns.some((pattern) => one.search(pattern) !== -1))) return true;
    const next = text.replace(
      ESCAPED,
      (_, hex?: string, url?: string, entity?: string, decimal?: string, itself = '') => {
        const code = Number.parseInt(hex ?? url ?? entity ?? '', 16);
        if (decimal !== undefined) return String.fromCharCode(Number(decimal));
        return Number.isNaN(code) ? String(itself) : String.fromCharCode(code);
      },
    );
    if (next === text) return false;
    text = next;
  }
  return false;
}

/** What it is in base64 and in hex, wherever in what was encoded it begins. */
function decodings(text: string): readonly string[] {
  const base64 = text.replaceAll(/[^\w+/-]/g, '');
  const hex = text.match(/[0-9a-f]{16,}/gi) ?? [];
  const bytes = [
    ...[0, 1, 2, 3].map((from) => Buffer.from(base64.slice(from), 'base64')),
    ...hex.flatMap((run) => [Buffer.from(run, 'hex'), Buffer.from(run.slice(1), 'hex')]),
  ];
  return bytes.filter(({ length }) => length >= SHORTEST_SECRET).map((one) => one.toString('latin1'));
}

/** https://distribution.github.io/distribution/spec/auth/oauth/ */
function tokensIn(form: string | null): readonly string[] {
  const token = form === null ? null : new URLSearchParams(form).get('refresh_token');
  return token === null ? [] : [token];
}

function patternOf(header: string): RegExp | null {
  const known = remembered.get(header);
  if (known !== undefined) return known;
  const forms = formsOf(header).map((form) => {
    const recognized = form.slice(0, RECOGNIZED).split('').map(anyWay).join('');
    return form.length > RECOGNIZED ? `${recognized}${REST}` : recognized;
  });
  const pattern = forms.length === 0 ? null : new RegExp(forms.join('|'), 'g');
  if (remembered.size >= MAX_REMEMBERED) remembered.clear();
  remembered.set(header, pattern);
  return pattern;
}

/** What a header proves who we are by, in all forms that say as much; the longest first. */
function formsOf(header: string): readonly string[] {
  const [, scheme = '', secret = ''] = /^(?:(\S+)\s+)?(.*)$/s.exec(header) ?? [];
  const decoded = scheme.toLowerCase() === 'basic' ? Buffer.from(secret, 'base64').toString('latin1') : '';
  const password = decoded.slice(decoded.indexOf(':') + 1);
  const plain = [secret, decoded, password].filter(({ length }) => length >= SHORTEST_SECRET);
  const encoded = [header, ...plain].flatMap((text) => [
    ...inBase64(text),
    Buffer.from(text, 'latin1').toString('hex'),
  ]);
  const forms = [...plain, ...encoded].filter(({ length }) => length >= SHORTEST_SECRET);
  return [...new Set(forms)].toSorted((a, b) => b.length - a.length);
}

/**
 * What a text is in base64, wherever it stands in what was encoded: three ways, without the ends, which depend on what is
 * beside it.
 */
function inBase64(text: string): readonly string[] {
  return [0, 1, 2].map((before) => {
    const encoded = Buffer.from(`${'\0'.repeat(before)}${text}`, 'latin1')
      .toString('base64')
      .replace(/=+$/, '');
    return encoded.slice(before === 0 ? 0 : before + 1, -2);
  });
}

/** A character as itself, behind a backslash, or as JSON, URLs and HTML escape it; a percent sign also twice. */
function anyWay(character: string): string {
  const code = character.charCodeAt(0);
  const hex = code.toString(16).padStart(2, '0');
  const eitherCase = hex.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
  const itself = /[A-Za-z0-9]/.test(character) ? character : `\\x${hex}`;
  // Base64 in URLs has other signs in two places.
  const twin = { '+': '|-', '/': '|_' }[character] ?? '';
  return String.raw`(?:\\{0,4}(?:${itself}${twin})|%(?:25){0,3}${eitherCase}|\\{1,4}u00${eitherCase}|\\{1,4}x${eitherCase}|&(?:amp;)?#(?:0*${code}|[xX]0*${eitherCase});)`;
}
