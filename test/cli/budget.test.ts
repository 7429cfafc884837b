import { describe, expect, test } from 'vitest';

import { createBudget, type BudgetOptions } from '../../src/cli/budget.ts';
import type { Ask } from '../../src/walk/source.ts';
import { createTestClock } from '../support/clock.ts';
import { createMapSource } from '../support/map-source.ts';

function scene(options: Partial<Omit<BudgetOptions, 'sent'>> = {}) {
  const source = createMapSource();
  const clock = createTestClock();
  const stop = new AbortController();
  const sent = (): number => source.questions.length;
  const given = { requestsPerRun: null, deadline: 60_000, stop: stop.signal, sent, ...options };
  const budget = createBudget(source, given, clock);
  const first: Ask = { again: false, signal: budget.stop };
  const again: Ask = { again: true, signal: new AbortController().signal };
  const ask = async (how: Ask): Promise<string> => {
    const answer = await budget.source.resolve('app', { tag: 'v1' }, how);
    return answer.kind === 'unknown' ? answer.detail : answer.kind;
  };
  return { budget, source, clock, stop, ask, first, again };
}

const SPENT = 'the requests of this run are spent';

describe('a budget of requests', () => {
  test('lets nothing new be asked once it is spent, and what is asked again all the same', async () => {
    const { ask, first, again, source, budget } = scene({ requestsPerRun: 2 });

    const answers = [await ask(first), await ask(first), await ask(first), await ask(again)];

    expect(answers).toEqual(['absent', 'absent', SPENT, 'absent']);
    expect(source.questions).toHaveLength(3);
    expect(budget.stop.aborted).toBe(true);
  });

  test('keeps some back for what looks broken, and gives them back when it is not', async () => {
    const { ask, first, budget } = scene({ requestsPerRun: 9 });
    await ask(first);
    budget.tellSuspects(2);
    budget.tellSuspects(1);
    const before = await ask(first);
    budget.tellSuspects(2);

    expect([before, await ask(first)]).toEqual(['absent', SPENT]);
  });

  test('lets what is under way come to its end, and the run end it', async () => {
    const { budget, source, first, stop } = scene({ requestsPerRun: 1 });
    let seen: AbortSignal | null = null;
    source.tags = (_, { signal }) => {
      seen = signal;
      return new Promise(() => {});
    };
    void budget.source.tags('app', first);
    await budget.source.resolve('app', { tag: 'v1' }, first);
    await budget.source.resolve('app', { tag: 'v1' }, first);

    expect([budget.stop.aborted, seen === stop.signal]).toEqual([true, true]);
    stop.abort();
    expect((seen as AbortSignal | null)?.aborted).toBe(true);
  });

  test.each<[string, number | null, number, number, number]>([
    ['by requests', 10, 4, 0, 0.4],
    ['by time', null, 4, 45_000, 0.75],
    ['by whichever is nearer to its end', 10, 4, 45_000, 0.75],
  ])('says what share of the run is spent, %s', async (_, requestsPerRun, requests, elapsed, share) => {
    const { ask, first, clock, budget } = scene({ requestsPerRun });

    for (let index = 0; index < requests; index += 1) await ask(first);
    clock.advance(elapsed);
    clock.set(3_600_000);

    expect(budget.spent()).toBeCloseTo(share);
  });

  test('is none where there is no limit', async () => {
    const { ask, first, budget } = scene();
    budget.tellSuspects(1_000_000);

    const answers = await Promise.all(Array.from({ length: 50 }, () => ask(first)));

    expect(new Set(answers)).toEqual(new Set(['absent']));
  });
});

test('every kind of question is counted', async () => {
  const { budget, first, source } = scene({ requestsPerRun: 0 });
  const blob = { digest: `sha256:${'a'.repeat(64)}`, size: 1, mediaType: 'x' };
  const limited = budget.source;

  const answers = await Promise.all([
    limited.repositories(first),
    limited.tags('app', first),
    limited.resolve('app', { tag: 'v1' }, first),
    limited.manifest('app', blob.digest, first),
    limited.manifestByTag('app', 'v1', first),
    limited.blob('app', blob, 'head', first),
    limited.blobBytes('app', blob, first),
  ]);

  expect(answers.map((answer) => answer.kind === 'unknown' && answer.reason)).toEqual(
    Array.from({ length: 7 }, () => 'deadline'),
  );
  expect(source.questions).toEqual([]);
});
