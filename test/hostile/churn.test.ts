import { describe, expect, test } from 'vitest';

import { buildImage } from '../../src/demo/content.ts';
import type { RequestMatch } from '../../src/demo/request-match.ts';
import { app, single } from '../support/reg-fixture.ts';
import { broken, outcome, SOUND, startHostile, type Hostile } from './scene.ts';

const next = buildImage({ seed: 'churn/next' });
const LIST = { kind: 'tags', repository: 'app' } as const;
const TAG = { kind: 'manifest', repository: 'app', reference: 'v1' } as const;
const CHILD = { kind: 'manifest', repository: 'app', reference: app.arm64.manifest.digest } as const;

/** Changes something once, when the first request of a kind is answered: what comes after it sees the change. */
function afterFirst({ fail }: Hostile, when: RequestMatch, change: () => void): void {
  let isDone = false;
  const predicate = (): boolean => {
    if (!isDone) change();
    isDone = true;
    return false;
  };
  fail({ kind: 'drop' }, { ...when, predicate });
}

/** All of an image but its tag. */
function remove({ store }: Hostile): void {
  store.removeManifest('app', app.content.manifest.digest);
  for (const { manifest } of [app.amd64, app.arm64, app.attestation]) store.removeManifest('app', manifest.digest);
}

describe('a tag that is deleted while the walk is under way', () => {
  test('before it is asked for is churn, not a tag that resolves to nothing', async () => {
    const hostile = await startHostile();
    afterFirst(hostile, LIST, () => hostile.store.deleteTag('app', 'v1'));

    const done = await hostile.run();

    expect(outcome(done)).toEqual(SOUND);
    expect(done.registry().counts).toMatchObject({ churned: 1, tags: 1 });
  });

  test('after it was resolved, with its image, is churn, and its children are not missing', async () => {
    const hostile = await startHostile();
    afterFirst(hostile, TAG, () => {
      hostile.store.deleteTag('app', 'v1');
      remove(hostile);
    });

    const done = await hostile.run();

    expect(outcome(done)).toEqual(SOUND);
    expect(done.registry().counts.churned).toBe(1);
  });

  test('is told from an image that goes while its tag stays', async () => {
    const hostile = await startHostile();
    afterFirst(hostile, TAG, () => remove(hostile));

    for (const done of [await hostile.run(), await hostile.run()]) {
      expect(outcome(done)).toEqual(broken('app:v1 manifest/missing'));
    }
  });

  test('with its whole repository is churn', async () => {
    const hostile = await startHostile();
    afterFirst(hostile, LIST, () => hostile.store.removeRepository('app'));

    const done = await hostile.run();

    expect(outcome(done)).toEqual(SOUND);
    expect(done.registry().counts.churned).toBe(1);
  });
});

describe('a tag that is pushed again while the walk is under way', () => {
  test('and whose old image is gone leads to the new one', async () => {
    const hostile = await startHostile();
    afterFirst(hostile, TAG, () => {
      remove(hostile);
      hostile.store.put('app', 'v1', next);
    });

    const done = await hostile.run();

    expect(outcome(done)).toEqual(SOUND);
    expect(done.registry().counts.churned).toBe(1);
    expect(hostile.asked({ kind: 'blob', reference: next.config.digest })).not.toEqual([]);
  });

  test('and whose new image is broken is told with that one alone', async () => {
    const hostile = await startHostile();
    afterFirst(hostile, CHILD, () => {
      hostile.store.put('app', 'v1', next);
      hostile.store.removeBlob('app', next.config.digest);
    });
    hostile.store.removeManifest('app', app.arm64.manifest.digest);

    const done = await hostile.run();

    expect(outcome(done)).toEqual(broken('app:v1 config/missing'));
    expect(done.registry().findings[0]?.digest).toBe(next.config.digest);
  });

  test('under two names keeps the finding for the name that still leads to what is broken', async () => {
    const hostile = await startHostile();
    hostile.store.put('app', 'v1.0', app.content);
    hostile.store.removeManifest('app', app.arm64.manifest.digest);
    afterFirst(hostile, CHILD, () => hostile.store.put('app', 'v1', next));

    expect(outcome(await hostile.run())).toEqual(broken('app:v1.0 child/missing linux/arm64'));
  });

  test('with what was missing is whole, and no finding', async () => {
    const hostile = await startHostile();
    const restore = hostile.store.removeManifest('app', app.arm64.manifest.digest);
    afterFirst(hostile, CHILD, restore);

    const done = await hostile.run();

    expect(outcome(done)).toEqual(SOUND);
    expect(done.registry().counts).toMatchObject({ churned: 0, cleared: 1 });
  });
});

describe('a tag that is new', () => {
  test('since the list was read is left to the next run', async () => {
    const hostile = await startHostile({}, [app, single]);
    afterFirst(hostile, LIST, () => hostile.store.put('app', 'v2', next));

    const [first, second] = [await hostile.run(), await hostile.run()];

    expect([outcome(first), outcome(second)]).toEqual([SOUND, SOUND]);
    expect([first.registry().counts.tags, second.registry().counts.tags]).toEqual([2, 3]);
  });
});
