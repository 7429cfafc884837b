const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;

/**
 * Whether there are more values in a JSON text than a number, without building any of them: a value of two bytes takes
 * fifty and more once it is built, so that the size of a text says little of what it costs. Where it is no JSON, the answer
 * means nothing.
 */
export function isHeavyJson(text: Uint8Array, most: number): boolean {
  let values = 0;
  let isText = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text[at];
    if (isText) {
      if (code === BACKSLASH) at += 1;
      else if (code === QUOTE) isText = false;
    } else if (code === QUOTE) isText = true;
    else if (code === COMMA || code === COLON || (code ?? 0) === 0x5b || code === 0x7b) {
      values += 1;
      if (values > most) return true;
    }
  }
  return false;
}
