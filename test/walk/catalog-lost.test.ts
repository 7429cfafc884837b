import { describe, expect, test } from 'vitest';

import { unknown, type UnknownReason } from '../../src/walk/lookup.ts';
import type { CatalogWalkOptions } from '../../src/walk/options.ts';
import { createTestClock } from '../support/clock.ts';
import { createMapSource, type MapSource } from '../support/map-source.ts';
import { walk } from '../support/walk.ts';
import { absent, AMD64, APP, GOOD, sourceWith } from './scene.ts';

const KNOWN: Partial<CatalogWalkOptions> = { knowsRepositories: true };

/** A registry whose catalog gives these answers, one after the other; the last one from then on. */
function answering(...answers: readonly unknown[]): MapSource {
  const source = sourceWith({ 'app:v1': APP });
  let asked = 0;
  source.intercept = ({ reference }) => {
    if (reference !== '_catalog') return undefined;
    asked += 1;
    return answers[Math.min(asked, answers.length) - 1] as never;
  };
  return source;
}

const EMPTY = { kind: 'found', value: [] };
const GONE = absent('missing');
const A_PAGE = { ...GONE, observed: { ...GONE.observed, hearsay: true } };

describe('a catalog in which earlier runs saw repositories', () => {
  test.each([
    { title: 'empty', answer: EMPTY, detail: 'empty_catalog' },
    { title: 'gone', answer: GONE, detail: 'no_catalog' },
  ])('is lost where it is $title, twice', async ({ answer, detail }) => {
    const result = await walk(answering(answer), KNOWN);

    expect(result).toMatchObject({ complete: false, catalogAccessible: false, catalogLost: true });
    expect(result.unknowns[0]?.detail).toContain(detail);
  });

  test('is asked again when the pauses of a confirmation are over', async () => {
    const source = answering(EMPTY);
    const clock = createTestClock();
    const began = clock.now();

    await walk(source, { ...KNOWN, confirm: { delayMs: 2000, rounds: 3 } }, { clock });

    expect(source.questions.map(({ reference, again }) => [reference, again])).toEqual([
      ['_catalog', false],
      ['_catalog', true],
    ]);
    expect(clock.now() - began).toBe(6000);
  });

  test('is walked where it is there again', async () => {
    const result = await walk(answering(EMPTY, undefined), KNOWN);

    expect(result).toMatchObject({ complete: true, verdict: 'sound', counts: { repositories: 1 } });
    expect(result).not.toHaveProperty('catalogLost');
  });

  test.each(['connection', 'timeout', 'tls', 'auth', 'server_error', 'protocol'] as const)(
    'is not lost, but out of reach, for reasons of %s, at the first or at the second look',
    async (reason: UnknownReason) => {
      const broken = unknown(reason, 'it is down');

      const atFirst = await walk(answering(broken), KNOWN);
      const atSecond = await walk(answering(EMPTY, broken), KNOWN);

      for (const result of [atFirst, atSecond]) {
        expect(result).toMatchObject({ catalogAccessible: false, unknowns: [{ reason }] });
        expect(result).not.toHaveProperty('catalogLost');
      }
    },
  );

  test.each<{ title: string; options: Partial<CatalogWalkOptions>; answer?: unknown }>([
    { title: 'nobody has seen a repository', options: {} },
    { title: 'it may be empty', options: { ...KNOWN, allowEmptyCatalog: true } },
    { title: 'it is a cache', options: { ...KNOWN, kind: 'pull-through' } },
    { title: 'what was seen may be what is named', options: { ...KNOWN, include: ['app'] } },
    { title: 'something else answers that there is no such page', options: KNOWN, answer: A_PAGE },
  ])('is not lost where $title', async ({ options, answer = EMPTY }) => {
    expect(await walk(answering(answer), options)).not.toHaveProperty('catalogLost');
  });

  test('is not lost where there was no time to ask again', async () => {
    const stop = new AbortController();
    const source = createMapSource();
    source.intercept = () => {
      stop.abort();
      return EMPTY as never;
    };

    expect(await walk(source, KNOWN, { stop: stop.signal })).not.toHaveProperty('catalogLost');
  });

  test.each([
    { title: 'empty', answer: EMPTY, lost: true },
    { title: 'gone', answer: GONE, lost: true },
    { title: 'hidden by another server', answer: A_PAGE, lost: undefined },
  ])('that is $title at the end of a walk is vanished, and maybe lost', async ({ answer, lost }) => {
    const source = sourceWith({ 'app:v1': APP, 'good:v1': GOOD });
    source.repository('app').blobs.delete(AMD64.config.digest);
    source.intercept = ({ reference, again }) => (reference === '_catalog' && again ? (answer as never) : undefined);

    const result = await walk(source, KNOWN);
    const unknownBefore = await walk(source);

    expect([result.verdict, result.catalogLost]).toEqual(['suspect', lost]);
    expect(unknownBefore).not.toHaveProperty('catalogLost');
  });
});
