import { describe, expect, test } from 'vitest';

import { PLAIN_ITINERARY, type Itinerary, type RunErrand, type WalkedLeg } from '../../src/walk/itinerary.ts';
import { partOf } from '../../src/walk/parts.ts';
import { summarize, walk } from '../support/walk.ts';
import type { MapSource } from '../support/map-source.ts';
import { absent, AMD64, APP, asked, GOOD, noAnswer, OTHER, sourceWith } from './scene.ts';

/** An itinerary that keeps what it is told. */
function keepingItinerary(changes: Partial<Itinerary> = {}) {
  const legs: WalkedLeg[] = [];
  const errands: RunErrand[] = [];
  const turns: string[] = [];
  const itinerary: Itinerary = {
    ...PLAIN_ITINERARY,
    walked: (leg) => void legs.push(leg),
    ran: (errand) => void errands.push(errand),
    goOn: (turn, name) => void turns.push(`${turn} ${name}`),
    ...changes,
  };
  return { itinerary, legs, errands, turns };
}

/** What was resolved, in order. */
function resolved(source: MapSource): readonly string[] {
  return asked(source, { kind: 'resolve' }).map((line) => line.replace(' resolve ', ':'));
}

const THREE = { 'a:v1': GOOD, 'a:v2': OTHER, 'b:v1': APP, 'c:v1': GOOD };

describe('what is asked first', () => {
  test('is what was broken and then what is used, those tags alone, each once', async () => {
    const source = sourceWith(THREE);
    const { itinerary, errands } = keepingItinerary({ broken: [{ repository: 'c', tags: ['v1'], digests: [] }] });

    const result = await walk(source, { concurrency: 1, itinerary, usedTags: new Map([['a', ['v2', 'v9']]]) });

    expect(resolved(source)).toEqual(['c:v1', 'a:v2', 'a:v1', 'b:v1']);
    expect(result).toMatchObject({ complete: true, counts: { repositories: 3, tags: 4, tagsListed: 4, churned: 0 } });
    expect(errands).toEqual([
      { repository: 'a', done: new Set(['v2', 'v9']) },
      { repository: 'c', done: new Set(['v1']) },
    ]);
  });

  test('leaves room for the rest where it is too much, and goes on there the next time', async () => {
    const source = sourceWith(THREE);
    const usedTags = new Map([
      ['a', ['v1']],
      ['b', ['v1']],
      ['c', ['v1']],
    ]);
    const { itinerary, turns } = keepingItinerary({ begin: (turn) => (turn === 'used' ? 'b v1' : null) });

    await walk(
      source,
      { concurrency: 1, itinerary, usedTags },
      { spent: () => (resolved(source).length > 0 ? 0.5 : 0) },
    );

    // b has its turn; a and c come with everything else.
    expect(resolved(source)).toEqual(['b:v1', 'a:v1', 'a:v2', 'c:v1']);
    expect(turns).toEqual(['used c v1']);
  });

  test('is the first of each turn even where nothing is left for it', async () => {
    const source = sourceWith(THREE);
    const broken = ['a', 'b'].map((repository) => ({ repository, tags: ['v1'], digests: [] }));
    const { itinerary, turns } = keepingItinerary({ broken });

    await walk(source, { concurrency: 1, itinerary, usedTags: new Map([['c', ['v1']]]) }, { spent: () => 1 });

    expect(resolved(source).slice(0, 2)).toEqual(['a:v1', 'c:v1']);
    expect(turns).toEqual(['broken b v1']);
  });

  test('is nothing in a repository that is not walked', async () => {
    const source = sourceWith(THREE);
    const { itinerary } = keepingItinerary({ broken: [{ repository: 'gone', tags: ['v1'], digests: [] }] });

    await walk(source, { repositories: ['b'], itinerary, usedTags: new Map([['a', ['v1']]]) });

    expect(resolved(source)).toEqual(['b:v1']);
  });
});

