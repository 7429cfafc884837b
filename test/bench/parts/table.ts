/** The middle of some numbers, with the least and the most of them. */
export interface Spread {
  readonly least: number;
  readonly middle: number;
  readonly most: number;
}

/** Throws where there is no number. */
export function spreadOf(numbers: readonly number[]): Spread {
  const sorted = numbers.toSorted((a, b) => a - b);
  const [least, middle, most] = [sorted[0], sorted[sorted.length >> 1], sorted.at(-1)];
  if (least === undefined || middle === undefined || most === undefined) throw new Error('nothing was measured');
  return { least, middle, most };
}

/** `1.23 (1.20 to 1.31)` */
export function show({ least, middle, most }: Spread, digits = 2): string {
  return `${middle.toFixed(digits)} (${least.toFixed(digits)} to ${most.toFixed(digits)})`;
}

/** A table as Markdown has it. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
