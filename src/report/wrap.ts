/** Never narrower than this, however little room is left: one word per line helps nobody. */
const MIN_WIDTH = 30;

/** A word, or a command in backticks, which has to stay in one piece to be copied. */
const PIECE = /(?:`[^`]*`|[^\s`]+|`)+/g;

/** Breaks text into lines of at most `width` columns; digests and commands that are longer stay whole. */
export function wrap(text: string, width: number): readonly string[] {
  const limit = Math.max(width, MIN_WIDTH);
  const lines: string[] = [];
  let line = '';
  for (const piece of text.match(PIECE) ?? []) {
    if (line === '') line = piece;
    else if (line.length + 1 + piece.length <= limit) line += ` ${piece}`;
    else {
      lines.push(line);
      line = piece;
    }
  }
  return line === '' ? lines : [...lines, line];
}
