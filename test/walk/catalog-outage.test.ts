import { describe, expect, test } from 'vitest';

import { buildImage } from '../../src/demo/content.ts';
import type { MapSource } from '../support/map-source.ts';
import { summarize, walk } from '../support/walk.ts';
import { absent, AMD64, APP, ARM64, asked, GOOD, noAnswer, OTHER, SERVER_ERROR, sourceWith } from './scene.ts';

/** Everything is gone from the n-th question on, as when a volume vanishes. */
function vanishAfter(source: MapSource, questions: number): void {
  source.intercept = ({ reference }) => {
    if (source.questions.length <= questions) return undefined;
    return reference === '_catalog' ? ({ kind: 'found', value: [] } as never) : absent('missing');
  };
}

/** A registry of so many one-tag repositories, the first of them broken: the tag resolves to nothing. */
function registryOf(tags: number, dangling: number): MapSource {
  const source = sourceWith({});
  for (let n = 0; n < tags; n += 1) source.put(`app-${n}`, 'v1', buildImage({ seed: `outage/${n}`, layers: 0 }));
  for (let n = 0; n < dangling; n += 1) source.repository(`app-${n}`).tags.set('v1', '');
  return source;
}

describe('an outage that looks like damage', () => {
  test('a quiet walk asks for nothing again', async () => {
    const source = sourceWith({ 'app:v1': APP, 'good:v1': GOOD });

    const { verdict } = await walk(source);

    expect(verdict).toBe('sound');
    expect(source.questions.filter(({ again }) => again)).toEqual([]);
  });

  test.each([3, 5, 8])(
    'a volume that vanishes after %i questions is suspect, and nothing is found',
    async (questions) => {
      const source = sourceWith({ 'app:v1': APP, 'good:v1': GOOD, 'other:v1': OTHER });
      vanishAfter(source, questions);

      const { verdict, findings } = await walk(source);

      expect([verdict, findings]).toEqual(['suspect', []]);
    },
  );

  test.each([
    ['is empty', { kind: 'found', value: [] } as never, 'suspect'],
    ['is gone', absent('missing'), 'suspect'],
    ['is there', undefined, 'broken'],
  ])('a catalog that %s at the end decides what findings are worth', async (_, answer, verdict) => {
    const source = sourceWith({ 'app:v1': APP, 'good:v1': GOOD });
    source.repository('app').blobs.delete(AMD64.config.digest);
    source.intercept = ({ reference, again }) => (reference === '_catalog' && again ? answer : undefined);

    const result = await walk(source);

    expect(result.verdict).toBe(verdict);
    expect(result.findings).toHaveLength(1);
  });

  test('a catalog that does not come at the end makes the walk incomplete', async () => {
    const source = sourceWith({ 'app:v1': APP, 'good:v1': GOOD });
    source.repository('app').blobs.delete(AMD64.config.digest);
    source.intercept = ({ reference, again }) =>
      reference === '_catalog' && again ? noAnswer('connection') : undefined;

    const { complete, verdict, unknowns } = await walk(source);

    expect([complete, verdict]).toEqual([false, 'broken']);
    expect(unknowns).toMatchObject([{ repository: null, reference: '_catalog', reason: 'connection' }]);
  });

  test('a catalog that was empty from the start has not vanished', async () => {
    const source = sourceWith({ 'app:v1': APP, 'app:good': GOOD });
    source.repository('app').blobs.delete(AMD64.config.digest);
    source.intercept = ({ reference }) =>
      reference === '_catalog' ? ({ kind: 'found', value: [] } as never) : undefined;

    const { verdict } = await walk(source, { include: ['app'] });

    expect(verdict).toBe('broken');
  });

  test.each([
    [20, 10, 'broken'],
    [20, 11, 'suspect'],
    [19, 18, 'broken'],
    [1, 1, 'suspect'],
  ])('of %i tags, %i that resolve to nothing are %s', async (tags, dangling, verdict) => {
    const result = await walk(registryOf(tags, dangling));

    expect([result.verdict, result.findings.length]).toEqual([verdict, dangling]);
  });

  test('a 5xx for everything is no finding', async () => {
    const source = sourceWith({ 'app:v1': APP, 'good:v1': GOOD });
    source.intercept = ({ reference }) => (reference === '_catalog' ? undefined : SERVER_ERROR);

    const { findings, verdict, complete } = await walk(source);

    expect([findings, verdict, complete]).toEqual([[], 'unknown', false]);
  });

  test.each([
    ['stays', 99, ['app:v1 child/unreadable linux/arm64/v8'], true],
    ['heals before the last question', 3, [], true],
  ])('a 5xx on one object that %s', async (_, times, findings, complete) => {
    const source = sourceWith({ 'app:v1': APP });
    let seen = 0;
    source.intercept = ({ reference }) =>
      reference === ARM64.manifest.digest && (seen += 1) <= times ? SERVER_ERROR : undefined;

    const result = await walk(source);

    expect(result.findings.map(summarize)).toEqual(findings);
    expect([result.complete, result.counts.cleared]).toEqual([complete, 0]);
  });
});

describe('a walk that is stopped', () => {
  test('asks for nothing new, confirms what it has seen, and is incomplete', async () => {
    const stop = new AbortController();
    const source = sourceWith({ 'app:v1': APP, 'z:v1': GOOD, 'z:v2': OTHER });
    source.repository('app').manifests.delete(AMD64.manifest.digest);
    source.intercept = ({ reference }) => {
      if (reference === AMD64.manifest.digest) stop.abort();
      return undefined;
    };

    const { findings, unknowns, complete, verdict } = await walk(source, { concurrency: 1 }, { stop: stop.signal });

    expect(findings.map(summarize)).toEqual(['app:v1 child/missing linux/amd64']);
    expect(findings[0]?.confirmations).toBe(3);
    expect([complete, verdict]).toEqual([false, 'broken']);
    expect(new Set(unknowns.map(({ reason }) => reason))).toEqual(new Set(['deadline']));
    expect(unknowns).toMatchObject([{ repository: null, reference: '_rest' }]);
    expect(unknowns[0]?.detail).toContain('2 of 2 repositories');
    expect(asked(source, { repository: 'z', kind: 'resolve', reference: 'v2' })).toEqual([]);
  });

  test('that has to end at once leaves what it has seen unknown', async () => {
    const abort = new AbortController();
    const source = sourceWith({ 'app:v1': APP, 'z:v1': GOOD });
    source.repository('app').manifests.delete(AMD64.manifest.digest);
    source.intercept = ({ again }) => {
      if (again) abort.abort();
      return undefined;
    };

    const { findings, unknowns } = await walk(source, {}, { stop: abort.signal, abort: abort.signal });

    expect(findings).toEqual([]);
    expect(unknowns.map(({ reference, reason }) => [reference, reason])).toEqual([
      ['_catalog', 'deadline'],
      [AMD64.manifest.digest, 'deadline'],
    ]);
  });

  test('before it began is an inaccessible catalog', async () => {
    const source = sourceWith({ 'app:v1': APP });

    const result = await walk(source, {}, { stop: AbortSignal.abort() });

    expect(result).toMatchObject({ catalogAccessible: false, unknowns: [{ reason: 'deadline' }] });
    expect(asked(source)).toEqual([' tags _catalog']);
  });
});
