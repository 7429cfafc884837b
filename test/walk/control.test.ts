import { describe, expect, test } from 'vitest';

import { createControl } from '../../src/walk/control.ts';
import { createTestClock } from '../support/clock.ts';
import type { Ask } from '../../src/walk/source.ts';
import { AMD64, APP, asked, GOOD, noAnswer, OTHER, sourceWith } from './scene.ts';

const AGAIN: Ask = { again: true, signal: new AbortController().signal };
const { digest } = GOOD.manifest;

/** How is asked in a round of its own. */
function inRound(period: number): Ask {
  return { ...AGAIN, round: { ended: new AbortController().signal, period } };
}

const POLICY = { ...noAnswer('forbidden'), policy: 'words' };

describe('createControl', () => {
  test('has nothing to compare with while nothing was found good', async () => {
    const source = sourceWith({ 'app:v1': GOOD });

    const checked = await createControl(source, createTestClock()).check('app', 'manifest', AGAIN);

    expect(checked).toEqual({ kind: 'none' });
    expect(asked(source)).toEqual([]);
  });

  test('holds while what was good is good', async () => {
    const source = sourceWith({ 'app:v1': GOOD });
    const control = createControl(source, createTestClock());
    control.foundGood('app', { kind: 'manifest', digest });

    const checked = await control.check('app', 'manifest', AGAIN);

    expect(checked).toEqual({ kind: 'holds' });
    expect(asked(source)).toEqual([`app manifest ${digest} again`]);
  });

  test.each(['missing', 'no answer', 'altered'])('fails when what was good is %s', async (how) => {
    const source = sourceWith({ 'app:v1': GOOD });
    const control = createControl(source, createTestClock());
    control.foundGood('app', { kind: 'manifest', digest });
    const { manifests } = source.repository('app');
    if (how === 'missing') manifests.delete(digest);
    if (how === 'altered') manifests.set(digest, OTHER.manifest);
    if (how === 'no answer') source.intercept = () => noAnswer('timeout');

    const checked = await control.check('app', 'manifest', AGAIN);

    expect(checked).toMatchObject({ kind: 'fails', detail: expect.stringContaining(`app@${digest}`) });
  });

  test('keeps what was good in some repositories that are done, and in none of the others', async () => {
    const source = sourceWith({ 'app:v1': GOOD });
    const control = createControl(source, createTestClock());
    const names = Array.from({ length: 300 }, (_, index) => `team/app-${index}`);
    for (const name of names) {
      source.put(name, 'v1', GOOD);
      control.foundGood(name, { kind: 'manifest', digest });
    }

    for (const name of names) control.letGo(name);
    const ask = inRound(1);
    const checked = await Promise.all(names.map((name) => control.check(name, 'manifest', ask)));

    expect(new Set(checked.map(({ kind }) => kind))).toEqual(new Set(['holds']));
    expect(asked(source)).toHaveLength(100);
    expect(control.knows('manifest')).toBe(true);
  });

  test('holds as long as one of several is left, for one of them may have been deleted', async () => {
    const source = sourceWith({ 'app:v1': GOOD, 'app:v2': OTHER, 'app:v3': APP });
    const control = createControl(source, createTestClock());
    for (const root of [GOOD, OTHER, APP]) control.foundGood('app', { kind: 'manifest', digest: root.manifest.digest });
    source.repository('app').manifests.delete(digest);
    source.repository('app').manifests.delete(OTHER.manifest.digest);

    expect(await control.check('app', 'manifest', AGAIN)).toEqual({ kind: 'holds' });
  });

  test('asks for three of them at most', async () => {
    const roots = [GOOD, OTHER, AMD64, APP];
    const source = sourceWith({});
    const control = createControl(source, createTestClock());
    for (const root of roots) control.foundGood('app', { kind: 'manifest', digest: root.manifest.digest });

    const checked = await control.check('app', 'manifest', AGAIN);

    expect(checked.kind).toBe('fails');
    expect(source.questions).toHaveLength(3);
  });

  test('takes the good of another repository where this one has none', async () => {
    const source = sourceWith({ 'other:v1': GOOD });
    const control = createControl(source, createTestClock());
    control.foundGood('other', { kind: 'manifest', digest });

    expect(await control.check('app', 'manifest', AGAIN)).toEqual({ kind: 'holds' });
    expect(asked(source)).toEqual([`other manifest ${digest} again`]);
  });

  test('prefers the good of this repository, for a part of a registry can be gone', async () => {
    const source = sourceWith({ 'other:v1': GOOD, 'app:v1': OTHER });
    const control = createControl(source, createTestClock());
    control.foundGood('other', { kind: 'manifest', digest });
    control.foundGood('app', { kind: 'manifest', digest: OTHER.manifest.digest });
    source.repository('app').manifests.clear();

    expect((await control.check('app', 'manifest', AGAIN)).kind).toBe('fails');
  });

  test('compares blobs with blobs and manifests with manifests', async () => {
    const source = sourceWith({ 'app:v1': GOOD });
    const control = createControl(source, createTestClock());
    control.foundGood('app', { kind: 'config', descriptor: GOOD.config });
    const before = [control.knows('manifest'), control.knows('blob')];
    control.foundGood('app', { kind: 'manifest', digest });
    source.repository('app').blobs.clear();

    const [manifest, blob] = await Promise.all([
      control.check('app', 'manifest', AGAIN),
      control.check('app', 'blob', AGAIN),
    ]);

    expect(before).toEqual([false, true]);
    expect(manifest).toEqual({ kind: 'holds' });
    expect(blob).toMatchObject({ kind: 'fails', detail: expect.stringContaining(GOOD.config.digest) as string });
  });

  test('takes no refusal by a policy for an outage: it asks for something else that was good', async () => {
    const source = sourceWith({ 'app:v1': GOOD, 'app:v2': OTHER, 'other:v1': AMD64 });
    const control = createControl(source, createTestClock());
    for (const root of [GOOD, OTHER]) control.foundGood('app', { kind: 'manifest', digest: root.manifest.digest });
    control.foundGood('other', { kind: 'manifest', digest: AMD64.manifest.digest });
    source.intercept = ({ repository }) => (repository === 'app' ? POLICY : undefined);

    const checked = await control.check('app', 'manifest', AGAIN);

    expect(checked).toEqual({ kind: 'holds' });
    expect(asked(source)).toHaveLength(3);
  });

  test('has nothing to compare with where a policy refuses all that was good', async () => {
    const source = sourceWith({ 'app:v1': GOOD });
    const control = createControl(source, createTestClock());
    for (const repository of ['app', 'b1', 'b2', 'b3', 'b4'])
      control.foundGood(repository, { kind: 'manifest', digest });
    source.intercept = () => POLICY;

    expect(await control.check('app', 'manifest', AGAIN)).toEqual({ kind: 'none' });
    // Of hundreds of repositories, it is enough to ask in some.
    expect(source.questions).toHaveLength(4);
  });

  test('fails where one thing is lost and another is refused by a policy', async () => {
    const source = sourceWith({ 'app:v1': GOOD, 'app:v2': OTHER });
    const control = createControl(source, createTestClock());
    for (const root of [GOOD, OTHER]) control.foundGood('app', { kind: 'manifest', digest: root.manifest.digest });
    source.intercept = ({ reference }) => (reference === digest ? undefined : POLICY);
    source.repository('app').manifests.delete(digest);

    expect((await control.check('app', 'manifest', AGAIN)).kind).toBe('fails');
  });

  test('asks once a round, and again in the next one', async () => {
    const source = sourceWith({ 'app:v1': GOOD });
    const control = createControl(source, createTestClock());
    control.foundGood('app', { kind: 'manifest', digest });
    const askAll = (ask: Ask) =>
      Promise.all([
        control.check('app', 'manifest', ask),
        control.check('empty', 'manifest', ask),
        control.tags('app', ask),
        control.isAlive('app', ask),
      ]);
    const first = inRound(1);

    await askAll(first);
    await askAll(first);
    expect(source.questions).toHaveLength(2);
    source.repository('app').manifests.clear();
    const [checked] = await askAll(inRound(2));

    expect(source.questions).toHaveLength(4);
    expect(checked.kind).toBe('fails');
  });

  test('mixes no rounds that overlap, and asks in each for what comes, but for what does not once in a while', async () => {
    const source = sourceWith({ 'app:v1': GOOD, 'gone:v1': OTHER });
    const control = createControl(source, createTestClock());
    control.foundGood('app', { kind: 'manifest', digest });
    control.foundGood('gone', { kind: 'manifest', digest: OTHER.manifest.digest });
    source.repository('gone').manifests.clear();
    const [one, other, later] = [inRound(1), inRound(1), inRound(2)];
    const askedFor: number[] = [];

    for (const ask of [one, other, one, later, other]) {
      const before = source.questions.length;
      const checked = await Promise.all(['app', 'gone'].map((name) => control.check(name, 'manifest', ask)));
      expect(checked.map(({ kind }) => kind)).toEqual(['holds', 'fails']);
      askedFor.push(source.questions.length - before);
    }

    expect(askedFor).toEqual([2, 1, 0, 2, 0]);
  });

  test.each<[string, 'some' | 'none' | 'unknown' | 'not known', boolean]>([
    ['has tags', 'some', true],
    ['is empty', 'none', false],
    ['does not come', 'unknown', false],
    ['is of no known repository', 'not known', false],
  ])('a tag list that %s says that the storage answers: %#', async (_, how, expected) => {
    const source = sourceWith({ 'app:v1': GOOD });
    if (how === 'none') source.repository('app').tags.clear();
    if (how === 'not known') source.repositoriesByName.clear();
    if (how === 'unknown') source.intercept = () => noAnswer('server_error');

    expect(await createControl(source, createTestClock()).isAlive('app', AGAIN)).toBe(expected);
  });
});
