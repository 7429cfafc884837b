import { describe, expect, test } from 'vitest';

import { createWatch, logRegistry } from '../../src/cli/watch.ts';
import type { LogLevel } from '../../src/cli/system.ts';
import { finding, outcome } from '../metrics/outcomes.ts';
import { shortFinding } from '../../src/report/short-finding.ts';
import { createTestClock } from '../support/clock.ts';
import { fakeIo } from './fake-io.ts';
import { reported } from '../report/samples.ts';
import { keepLog } from './kept-log.ts';

const STATE = { repositoriesDone: 1, repositoriesTotal: 3, tags: 5, objects: 21, suspects: 0 };
const ERASE_LINE = '\r\u001b[2K';

function lines(text: string): readonly Readonly<Record<string, unknown>>[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
}

describe('where standard error is no terminal', () => {
  test('what happens is told in JSON lines, and progress not at all', () => {
    const io = fakeIo();
    const watch = createWatch(io, 'info', createTestClock());

    watch.progressOf('lab')(STATE);
    watch.log.info({ registry: 'lab', seconds: 3 }, 'Registry walked');
    watch.clear();

    expect(lines(io.err)).toEqual([
      { level: 'info', time: expect.any(String) as string, registry: 'lab', seconds: 3, msg: 'Registry walked' },
    ]);
    expect(io.err).not.toContain('\u001b');
    expect(io.out).toBe('');
  });

  test('the time is in UTC', () => {
    const io = fakeIo();

    createWatch(io, 'info', createTestClock()).log.info({}, 'x');

    expect(lines(io.err)[0]?.['time']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  test.each([
    ['debug', ['debug', 'info', 'warn', 'error']],
    ['info', ['info', 'warn', 'error']],
    ['warn', ['warn', 'error']],
    ['error', ['error']],
  ] as const)('at the level %s, %j is told', (level, told) => {
    const io = fakeIo();
    const { log } = createWatch(io, level, createTestClock());

    for (const each of ['debug', 'info', 'warn', 'error'] as const) log[each]({}, 'x');

    expect(lines(io.err).map((line) => line['level'])).toEqual(told);
  });
});

describe('where standard error is a terminal', () => {
  test('progress is one line that is drawn over itself and then taken away', () => {
    const io = fakeIo({ terminal: true });
    const clock = createTestClock();
    const watch = createWatch(io, 'info', clock);

    watch.progressOf('lab')(STATE);
    clock.advance(100);
    watch.progressOf('lab')({ ...STATE, repositoriesDone: 2, suspects: 1 });
    watch.clear();

    expect(io.written).toEqual([
      { to: 'stderr', text: `${ERASE_LINE}lab: 33% (1/3 repositories), 5 tags, 21 objects` },
      { to: 'stderr', text: `${ERASE_LINE}lab: 66% (2/3 repositories), 5 tags, 21 objects, 1 to confirm` },
      { to: 'stderr', text: ERASE_LINE },
    ]);
    expect(clock.pending).toBe(0);
  });

  test('the line goes before a log line comes', () => {
    const io = fakeIo({ terminal: true });
    const watch = createWatch(io, 'info', createTestClock());

    watch.progressOf('lab')(STATE);
    watch.log.warn({}, 'Stopping');

    expect(io.written.map(({ text }) => text)).toEqual([
      `${ERASE_LINE}lab: 33% (1/3 repositories), 5 tags, 21 objects`,
      ERASE_LINE,
      expect.stringMatching(/^\{"level":"warn",.*"msg":"Stopping"\}\n$/) as string,
    ]);
  });

  test.each([
    ['info', []],
    ['warn', []],
    ['debug', ['x']],
  ] as const satisfies readonly (readonly [LogLevel, readonly string[]])[])(
    'progress stands in for what the level %s would tell: %j',
    (level, told) => {
      const io = fakeIo({ terminal: true });

      createWatch(io, level, createTestClock()).log.info({}, 'x');

      expect(lines(io.err).map((line) => line['msg'])).toEqual(told);
    },
  );

  test('no line is wider than the terminal', () => {
    const io = fakeIo({ terminal: true, columns: 20 });

    createWatch(io, 'info', createTestClock()).progressOf('lab')(STATE);

    expect(io.err.replace(ERASE_LINE, '')).toBe('lab: 33% (1/3 repos');
  });
});

describe('logRegistry', () => {
  test('tells each finding with what was seen, then the verdict', () => {
    const log = keepLog();
    const broken = finding({ repository: 'app', tags: ['v1'], object: 'child', fault: 'missing' });
    const times = { startedAt: 1_000, finishedAt: 3_500 };
    const walked = outcome({ verdict: 'broken', findings: [broken] }, times);

    logRegistry(log, reported(walked));

    expect(log.lines).toMatchObject([
      {
        level: 'info',
        message: 'Broken',
        registry: 'prod',
        repository: 'app',
        tags: ['v1'],
        object: 'child',
        fault: 'missing',
        digest: broken.digest,
        status: broken.observed.status,
        detail: broken.observed.detail,
      },
      { level: 'info', message: 'Registry walked', registry: 'prod', verdict: 'broken', complete: true, seconds: 2.5 },
    ]);
  });

  test('tells with a finding what earlier runs and the cluster know of it', () => {
    const log = keepLog();
    const known = { firstSeen: 0, inUseBy: ['shop/Deployment/web'], inUseByCount: 1 };

    logRegistry(
      log,
      reported(outcome({ verdict: 'broken', findings: [finding()] }), () => known),
    );

    expect(log.lines[0]).toMatchObject({ ...known, firstSeen: '1970-01-01T00:00:00.000Z', message: 'Broken' });
    expect(log.lines[0]).not.toHaveProperty('roots');
    expect(log.lines[0]).not.toHaveProperty('hint');
  });

  test('names the first hundred, and says how many more there are', () => {
    const log = keepLog();
    const findings = Array.from({ length: 120 }, (_, index) => finding({ tags: [`v${index}`] }));
    const report = { ...reported(outcome({ verdict: 'broken', findings })), inShort: [shortFinding(finding())] };

    logRegistry(log, report);

    expect(log.lines).toHaveLength(102);
    expect(log.lines[100]).toEqual({ level: 'info', message: 'And more that is broken', registry: 'prod', more: 21 });
  });

  test('names none where a report for people does', () => {
    const log = keepLog();

    logRegistry(log, reported(outcome({ verdict: 'broken', findings: [finding()] })), 'text');

    expect(log.lines.map(({ message }) => message)).toEqual(['Registry walked']);
  });

  test('warns of what could not be told', () => {
    const log = keepLog();
    const entry = { repository: 'app', reference: '_tags', reason: 'timeout', detail: 'late' } as const;

    logRegistry(log, reported(outcome({ verdict: 'unknown', complete: false, unknowns: [entry] })));

    expect(log.lines[0]).toEqual({ level: 'warn', message: 'Could not be told', registry: 'prod', ...entry });
  });

  test('does not fill the log when a stopped walk left thousands of repositories', () => {
    const log = keepLog();
    const unknowns = Array.from({ length: 5_000 }, (_, number) => {
      return { repository: `app-${number}`, reference: '_tags', reason: 'deadline', detail: 'no time left' } as const;
    });

    logRegistry(log, reported(outcome({ verdict: 'unknown', complete: false, unknowns })));

    expect(log.lines).toHaveLength(22);
    expect(log.lines.at(-2)).toMatchObject({ level: 'warn', more: 4_980, message: 'And more that could not be told' });
  });
});
