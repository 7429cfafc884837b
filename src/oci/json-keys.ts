import { BACKSLASH, decodeText, NONE } from './json-bytes.ts';

/** Which of some names the key is that stands between these places, its quotes included; null for none of them. */
export type KeyOf<K extends string> = (document: Buffer, start: number, end: number) => K | null;

/**
 * Gets ready to tell keys by their bytes, as Go does, in whatever case they are written: of a document there may be half a
 * million keys, nearly none of which anybody wants to know.
 */
export function createKeys<K extends string>(names: readonly K[]): KeyOf<K> {
  const folded = names.map((name) => ({ name, letters: Buffer.from(fold(name)) }));
  const byFold = new Map(names.map((name) => [fold(name), name]));
  return (document, start, end) => {
    const length = end - start - 2;
    if (!isPlain(document, start + 1, end - 1)) return byFold.get(fold(textOf(document, start, end))) ?? null;
    const known = folded.find(({ letters }) => letters.length === length && isCalled(document, start + 1, letters));
    return known?.name ?? null;
  };
}

function isCalled(document: Uint8Array, start: number, letters: Uint8Array): boolean {
  for (let index = 0; index < letters.length; index += 1) {
    const code = document[start + index] ?? NONE;
    if ((code >= 0x41 && code <= 0x5a ? code | 0x20 : code) !== letters[index]) return false;
  }
  return true;
}

/** Two letters outside ASCII fold to letters of it: the long s and the Kelvin sign. */
function fold(name: string): string {
  return name
    .replaceAll('\u017F', 's')
    .replaceAll('\u212A', 'k')
    .replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** The text of the string that stands between these places, its quotes included. */
export function textOf(document: Buffer, start: number, end: number): string {
  if (isPlain(document, start + 1, end - 1)) return document.toString('latin1', start + 1, end - 1);
  const inside = document.subarray(start + 1, end - 1);
  if (!inside.includes(BACKSLASH)) return decodeText(inside);
  return (JSON.parse(decodeText(document.subarray(start, end))) as string).toWellFormed();
}

/** Whether each byte stands for itself. */
function isPlain(text: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) {
    const code = text[at] ?? NONE;
    if (code >= 0x80 || code === BACKSLASH) return false;
  }
  return true;
}