describe('a leg', () => {
  test('is told with what was counted on it, and nothing of the others', async () => {
    const { itinerary, legs } = keepingItinerary();
    const source = sourceWith({ ...THREE, 'empty:x': GOOD });
    source.repository('empty').tags.clear();

    await walk(source, { itinerary, tags: ['v1'] });

    const told = legs.map(({ repository, done, cutShort, counts }) => {
      const { repositories, repositoriesEmpty, tagsListed, tags, manifests, indexes, blobs, skipped } = counts;
      const seen = [repositories, repositoriesEmpty, tagsListed, tags, manifests, indexes, blobs, skipped.excluded];
      return [repository, done, cutShort, ...seen];
    });
    expect(told.toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1))).toEqual([
      ['a', true, false, 1, 0, 2, 1, 1, 0, 3, 1],
      ['b', true, false, 1, 0, 1, 1, 2, 1, 6, 0],
      ['c', true, false, 1, 0, 1, 1, 1, 0, 3, 0],
      ['empty', true, false, 1, 1, 0, 0, 0, 0, 0, 0],
    ]);
  });

  test('with something broken is done, and one with something unknown is not', async () => {
    const { itinerary, legs } = keepingItinerary();
    const source = sourceWith(THREE);
    source.repository('b').manifests.delete(AMD64.manifest.digest);
    source.intercept = ({ repository, kind }) =>
      repository === 'c' && kind === 'manifest' ? noAnswer('forbidden') : undefined;

    const { findings } = await walk(source, { itinerary });

    expect(findings.map(summarize)).toEqual(['b:v1 child/missing linux/amd64']);
    expect(legs.map(({ repository, done }) => `${repository} ${done}`).toSorted()).toEqual([
      'a true',
      'b true',
      'c false',
    ]);
  });

  test('that the end of the run cuts short is not done, and what was not begun is not told', async () => {
    const stop = new AbortController();
    const { itinerary, legs } = keepingItinerary();
    const source = sourceWith(THREE);
    source.intercept = ({ repository }) => {
      if (repository === 'b') stop.abort();
      return undefined;
    };

    const result = await walk(source, { concurrency: 1, itinerary, isPartEnough: true }, { stop: stop.signal });

    expect(legs.map(({ repository, done, cutShort }) => [repository, done, cutShort])).toEqual([
      ['a', true, false],
      ['b', false, true],
    ]);
    expect(result).toMatchObject({ complete: false, unknowns: [], verdict: 'unknown', census: { rest: 2 } });
  });

  test('goes in parts where a repository has many tags, of which each is done by itself', async () => {
    const tags = Array.from({ length: 40 }, (_, index) => `v${index}`);
    const source = sourceWith(Object.fromEntries(tags.map((tag) => [`big:${tag}`, GOOD])));
    source.put('big', 'bad', OTHER);
    source.intercept = ({ reference }) => (reference === OTHER.manifest.digest ? noAnswer('forbidden') : undefined);
    const { itinerary, legs } = keepingItinerary({ divide: () => ({ bits: 2, indexes: [3, 0, 1, 2] }) });

    const { counts } = await walk(source, { concurrency: 1, itinerary });

    const order = resolved(source).map((line) => partOf('big', line.replace('big:', ''), 2));
    expect(order.filter((part, index) => part !== order[index - 1])).toEqual([3, 0, 1, 2]);
    expect(legs[0]?.parts?.tried).toEqual([partOf('big', 'bad', 2)]);
    expect([...(legs[0]?.parts?.done.keys() ?? [])]).toEqual(
      [3, 0, 1, 2].filter((part) => part !== partOf('big', 'bad', 2)),
    );
    // The one image is asked for once, however many parts its tags are in.
    expect([counts.manifests, counts.tags]).toEqual([1, 41]);
  });

  test('whose list of tags comes at the second try is walked all the same', async () => {
    const { itinerary, legs } = keepingItinerary();
    const source = sourceWith(THREE);
    source.intercept = ({ repository, reference, again }) =>
      repository === 'a' && reference === '_tags' && !again ? noAnswer('timeout') : undefined;

    const { complete } = await walk(source, { itinerary, usedTags: new Map([['a', ['v1']]]) });

    expect(complete).toBe(true);
    expect(legs.find(({ repository }) => repository === 'a')).toMatchObject({ done: true, counts: { tags: 2 } });
  });
});

test.each([
  ['believed where that is good', OTHER, 'broken'],
  ['held back where there is nothing else', null, 'suspect'],
])('a run that sees nothing but broken things is %s', async (_, other, verdict) => {
  const stop = new AbortController();
  const source = sourceWith({ 'bad:v1': GOOD, ...(other === null ? {} : { 'other:v1': other }) });
  let blobs = 0;
  source.intercept = ({ repository, kind }) => {
    if (repository !== 'bad' || kind !== 'blob') return undefined;
    blobs += 1;
    if (blobs === 3) stop.abort();
    return absent('missing');
  };
  const { itinerary } = keepingItinerary({ broken: [{ repository: 'bad', tags: ['v1'], digests: [] }] });

  const result = await walk(source, { concurrency: 1, itinerary, isPartEnough: true }, { stop: stop.signal });

  expect(result.findings).toHaveLength(3);
  expect(result.verdict).toBe(verdict);
});
