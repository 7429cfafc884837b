import { expect, test } from 'vitest';

import { EXIT_CODE_MEANINGS } from '../../src/cli/exit-codes.ts';
import { probe } from '../support/probe.ts';
import { blocksOf } from './markdown.ts';
import { textOf } from './pipelines.ts';

const README = textOf('README.md');

/** The longest that somebody who looks for the first time reads to its end. */
const MOST_LINES = 250;

test('is short', () => {
  expect(README.trimEnd().split('\n').length).toBeLessThan(MOST_LINES);
});

test('every exit code has a row', () => {
  expect(EXIT_CODE_MEANINGS.filter(([code]) => !new RegExp(`^\\| ${code} +\\| `, 'm').test(README))).toEqual([]);
});

test('what it shows of the demo is what the demo prints, in this order', async () => {
  const shown = blocksOf(README, 'text')[0]?.split('\n').map(withoutChance) ?? [];
  const { stdout } = await probe(['demo'], { PROBE_RETRIES: '2' });
  const printed = stdout.split('\n').map(withoutChance);

  const lines = shown.filter((line) => line.trim() !== '' && !line.includes('…'));
  let from = 0;
  const elsewhere = lines.filter((line) => {
    const at = printed.indexOf(line, from);
    if (at !== -1) from = at + 1;
    return at === -1;
  });
  expect(lines.length).toBeGreaterThan(20);
  expect(elsewhere).toEqual([]);
});

/** Another port, another time and another concurrency with every run. */
function withoutChance(line: string): string {
  return line.replace(/(127\.0\.0\.1:)\d+/g, '$1PORT').replace(/, \d+\.\d s(, \d+ at a time)?;/, ', TIME;');
}
