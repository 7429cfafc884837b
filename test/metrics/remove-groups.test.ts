import { describe, expect, test } from 'vitest';

import type { PushedGroup } from '../../src/metrics/group-list.ts';
import type { Pushgateway } from '../../src/metrics/pushgateway.ts';
import { describeGroup, removeGroups } from '../../src/metrics/remove-groups.ts';

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

test('a group is written as Prometheus writes labels, the job first', () => {
  const labels = { cluster: 'a "b"\n', job: 'probe', registry: 'prod' };

  expect(describeGroup({ labels, pushedAt: null })).toBe('{job="probe",cluster="a \\"b\\"\\n",registry="prod"}');
});
