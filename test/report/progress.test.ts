import { describe, expect, test } from 'vitest';

import { createProgress, type ProgressState } from '../../src/report/progress.ts';
import type { Clock } from '../../src/util/clock.ts';

const ERASE = '\r\u001b[2K';

const state = (tags: number, overrides: Partial<ProgressState> = {}): ProgressState => ({
  registry: 'prod',
  repositoriesDone: 1,
  repositoriesTotal: 3,
  tags,
  objects: 9,
  suspects: 0,
  concurrency: null,
  requests: null,
  ...overrides,
});

/** A clock that stands until it is moved; what is due by then runs. */
function createStandingClock(): Clock & { advance(ms: number): void; set(ms: number): void; readonly pending: number } {
  let now = 0;
  let leapt = 0;
  const tasks = new Set<{ readonly at: number; readonly task: () => void }>();
  return {
    now: () => now + leapt,
    elapsed: () => now,
    sleep: () => Promise.resolve(),
    schedule(ms, task) {
      const entry = { at: now + ms, task };
      tasks.add(entry);
      return () => void tasks.delete(entry);
    },
    advance(ms) {
      now += ms;
      for (const entry of [...tasks].filter(({ at }) => at <= now)) {
        tasks.delete(entry);
        entry.task();
      }
    },
    set: (ms) => void (leapt += ms),
    get pending() {
      return tasks.size;
    },
  };
}

function setUp({ enabled = true, columns = 80 } = {}) {
  const written: string[] = [];
  const clock = createStandingClock();
  const progress = createProgress({ write: (text) => written.push(text), columns: () => columns, clock, enabled });
  return { written, clock, progress };
}

describe('createProgress', () => {
  test('draws one line over itself', () => {
    const { written, clock, progress } = setUp();

    progress.update(state(1));
    clock.advance(100);
    progress.update(state(2, { repositoriesDone: 2, suspects: 1, concurrency: 12 }));

    expect(written).toEqual([
      `${ERASE}prod: 33% (1/3 repositories), 1 tag, 9 objects`,
      `${ERASE}prod: 66% (2/3 repositories), 2 tags, 9 objects, 12 at a time, 1 to confirm`,
    ]);
  });

  test('says how fast it goes and how long the rest takes, once that can be told', () => {
    const { written, clock, progress } = setUp({ columns: 200 });

    progress.update(state(1, { repositoriesDone: 0, requests: 1 }));
    clock.advance(4000);
    progress.update(state(2, { repositoriesDone: 1, requests: 1000 }));
    clock.advance(1000);
    progress.update(state(2, { repositoriesDone: 3, requests: 1500 }));

    expect(written.map((line) => line.replace(`${ERASE}prod: `, ''))).toEqual([
      '0% (0/3 repositories), 1 tag, 9 objects',
      '33% (1/3 repositories), 2 tags, 9 objects, 250 requests/s, 8.0 s left',
      '100% (3/3 repositories), 2 tags, 9 objects, 300 requests/s',
    ]);
  });

  test('draws at most ten times a second and shows the last state in the end', () => {
    const { written, clock, progress } = setUp();

    for (let tags = 1; tags <= 50; tags += 1) {
      progress.update(state(tags));
      clock.advance(5);
    }
    clock.advance(100);

    expect(written).toHaveLength(4);
    expect(written.at(-1)).toContain('50 tags');
  });

  test('takes the line away and leaves no timer behind', () => {
    const { written, clock, progress } = setUp();
    progress.update(state(1));
    progress.update(state(2));

    progress.clear();
    const pending = clock.pending;
    clock.advance(1000);
    progress.clear();

    expect(written.slice(1)).toEqual([ERASE]);
    expect(pending).toBe(0);
  });

  test('cuts the line before the last column', () => {
    const { written, progress } = setUp({ columns: 20 });

    progress.update(state(1));

    expect(written).toEqual([`${ERASE}prod: 33% (1/3 repo`]);
  });

  test('goes on when the clock was set back', () => {
    const { written, clock, progress } = setUp();
    progress.update(state(1));
    clock.set(-1_000_000);

    progress.update(state(2));
    clock.advance(100);

    expect(written).toHaveLength(2);
  });

  test('writes nothing where there is no terminal', () => {
    const { written, clock, progress } = setUp({ enabled: false });

    progress.update(state(1));
    progress.clear();
    clock.advance(1000);

    expect(written).toEqual([]);
    expect(clock.pending).toBe(0);
  });
});
