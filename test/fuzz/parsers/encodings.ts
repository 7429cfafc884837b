/** In which ways a server may say what it was sent. Each takes characters of one byte. */
export const ENCODINGS = [
  'json',
  'json-all',
  'json-slash',
  'url',
  'url-all',
  'html',
  'html-hex',
  'hex-escape',
  'base64',
  'base64url',
  'hex',
] as const;
export type Encoding = (typeof ENCODINGS)[number];

const hex = (one: string): string => one.charCodeAt(0).toString(16).padStart(2, '0');
const each = (text: string, write: (one: string) => string): string => text.split('').map(write).join('');

const WAYS: Readonly<Record<Encoding, (text: string) => string>> = {
  json: (text) => JSON.stringify(text).slice(1, -1),
  'json-all': (text) => each(text, (one) => `\\u00${hex(one)}`),
  'json-slash': (text) => text.replaceAll('/', '\\/').replaceAll('=', '\\u003D'),
  url: encodeURIComponent,
  'url-all': (text) => each(text, (one) => `%${hex(one).toUpperCase()}`),
  html: (text) => each(text, (one) => (/\w/.test(one) ? one : `&#${one.charCodeAt(0)};`)),
  'html-hex': (text) => each(text, (one) => `&#x${hex(one)};`),
  'hex-escape': (text) => each(text, (one) => `\\x${hex(one)}`),
  base64: (text) => Buffer.from(text, 'latin1').toString('base64'),
  base64url: (text) => Buffer.from(text, 'latin1').toString('base64url'),
  hex: (text) => Buffer.from(text, 'latin1').toString('hex'),
};

/** A text in these forms, one on top of the other. */
export function encodedBy(how: readonly Encoding[], text: string): string {
  return how.reduce((said, way) => WAYS[way](said), text);
}
