import { expect, test } from 'vitest';

import { decodeState, encodeState } from '../../src/history/encode.ts';
import { createPlan } from '../../src/history/plan.ts';
import { concludeRun } from '../../src/history/renew.ts';
import type { State } from '../../src/history/state.ts';
import type { LegCounts } from '../../src/walk/itinerary.ts';
import { createTally } from '../../src/walk/tally.ts';
import { finished, NOW, PROD } from './scene.ts';

const NAMES = Array.from({ length: 100_000 }, (_, index) => `team-${index % 317}/application-${index}`);
const { skipped } = createTally().counts([]);

/** Counts that differ from repository to repository. */
function countsOf(index: number): LegCounts {
  const tags = (index * 7919) % 23;
  const seen = {
    tags,
    tagsListed: tags,
    manifests: tags * 2,
    indexes: tags % 5,
    blobs: tags * 9,
    weak: 0,
    blocked: 0,
    orphanedReferrers: 0,
  };
  return { repositories: 1, repositoriesEmpty: tags === 0 ? 1 : 0, skipped, ...seen };
}

/** The state after one more run over these, of which it walks some from where the last one ended. */
function walkSome(state: State | null, run: number, share: number): State {
  const startedAt = NOW + run * 900_000;
  const plan = createPlan(state, { selection: 'all', startedAt, advise: () => '' });
  const legs = [...plan.itinerary.order(NAMES)].slice(0, NAMES.length * share);
  for (const [index, { repository }] of legs.entries()) {
    plan.itinerary.walked({ repository, parts: null, done: true, cutShort: false, counts: countsOf(index) });
  }
  const hasTags = new Map(legs.map(({ repository }, index) => [repository, countsOf(index).tags > 0]));
  const census = { listed: NAMES, hasTags, skipped, rest: NAMES.length - legs.length };
  const done = { finishedAt: startedAt + 600_000, complete: false, census, plan, fullWalkEvery: 86_400_000 };
  return concludeRun(state, finished(done)).state;
}

test('the state of 100,000 repositories is less than 700 KiB, at the beginning, in the middle and later', () => {
  const sizes: number[] = [];
  let state: State | null = null;
  for (let run = 0; run < 5; run += 1) {
    state = walkSome(state, run, 0.3);
    const bytes = encodeState(state, 900 * 1024);
    sizes.push(bytes.length);
    expect(decodeState(bytes, PROD).kind).toBe('state');
  }

  expect(Math.max(...sizes)).toBeLessThan(700 * 1024);
});
