import { describe, expect, test } from 'vitest';

import { buildImage } from '../../src/demo/content.ts';
import { withBreaker } from '../../src/registry/breaker.ts';
import { unknown, type Lookup, type Unknown } from '../../src/walk/lookup.ts';
import type { WalkResult } from '../../src/walk/result.ts';
import type { Ask } from '../../src/walk/source.ts';
import { createMapSource, type MapSource, type Question } from '../support/map-source.ts';
import { walk as walkUnguarded } from '../support/walk.ts';

const OBSERVED = { method: 'GET', status: 503, bytes: 0, detail: 'GET answered 503', failed: true };
const DOWN: Unknown = unknown('server_error', 'GET answered 503', OBSERVED);

/** A repository with many tags, each on an image of its own. */
function manyTags(count: number): MapSource {
  const source = createMapSource();
  for (let n = 0; n < count; n += 1)
    source.put('app', `v${String(n).padStart(3, '0')}`, buildImage({ seed: `many/${n}` }));
  return source;
}

/** Walks the maps as a server would be walked. */
function walk(source: MapSource): Promise<WalkResult> {
  return walkUnguarded({ ...source, guard: withBreaker });
}

function manifests(source: MapSource): readonly Question[] {
  return source.questions.filter(({ kind, reference }) => kind === 'manifest' && reference !== '_catalog');
}

describe('a registry that has stopped answering', () => {
  test('is left alone after ten failures in a row, and everything else in it is unknown', async () => {
    const source = manyTags(200);
    source.intercept = ({ kind }): Lookup<never> | undefined => (kind === 'manifest' ? DOWN : undefined);

    const { findings, complete, unknowns, verdict } = await walk(source);

    // Ten or so in the walk, and as many in each of three rounds, for its tag list still comes.
    expect(manifests(source).length).toBeLessThan(100);
    expect([findings, complete, verdict]).toEqual([[], false, 'unknown']);
    expect(unknowns).toHaveLength(200);
    expect(unknowns.filter(({ reason }) => reason !== 'server_error')).toEqual([]);
    expect(unknowns.some(({ detail }) => detail.startsWith('not asked: 10 requests in a row failed'))).toBe(true);
  });

  test('is asked again when it is back before the end of the walk', async () => {
    const source = manyTags(50);
    let down = true;
    source.intercept = ({ kind, again }) => {
      if (again) down = false;
      return kind === 'manifest' && down ? DOWN : undefined;
    };

    const { verdict, complete, counts } = await walk(source);

    expect([verdict, complete, counts.tags]).toEqual(['sound', true, 50]);
  });

  test('is not taken to be down for many damaged objects in a row, while good ones still come', async () => {
    const source = manyTags(60);
    const damaged = [...source.repository('app').tags].slice(10, 40).map(([tag]) => tag);
    source.intercept = ({ reference }) => (damaged.includes(reference) ? DOWN : undefined);

    const { findings, complete } = await walk(source);

    expect(findings.map(({ tags, fault }) => [tags[0], fault])).toEqual(damaged.map((tag) => [tag, 'unreadable']));
    expect(complete).toBe(true);
  });

  test('is not asked in other ways, neither for a list nor for the catalog', async () => {
    const source = manyTags(100);
    source.intercept = ({ kind }): Lookup<never> | undefined => (kind === 'manifest' ? DOWN : undefined);
    const mayVary: (boolean | undefined)[] = [];
    const noting = <T extends readonly unknown[], R>(ask: (...parameters: T) => R, position: number) => {
      return (...parameters: T): R => {
        mayVary.push((parameters[position] as Ask).mayVary?.());
        return ask(...parameters);
      };
    };

    await walkUnguarded({
      ...source,
      repositories: noting(source.repositories, 0),
      tags: noting(source.tags, 1),
      guard: withBreaker,
    });

    // The catalog and the list before the failures; the catalog, again, after them.
    expect(mayVary.slice(0, 2)).toEqual([true, true]);
    expect(mayVary.at(-1)).toBe(false);
  });
});

describe('a store of blobs that has stopped answering', () => {
  test.each<[string, Unknown]>([
    ['fails', DOWN],
    ['is silent', unknown('timeout', 'sent no headers within 30000 ms')],
    ['refuses connections', unknown('connection', 'refused the connection')],
  ])('is left alone when it %s, however well manifests come', async (_, down) => {
    const source = manyTags(200);
    let blobs = 0;
    source.intercept = ({ kind }): Lookup<never> | undefined =>
      kind === 'blob' && (blobs += 1) > 30 ? down : undefined;

    const { findings, verdict, counts } = await walk(source);

    // Those that came, ten or so in a row that did not, and the controls of each round.
    expect(blobs).toBeLessThan(100);
    expect([findings, verdict, counts.tags]).toEqual([[], 'unknown', 200]);
  });

  test('does not keep manifests from being asked for', async () => {
    const source = manyTags(100);
    source.intercept = ({ kind }): Lookup<never> | undefined => (kind === 'blob' ? DOWN : undefined);

    const { counts } = await walk(source);

    expect([counts.tags, counts.manifests]).toEqual([100, 100]);
  });
});
