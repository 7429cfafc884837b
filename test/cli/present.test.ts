import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

import { describe, expect, test } from 'vitest';

import { present } from '../../src/cli/present.ts';
import { VERSION } from '../../src/cli/version.ts';
import type { Settings } from '../../src/config/settings.ts';
import { Report } from '../../src/report/schema.ts';
import { silentLog } from '../../src/util/log.ts';
import { load } from '../config/loading.ts';
import { finding, outcome } from '../metrics/outcomes.ts';
import { reported } from '../report/samples.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { fakeIo } from './fake-io.ts';
import { keepLog } from './kept-log.ts';

const BROKEN = reported(outcome({ findings: [finding()] }));
const ESCAPE = '\u001b';

describe('present', () => {
  test('writes one JSON document, as its schema says, to standard output alone', async () => {
    const io = fakeIo({ terminal: true });

    await present({ io, log: silentLog }, await settings({ output: 'json' }), 'verify', [
      BROKEN,
      reported(outcome({}, { name: 'other' })),
    ]);

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
  ])('$title', async ({ terminal, env, colored }) => {
    const io = fakeIo({ terminal, env });

    await present({ io, log: silentLog }, await settings(), 'run', [BROKEN]);

    expect(io.out.includes(ESCAPE)).toBe(colored);
    expect(stripVTControlCharacters(io.out)).toContain('prod (https://registry.example.com/): BROKEN\n');
    expect(io.err).toBe('');
  });

  test('breaks sentences where the terminal ends', async () => {
    const narrow = fakeIo({ terminal: true, columns: 50, env: { NO_COLOR: '1' } });
    const wide = fakeIo({ terminal: true, columns: 110, env: { NO_COLOR: '1' } });

    for (const io of [narrow, wide]) {
      await present({ io, log: silentLog }, await settings(), 'run', [reported(outcome({ complete: false }))]);
    }

    const longest = (text: string): number => Math.max(...sentences(text).map(({ length }) => length));
    expect(longest(narrow.out)).toBeLessThanOrEqual(50);
    expect(longest(wide.out)).toBeGreaterThan(50);
  });
});

describe('the files of a report', () => {
  test('are written beside standard output, several at once', async () => {
    const folder = await temporaryFolder();
    const [junitFile, markdownFile, annotationsFile] = [
      join(folder, 'a.xml'),
      join(folder, 'b.md'),
      join(folder, 'c.txt'),
    ] as const;
    const io = fakeIo({ terminal: false });

    const isWritten = await present(
      { io, log: silentLog },
      await settings({ junitFile, markdownFile, annotationsFile }),
      'run',
      [BROKEN],
    );

    expect(isWritten).toBe(true);
    expect(io.out).toContain('BROKEN');
    expect(await readFile(junitFile, 'utf8')).toContain('<testsuite name="prod"');
    expect(await readFile(markdownFile, 'utf8')).toContain('BROKEN');
    expect(await readFile(annotationsFile, 'utf8')).toMatch(/^::error /);
    expect((await readdir(folder)).toSorted()).toEqual(['a.xml', 'b.md', 'c.txt']);
  });

  test('that cannot be written keep nothing from standard output, and are told', async () => {
    const io = fakeIo({ terminal: false });
    const log = keepLog();

    const isWritten = await present({ io, log }, await settings({ junitFile: '/nowhere/a.xml' }), 'run', [BROKEN]);

    expect(isWritten).toBe(false);
    expect(io.out).toContain('BROKEN');
    expect(log.lines).toMatchObject([{ level: 'error', setting: 'junitFile', path: '/nowhere/a.xml' }]);
  });
});

async function settings(change: Partial<Settings> = {}): Promise<Settings> {
  return { ...(await load({})).settings, ...change };
}

/** The lines of prose: the headline and the counts stay in one piece. */
function sentences(text: string): readonly string[] {
  return text.split('\n').filter((line) => !/^prod |checked /.test(line));
}
