import { describe, expect, test } from 'vitest';

import { openScrub, recordOf, scrubOutcome } from '../../src/cli/scrub.ts';
import { createPlan } from '../../src/history/plan.ts';
import { createTestClock } from '../support/clock.ts';
import { load, prod, withProd } from '../config/loading.ts';
import { state } from '../history/scene.ts';

const never = new AbortController().signal;
const NOW = Date.UTC(2026, 6, 1);
const plan = createPlan(null, { selection: 'all', startedAt: NOW, advise: () => '' });
const deps = { clock: createTestClock(), stop: never, deadline: 600_000 };

describe('openScrub', () => {
  test('hashes nothing unless a period is set, or where nothing is kept from run to run', async () => {
    const plain = prod(await load({ file: withProd() }));
    const set = prod(await load({ file: withProd('scrub: { every: 30d }') }));

    expect(openScrub(plain, state(), plan, deps)).toBeNull();
    expect(openScrub(set, null, null, deps)).toBeNull();
    expect(openScrub(set, null, plan, deps)).not.toBeNull();
  });

  test('waits as long as what came takes at the rate that is set', async () => {
    const clock = createTestClock();
    const set = prod(await load({ file: withProd('scrub: { every: 30d, bytesPerSecond: 1MB }') }));
    const before = clock.now();

    await openScrub(set, null, plan, { ...deps, clock })?.part.pace(2_500_000);

    expect(clock.now() - before).toBe(2500);
  });

  test('lets those that are read at once share the rate', async () => {
    const set = prod(await load({ file: withProd('scrub: { every: 30d, bytesPerSecond: 1MB }') }));
    const slept: number[] = [];
    const clock = { elapsed: () => 0, sleep: async (ms: number) => void slept.push(ms) };
    const scrub = openScrub(set, null, plan, { ...deps, clock });

    for (const bytes of [1_000_000, 2_000_000, 50_000_000]) await scrub?.part.pace(bytes);

    expect(slept).toEqual([1000, 3000, 10_000]);
  });

  test('tells since when every byte was hashed once a period is over, and not before', async () => {
    const set = prod(await load({ file: withProd('scrub: { every: 30d }') }));
    const scrub = openScrub(set, null, plan, deps);
    if (scrub === null) throw new Error('nothing is hashed by turns');
    const record = recordOf(scrub, null);

    expect(scrubOutcome(scrub, record, NOW)).toEqual({ bytes: 0, oldestAt: null });
    expect(scrubOutcome(scrub, record, NOW + 31 * 86_400_000)).toEqual({ bytes: 0, oldestAt: NOW + 86_400_000 });
    expect(scrubOutcome(scrub, record, null)).toEqual({ bytes: 0, oldestAt: null });
  });

  test.each([
    'scrub: { every: 0d }',
    'scrub: { every: 500d }',
    'scrub: { bytesPerSecond: 1kB }',
    'scrub: { bytesPerSecond: 20 }',
  ])('%s is refused', async (line) => {
    await expect(load({ file: withProd(line) })).rejects.toThrow(/registries\.prod\.scrub\.\w+: expected /);
  });
});
