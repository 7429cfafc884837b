import { expect, test } from 'vitest';

import { usedOf, usedPins, type ClusterPins } from '../../src/cli/cluster-pins.ts';
import { renewGoodPins, wasGoodOnce } from '../../src/history/good-pins.ts';
import { NOTHING, type Remembered } from '../../src/history/remember.ts';
import type { State } from '../../src/history/state.ts';
import { createUsage } from '../../src/kubernetes/usage.ts';
import { DIGEST, known, OTHER_DIGEST, state } from '../history/scene.ts';

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
  const first = renewGoodPins(null, all, { now: DAY });
  const part = usedPins(PINS, (repository) => repository === 'app', new Set(['app@sha256:a']));

  const wasGood = wasGoodOnce({ goodPins: renewGoodPins(first, part, { now: 2 * DAY }) });

  expect([wasGood('app', 'sha256:a'), wasGood('web', 'sha256:b')]).toEqual([true, true]);
});

test('a shard keeps the pins of its own repositories, and those of others are not among them', () => {
  const ran = { ...PINS, ran: new Set(['sha256:a', 'sha256:b']) };
  const part = usedPins(ran, (repository) => repository === 'app', new Set());

  const wasGood = wasGoodOnce({ goodPins: renewGoodPins(null, part, { now: DAY }) });

  expect([wasGood('app', 'sha256:a'), wasGood('web', 'sha256:b')]).toEqual([true, false]);
});

/** Whether a digest in `team/app` that is gone was ever there; undefined where nobody can tell. */
function wasThere(kept: State | null, digest: string, remembered: Partial<Remembered> = {}): boolean | undefined {
  const usage = createUsage([], true, new Set());
  return usedOf(usage, 'prod', { ...NOTHING, state: kept, ...remembered }).wasThere?.('team/app', digest);
}

test('a digest to which a tag leads that is known to be broken was there, also when this run does not come to the tag', () => {
  const kept = state({ goodPins: [] });
  const pinned = [{ repository: 'team/app', broken: [known({ tag: null, roots: [DIGEST] })] }];

  expect([DIGEST, OTHER_DIGEST].map((digest) => wasThere(kept, digest))).toEqual([true, false]);
  expect(wasThere(state({ goodPins: [], findings: pinned }), DIGEST)).toBe(false);
});

test('nothing is said to have never been there by a state that had no room for what was good', () => {
  expect(wasThere(state({ goodPins: null, hadNoRoom: true }), OTHER_DIGEST)).toBeUndefined();
});

test('nothing is said to have never been there where what was kept is of no use, or cannot be read', () => {
  expect(wasThere(null, OTHER_DIGEST, { isLost: true })).toBeUndefined();
  expect(wasThere(null, OTHER_DIGEST, { history: null })).toBeUndefined();
});

test('in the first run of all, nothing says that what is gone was ever there', () => {
  expect(wasThere(null, OTHER_DIGEST)).toBe(false);
});
