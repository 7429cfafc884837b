import { describe, expect, test } from 'vitest';

import type { PushedGroup } from '../../src/metrics/group-list.ts';
import type { Pushgateway } from '../../src/metrics/pushgateway.ts';
import { describeGroup, removeGroups, removeUntilQuiet } from '../../src/metrics/remove-groups.ts';
import { createTestClock } from '../support/clock.ts';

const SIGNAL = new AbortController().signal;
const A = groupOf('a');
const B = groupOf('b');
const C = groupOf('c');

function groupOf(registry: string): PushedGroup {
  return { labels: { job: 'probe', registry }, pushedAt: 1 };
}

/** A Pushgateway that holds three groups, and keeps those that are stuck. */
function gatewayWith(stuck: readonly PushedGroup[]): Pick<Pushgateway, 'groups' | 'remove'> {
  return {
    groups: () => Promise.resolve({ kind: 'listed', groups: [A, B, C] }),
    remove: (group) =>
      Promise.resolve(stuck.includes(group) ? { kind: 'failed', detail: 'HTTP 500' } : { kind: 'removed' }),
  };
}

describe('removeGroups', () => {
  test('removes what is chosen and nothing else', async () => {
    const removal = await removeGroups(gatewayWith([]), (groups) => groups.filter((group) => group !== B), SIGNAL);

    expect(removal).toEqual({ removed: [A, C], failures: [] });
  });

  test('goes on after a group that stays', async () => {
    const removal = await removeGroups(gatewayWith([A]), (groups) => groups, SIGNAL);

    expect(removal).toEqual({ removed: [B, C], failures: ['{job="probe",registry="a"}: HTTP 500'] });
  });

  test('removes nothing where there is no list', async () => {
    const gateway: Pick<Pushgateway, 'groups' | 'remove'> = {
      groups: () => Promise.resolve({ kind: 'failed', detail: 'HTTP 404' }),
      remove: () => Promise.reject(new Error('nothing may be removed')),
    };

    expect(await removeGroups(gateway, (groups) => groups, SIGNAL)).toEqual({ removed: [], failures: ['HTTP 404'] });
  });
});

describe('removeUntilQuiet', () => {
  /** A Pushgateway that gets a group at the given look, and loses what is removed. */
  function gatewayOf(arrivals: ReadonlyMap<number, PushedGroup>, refuse: (look: number) => boolean = () => false) {
    const held = new Set<PushedGroup>();
    let looks = 0;
    const gateway: Pick<Pushgateway, 'groups' | 'remove'> = {
      groups() {
        looks += 1;
        const arrived = arrivals.get(looks);
        if (arrived !== undefined) held.add(arrived);
        return Promise.resolve({ kind: 'listed', groups: [...held] });
      },
      remove(group) {
        if (refuse(looks)) return Promise.resolve({ kind: 'failed', detail: 'HTTP 500' });
        held.delete(group);
        return Promise.resolve({ kind: 'removed' });
      },
    };
    return { gateway, looks: () => looks };
  }

  test('looks once where it is to wait for nothing', async () => {
    const { gateway, looks } = gatewayOf(new Map([[1, A]]));

    const removal = await removeUntilQuiet(
      gateway,
      (groups) => groups,
      { clock: createTestClock(), quietMs: 0 },
      SIGNAL,
    );

    expect([removal, looks()]).toEqual([{ removed: [A], failures: [] }, 1]);
  });

  test('removes what is pushed while it looks, and ends when nothing has appeared for long enough', async () => {
    const clock = createTestClock();
    const { gateway } = gatewayOf(
      new Map([
        [1, A],
        [3, B],
      ]),
    );

    const removal = await removeUntilQuiet(gateway, (groups) => groups, { clock, quietMs: 12_000 }, SIGNAL);

    expect(removal).toEqual({ removed: [A, B], failures: [] });
    expect(clock.sleeps).toEqual([5_000, 5_000, 5_000, 5_000, 2_000]);
  });

  test.each([-3_600_000, 3_600_000])('waits no longer and no less when the clock is set by %i ms', async (setBy) => {
    const clock = createTestClock();
    const { gateway } = gatewayOf(new Map([[1, A]]));
    const setting = { ...gateway, groups: (signal: AbortSignal) => (clock.set(setBy), gateway.groups(signal)) };

    await removeUntilQuiet(setting, (groups) => groups, { clock, quietMs: 12_000 }, SIGNAL);

    expect(clock.sleeps).toEqual([5_000, 5_000, 2_000]);
  });

  test('looks again where a look takes longer than nothing may appear', async () => {
    const clock = createTestClock();
    const { gateway, looks } = gatewayOf(new Map([[2, B]]));
    const slow = { ...gateway, groups: (signal: AbortSignal) => (clock.advance(20_000), gateway.groups(signal)) };

    const removal = await removeUntilQuiet(slow, (groups) => groups, { clock, quietMs: 12_000 }, SIGNAL);

    expect([removal.removed, looks()]).toEqual([[B], 4]);
  });

  test('tries again what the Pushgateway kept', async () => {
    const { gateway } = gatewayOf(new Map([[1, A]]), (look) => look === 1);
    const timing = { clock: createTestClock(), quietMs: 6_000 };

    const removal = await removeUntilQuiet(gateway, (groups) => groups, timing, SIGNAL);

    expect(removal).toEqual({ removed: [A], failures: [] });
  });

  test('ends at a signal', async () => {
    const clock = createTestClock();
    const { gateway } = gatewayOf(new Map());

    await removeUntilQuiet(gateway, (groups) => groups, { clock, quietMs: 12_000 }, AbortSignal.abort());

    expect(clock.sleeps).toEqual([]);
  });
});

test('a group is written as Prometheus writes labels, the job first', () => {
  const labels = { cluster: 'a "b"\n', job: 'probe', registry: 'prod' };

  expect(describeGroup({ labels, pushedAt: null })).toBe('{job="probe",cluster="a \\"b\\"\\n",registry="prod"}');
});
