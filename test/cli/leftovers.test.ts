import { describe, expect, test } from 'vitest';

import { removeLeftovers } from '../../src/cli/leftovers.ts';
import type { PushedGroup } from '../../src/metrics/group-list.ts';
import type { Pushgateway } from '../../src/metrics/pushgateway.ts';
import { load } from '../config/loading.ts';
import { keepLog } from './kept-log.ts';

const SIGNAL = new AbortController().signal;
const LEFTOVER: PushedGroup = { labels: { job: 'registry-integrity-probe', registry: 'stage' }, pushedAt: 1000 };

/** A Pushgateway with one leftover, and what was asked of it. */
function fakeGateway(refusal: string | null = null) {
  const asked: string[] = [];
  const gateway: Pick<Pushgateway, 'groups' | 'remove'> = {
    groups: () => {
      asked.push('groups');
      return Promise.resolve({ kind: 'listed', groups: [LEFTOVER] });
    },
    remove: ({ labels }) => {
      asked.push(`remove ${labels['registry']}`);
      return Promise.resolve(refusal === null ? { kind: 'removed' } : { kind: 'failed', detail: refusal });
    },
  };
  return { gateway, asked };
}

async function settingsOf(env: Readonly<Record<string, string>>) {
  return (await load({ env })).settings;
}

describe('removeLeftovers', () => {
  test.each([{}, { PROBE_SHARD: '0' }])('removes what no registry of the list has left behind: %j', async (env) => {
    const { gateway, asked } = fakeGateway();
    const log = keepLog();
    const settings = await settingsOf({ ...env, PROBE_PUSHGATEWAY_REGISTRIES: 'prod=1' });

    await removeLeftovers(settings, { gateway, log, since: 2000 }, SIGNAL);

    expect(asked).toEqual(['groups', 'remove stage']);
    expect(log.lines).toEqual([
      {
        level: 'info',
        message: 'Leftover group removed',
        group: '{job="registry-integrity-probe",registry="stage"}',
      },
    ]);
  });

  test.each([
    ['there is no list of registries', {}],
    ['another shard does', { PROBE_SHARD: '1', PROBE_PUSHGATEWAY_REGISTRIES: 'prod=2' }],
  ])('asks for nothing where %s', async (_, env) => {
    const { gateway, asked } = fakeGateway();

    await removeLeftovers(await settingsOf(env), { gateway, log: keepLog(), since: 2000 }, SIGNAL);

    expect(asked).toEqual([]);
  });

  test('warns of what could not be removed, and no more', async () => {
    const { gateway } = fakeGateway('HTTP 500');
    const log = keepLog();
    const settings = await settingsOf({ PROBE_PUSHGATEWAY_REGISTRIES: 'prod=1' });

    await removeLeftovers(settings, { gateway, log, since: 2000 }, SIGNAL);

    expect(log.lines).toMatchObject([
      { level: 'warn', detail: '{job="registry-integrity-probe",registry="stage"}: HTTP 500' },
    ]);
  });
});
