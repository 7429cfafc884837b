import type { HttpRequest } from './exchange.ts';
import { trimBlanks } from './headers.ts';

/** What came of reading the head of an answer, with the blank line at its end. */
export type Head =
  /** The same head as a strict parser takes it, on a connection that is closed after its body. */
  | { readonly kind: 'final'; readonly text: string; readonly chunked: boolean; readonly changed: boolean }
  /** Something before the answer proper, such as 103 Early Hints. */
  | { readonly kind: 'interim' }
  | { readonly kind: 'not_http' }
  /** What is odd about it, to follow "an answer that cannot be read: ". */
  | { readonly kind: 'garbled'; readonly oddity: string };

/** Said of a body that comes in another way than nodes take it, whatever a parser makes of it. */
export const ODD_TRANSFER = 'a Transfer-Encoding other than chunked';

interface Field {
  readonly name: string;
  readonly value: string;
}

const STATUS_LINE = /^HTTP\/1\.(\d) +(\d{3})(?: .*)?$/s;
/** A blank in a name is no error in Go: it makes a field that nobody asks for. */
const NAME = /^[!#$%&'*+.^_`|~\w -]+$/;
/** Anything but a tab, what can be seen, and the bytes above ASCII. */
const CONTROL = /[^\t\x20-\x7e\x80-\xff]/;
/** Ours is the last word on whether the connection is used again. */
const OF_THE_CONNECTION: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'proxy-connection', 'upgrade']);

/**
 * Reads a head, one character for each byte, by the rules of Go's net/http, which is what nodes pull with: lines that end
 * with LF alone, folded lines, the same Content-Length more than once, and one beside `chunked`, which then decides.
 * What could be read in two ways is refused there and here: lengths that differ, other codings of the transfer, a CR or
 * another control character in a value.
 * https://www.rfc-editor.org/rfc/rfc9112#section-6.3
 */
export function readHead(raw: string, method: HttpRequest['method']): Head {
  const [first = '', ...rest] = raw
    .replace(/\r?\n\r?\n$/, '')
    .split('\n')
    .map((line) => line.replace(/\r$/, ''));
  const [, minor, code] = STATUS_LINE.exec(first) ?? [];
  if (minor === undefined || code === undefined) return { kind: 'not_http' };
  const status = Number(code);
  if (status < 100 || status === 101) return garbled(`the status ${code}`);
  if (status < 200) return { kind: 'interim' };

  const fields = readFields(rest);
  if (typeof fields === 'string') return garbled(fields);
  const lengths = valuesOf(fields, 'content-length');
  if (new Set(lengths).size > 1) return garbled('two Content-Length fields that differ');
  if (!lengths.every((length) => /^\d{1,18}$/.test(length))) return garbled('a Content-Length that is no number');
  // Nobody sent chunks in HTTP/1.0.
  const codings = minor === '0' ? [] : valuesOf(fields, 'transfer-encoding');
  if (codings.length > 1 || !codings.every((coding) => coding.toLowerCase() === 'chunked')) {
    return garbled(ODD_TRANSFER);
  }

  const bodiless = method === 'HEAD' || status === 204 || status === 304;
  const chunked = codings.length === 1 && !bodiless;
  const length = lengths[0] === undefined || chunked ? [] : [{ name: 'Content-Length', value: lengths[0] }];
  const framing: readonly Field[] = chunked ? [{ name: 'Transfer-Encoding', value: 'chunked' }] : length;
  const others = fields.filter(({ name }) => !name.includes(' ') && !isFraming(name));
  const lines = [...others, ...framing].map(({ name, value }) => `${name}: ${value}\r\n`);
  return {
    kind: 'final',
    text: `HTTP/1.1 ${code}\r\n${lines.join('')}Connection: close\r\n\r\n`,
    chunked,
    changed: minor > '1' || isOdd(raw, fields, lengths.length + codings.length),
  };
}

/** The fields of these lines, or what is odd about one of them. */
function readFields(lines: readonly string[]): readonly Field[] | string {
  // A value may be folded over twenty thousand lines, and is put together once.
  const fields: { readonly name: string; readonly parts: string[] }[] = [];
  for (const line of lines) {
    const last = fields.at(-1);
    const isFolded = /^[ \t]/.test(line);
    if (isFolded && last === undefined) return 'a header that begins with a blank';
    const colon = isFolded ? -1 : line.indexOf(':');
    if (!isFolded && colon === -1) return 'a header line without a colon';
    const name = line.slice(0, Math.max(0, colon));
    if (!isFolded && !NAME.test(name)) return 'a header with a name that is none';
    const value = trimBlanks(line.slice(colon + 1));
    if (CONTROL.test(value)) return 'a control character in a header';
    if (!isFolded || last === undefined) fields.push({ name, parts: [value] });
    else if (value !== '') last.parts.push(value);
  }
  return fields.map(({ name, parts }) => ({ name, value: trimBlanks(parts.join(' ')) }));
}

/** Whether a strict parser has reason to refuse this head, although it can be read in one way only. */
function isOdd(raw: string, fields: readonly Field[], framings: number): boolean {
  const bareLines = /(?<!\r)\n/.test(raw);
  const folded = /\n[ \t]/.test(raw);
  const padded = /^content-length:[^\r\n]*[ \t]\r?$/im.test(raw);
  return bareLines || folded || padded || framings > 1 || fields.some(({ name }) => name.includes(' '));
}

function valuesOf(fields: readonly Field[], wanted: string): readonly string[] {
  return fields.filter(({ name }) => name.toLowerCase() === wanted).map(({ value }) => value);
}

function isFraming(name: string): boolean {
  const lower = name.toLowerCase();
  return lower === 'content-length' || lower === 'transfer-encoding' || OF_THE_CONNECTION.has(lower);
}

function garbled(oddity: string): Head {
  return { kind: 'garbled', oddity };
}
