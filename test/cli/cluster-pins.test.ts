import { expect, test } from 'vitest';

import { usedPins, type ClusterPins } from '../../src/cli/cluster-pins.ts';
import { renewGoodPins, wasGoodOnce } from '../../src/history/good-pins.ts';

const DAY = 24 * 3_600_000;

const PINS: ClusterPins = {
  pinned: new Map([
    ['app', ['sha256:a']],
    ['web', ['sha256:b']],
  ]),
  namespacesOf: () => ['shop'],
  ran: new Set(),
  complete: true,
};

test('a run over some repositories forgets of no other one that its pins were good', () => {
  const all = usedPins(PINS, () => true, new Set(['app@sha256:a', 'web@sha256:b']));
  const first = renewGoodPins(null, all, DAY);
  const part = usedPins(PINS, (repository) => repository === 'app', new Set(['app@sha256:a']));

  const wasGood = wasGoodOnce({ goodPins: renewGoodPins(first, part, 2 * DAY) });

  expect([wasGood('app', 'sha256:a'), wasGood('web', 'sha256:b')]).toEqual([true, true]);
});

test('a shard keeps the pins of its own repositories, and those of others are not among them', () => {
  const ran = { ...PINS, ran: new Set(['sha256:a', 'sha256:b']) };
  const part = usedPins(ran, (repository) => repository === 'app', new Set());

  const wasGood = wasGoodOnce({ goodPins: renewGoodPins(null, part, DAY) });

  expect([wasGood('app', 'sha256:a'), wasGood('web', 'sha256:b')]).toEqual([true, false]);
});
