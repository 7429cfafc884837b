import { readFile } from 'node:fs/promises';

import { describe, expect, test } from 'vitest';

import { ANSWERS, COLUMNS, COMMANDS, judged, type Command } from './outage-matrix.ts';

const PAGE = new URL('../../docs/decisions/0023-what-an-odd-answer-means.md', import.meta.url);

/** What the decision says of one answer. */
interface Row {
  readonly command: Command;
  readonly answer: string;
  /** One for each column. */
  readonly cells: readonly string[];
}

/** The rows of the decision's tables, each of which is headed by the command that it is for. */
function readRows(text: string): { readonly rows: readonly Row[]; readonly columns: readonly string[] } {
  const rows: Row[] = [];
  const columns = new Set<string>();
  let command: Command | undefined;
  for (const line of text.split('\n').filter((one) => one.startsWith('|') && !one.startsWith('| -'))) {
    const [first = '', ...rest] = line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
    const heads = COMMANDS.find((one) => first === `\`${one}\``);
    if (heads !== undefined) {
      command = heads;
      columns.add(rest.join(' | '));
    } else if (command !== undefined) {
      rows.push({ command, answer: first, cells: rest.map((cell) => cell.replaceAll('`', '')) });
    }
  }
  return { rows, columns: [...columns] };
}

const { rows, columns } = readRows(await readFile(PAGE, 'utf8'));

describe('the table of what an odd answer means', () => {
  test('has a row for each answer under each command, and a column for each thing and extent', () => {
    const named = rows.map(({ command, answer }) => `${command} ${answer}`);

    expect(named).toEqual(COMMANDS.flatMap((command) => Object.keys(ANSWERS).map((answer) => `${command} ${answer}`)));
    expect(columns).toEqual([COLUMNS.join(' | ')]);
    expect(rows.map(({ cells }) => cells.length)).toEqual(rows.map(() => COLUMNS.length));
  });

  const cells = rows.flatMap(({ command, answer, cells: said }) =>
    COLUMNS.map((column, at) => [command, answer, column, said[at] ?? ''] as const),
  );
  test.each(cells)('%s: %s, %s is %s', async (command, answer, column, said) => {
    expect(await judged(command, answer, column)).toBe(said);
  });
});
