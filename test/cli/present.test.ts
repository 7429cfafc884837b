import { stripVTControlCharacters } from 'node:util';

import { describe, expect, test } from 'vitest';

import { present } from '../../src/cli/present.ts';
import { VERSION } from '../../src/cli/version.ts';
import { Report } from '../../src/report/schema.ts';
import { finding, outcome } from '../metrics/outcomes.ts';
import { reported } from '../report/samples.ts';
import { fakeIo } from './fake-io.ts';

const BROKEN = reported(outcome({ findings: [finding()] }));
const ESCAPE = '\u001b';

describe('present', () => {
  test('writes one JSON document, as its schema says, to standard output alone', () => {
    const io = fakeIo({ terminal: true });

    present(io, 'json', 'verify', [BROKEN, reported(outcome({}, { name: 'other' }))]);

    const report = Report.parse(JSON.parse(io.out));
    expect(report).toMatchObject({
      schemaVersion: 1,
      tool: { name: 'registry-integrity-probe', version: VERSION },
      command: 'verify',
      registries: [
        { name: 'prod', verdict: 'broken' },
        { name: 'other', verdict: 'sound' },
      ],
    });
    expect(io.out).not.toContain(ESCAPE);
    expect(io.out.endsWith('\n')).toBe(true);
    expect(io.err).toBe('');
  });

  test.each([
    { title: 'a terminal gets colors', terminal: true, env: {}, colored: true },
    { title: 'a terminal whose user wants none gets none', terminal: true, env: { NO_COLOR: '1' }, colored: false },
    { title: 'an empty NO_COLOR counts as not set', terminal: true, env: { NO_COLOR: '' }, colored: true },
    { title: 'what is no terminal gets none', terminal: false, env: {}, colored: false },
  ])('$title', ({ terminal, env, colored }) => {
    const io = fakeIo({ terminal, env });

    present(io, 'text', 'run', [BROKEN]);

    expect(io.out.includes(ESCAPE)).toBe(colored);
    expect(stripVTControlCharacters(io.out)).toContain('prod (https://registry.example.com/): BROKEN\n');
    expect(io.err).toBe('');
  });

  test('breaks sentences where the terminal ends', () => {
    const narrow = fakeIo({ terminal: true, columns: 50, env: { NO_COLOR: '1' } });
    const wide = fakeIo({ terminal: true, columns: 110, env: { NO_COLOR: '1' } });

    for (const io of [narrow, wide]) present(io, 'text', 'run', [reported(outcome({ complete: false }))]);

    const longest = (text: string): number => Math.max(...sentences(text).map(({ length }) => length));
    expect(longest(narrow.out)).toBeLessThanOrEqual(50);
    expect(longest(wide.out)).toBeGreaterThan(50);
  });
});

/** The lines of prose: the headline and the counts stay in one piece. */
function sentences(text: string): readonly string[] {
  return text.split('\n').filter((line) => !/^prod |checked /.test(line));
}
