import { describe, expect, test } from 'vitest';

import { createBugTrap, describeBug, tellBug } from '../../src/cli/bug.ts';
import { VERSION } from '../../src/cli/version.ts';
import { fakeIo } from './fake-io.ts';
import { keepLog } from './kept-log.ts';

/** An error whose place is known. */
function thrownAt(message: string, ...frames: readonly string[]): Error {
  const error = new TypeError(message);
  error.stack = [`TypeError: ${message}`, ...frames.map((frame) => `    at ${frame}`)].join('\n');
  return error;
}

describe('describeBug', () => {
  test('says what and where, in our own code, without the folders of the machine', () => {
    const error = thrownAt(
      'x is not a function',
      'walkCatalog (file:///home/somebody/probe/src/walk/catalog-walk.ts:40:9)',
      'async Promise.all (index 0)',
      'run (/opt/probe/node_modules/undici/index.js:1:1)',
      'process.processTicksAndRejections (node:internal/process/task_queues:105:5)',
      'file:///opt/node_modules/registry-integrity-probe/dist/registry-integrity-probe.mjs:1:2',
      '/opt/somewhere/probe.mjs:3:4',
    );

    expect(describeBug(error)).toBe(
      'TypeError: x is not a function, at walkCatalog (src/walk/catalog-walk.ts:40:9), at async Promise.all (index 0), ' +
        'at dist/registry-integrity-probe.mjs:1:2, at probe.mjs:3:4',
    );
  });

  test.each([
    ['a line break', thrownAt('one\n  two\u001b[2J'), 'TypeError: one two [2J'],
    ['a cause', Object.assign(thrownAt('one'), { cause: new Error('two') }), 'TypeError: one (two)'],
    ['a text', 'no error at all', 'string: no error at all'],
    ['nothing', undefined, 'undefined: undefined'],
    ['what has no text', Object.create(null), 'what was thrown cannot be told'],
    [
      'a password',
      thrownAt('at https://robot:secret@registry.example.com/v2/'),
      'TypeError: at https://***@registry.example.com/v2/',
    ],
    [
      'a query',
      thrownAt('at https://registry.example.com/v2/?token=secret x'),
      'TypeError: at https://registry.example.com/v2/ x',
    ],
    ['a token', thrownAt('Bearer abc.def is no token'), 'TypeError: Bearer *** is no token'],
  ])('makes one line without a secret of %s', (_, thrown, line) => {
    expect(describeBug(thrown)).toBe(line);
  });

  test('is no longer than one can copy', () => {
    expect(describeBug(thrownAt('x'.repeat(100_000))).length).toBe(1_500);
  });
});

describe('tellBug', () => {
  test('is one line that asks to be reported, with the versions', () => {
    const io = fakeIo();

    tellBug(io.stderr, thrownAt('one\ntwo'));

    expect(io.err).toBe(
      'registry-integrity-probe: this is a bug of the probe, please report this line: TypeError: one two ' +
        `(version ${VERSION}, Node ${process.versions.node})\n`,
    );
  });
});

describe('a trap', () => {
  test('gives what the work gives, and stays as it is', async () => {
    const log = keepLog();
    const trap = createBugTrap(log);

    expect(
      await trap.guard(
        {},
        () => Promise.resolve(1),
        () => 2,
      ),
    ).toBe(1);

    expect(trap.sprung).toBe(false);
    expect(log.lines).toEqual([]);
  });

  test.each([
    ['throws', () => raise()],
    ['rejects', () => Promise.reject(thrownAt('a bug'))],
  ])('of work that %s, gives what takes its place, and tells it once', async (_, work: () => Promise<string>) => {
    const log = keepLog();
    const trap = createBugTrap(log);

    const given = await trap.guard({ registry: 'lab' }, work, (bug) => `instead of: ${bug}`);

    expect(given).toBe('instead of: TypeError: a bug');
    expect(trap.sprung).toBe(true);
    expect(log.lines).toEqual([
      {
        level: 'error',
        registry: 'lab',
        version: VERSION,
        bug: 'TypeError: a bug',
        message: 'This is a bug of the probe, please report this line',
      },
    ]);
  });
});

function raise(): never {
  throw thrownAt('a bug');
}
