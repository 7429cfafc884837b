import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { buildImage, buildIndex } from '../../src/demo/content.ts';
import type { Finding } from '../../src/walk/finding.ts';
import type { Counts, WalkResult } from '../../src/walk/result.ts';
import { shardOf } from '../../src/walk/shard.ts';
import { createMapSource, type MapSource } from '../support/map-source.ts';
import { summarize, walk } from '../support/walk.ts';
import { asked, GOOD, keepingLog, OTHER, SERVER_ERROR, sourceWith } from './scene.ts';

function walkShards(source: MapSource, count: number, options = {}): Promise<readonly WalkResult[]> {
  const shards = Array.from({ length: count }, (_, index) => ({ index, count }));
  return Promise.all(shards.map((shard) => walk(source, { ...options, shard })));
}

describe('a shard', () => {
  test('asks for its own repositories alone, and counts no others', async () => {
    const source = sourceWith({ 'app:v1': GOOD, 'app:v2': OTHER, 'web:v1': GOOD, 'db:v1': GOOD, 'db-cache:v1': GOOD });
    const index = shardOf('app', 3);

    const { counts, complete, verdict } = await walk(source, {
      shard: { index, count: 3 },
      repositories: ['!*-cache'],
    });

    const own = ['app', 'web', 'db', 'db-cache'].filter((name) => shardOf(name, 3) === index);
    const excluded = own.filter((name) => name.endsWith('-cache')).length;
    expect([complete, verdict]).toEqual([true, 'sound']);
    expect(counts).toMatchObject({ repositoriesListed: own.length, repositories: own.length - excluded });
    expect(counts.skipped.excluded).toBe(excluded);
    const others = source.questions.filter(({ repository }) => repository !== '' && !own.includes(repository));
    expect(others).toEqual([]);
  });

  test('without a repository is complete, with nothing in it', async () => {
    const source = sourceWith({ 'app:v1': GOOD });
    const index = (shardOf('app', 3) + 1) % 3;

    const result = await walk(source, { shard: { index, count: 3 } });

    expect(result).toMatchObject({ complete: true, catalogAccessible: true, verdict: 'sound', findings: [] });
    expect(result.counts).toMatchObject({ repositoriesListed: 0, repositories: 0, tags: 0 });
    expect(asked(source)).toEqual([' tags _catalog']);
  });

  test('without a repository of its own in a list asks for nothing, and is accessible', async () => {
    const source = sourceWith({ 'app:v1': GOOD });
    source.intercept = () => SERVER_ERROR;
    const own = shardOf('app', 2);
    const list = { catalog: 'list', include: ['app'] } as const;

    const without = await walk(source, { ...list, shard: { index: 1 - own, count: 2 } });
    expect(without).toMatchObject({ complete: true, catalogAccessible: true, verdict: 'sound' });
    expect(asked(source)).toEqual([]);

    const withIt = await walk(source, { ...list, shard: { index: own, count: 2 } });
    expect(withIt).toMatchObject({ complete: false, catalogAccessible: false, verdict: 'unknown' });
  });

  test('of an empty catalog says that it is empty, as the whole would', async () => {
    const results = await walkShards(createMapSource(), 3);

    for (const result of results) {
      expect(result).toMatchObject({ complete: false, catalogAccessible: false });
      expect(result.unknowns[0]?.detail).toMatch(/^empty_catalog/);
    }
  });

  test('has its part of the repositories that are named', async () => {
    const source = sourceWith({ 'app:v1': GOOD, 'web:v1': GOOD, 'db:v1': GOOD });
    const include = ['app', 'web', 'db'];

    const results = await walkShards(source, 2, { catalog: 'list', include });

    const listed = [0, 1].map((index) => include.filter((name) => shardOf(name, 2) === index).length);
    expect(results.map(({ counts }) => counts.repositoriesListed)).toEqual(listed);
    expect(results.map(({ complete }) => complete)).toEqual([true, true]);
  });

  test('of a pull-through cache counts its part of the list', async () => {
    const source = sourceWith({ 'app:v1': GOOD, 'web:v1': GOOD, 'db:v1': GOOD });

    const results = await walkShards(source, 2, { kind: 'pull-through' });

    expect(sum(results.map(({ counts }) => counts.skipped.pull_through))).toBe(3);
    expect(asked(source, { kind: 'manifest' })).toEqual([]);
  });

  test('warns of a pattern for repositories that no shard has, and of none that another shard needs', async () => {
    const source = sourceWith({ 'app:v1': GOOD, 'web:v2': GOOD, 'db:v3': GOOD });
    const log = keepingLog();

    for (const index of [0, 1, 2]) {
      const options = { repositories: ['app', 'web', 'db', '!typo'], tags: ['v1', 'v2', 'v3'] };
      await walk(source, { ...options, shard: { index, count: 3 } }, { log });
    }

    expect([...new Set(log.lines)]).toEqual(['A repository pattern matches nothing {"pattern":"!typo"}']);
  });
});

const IMAGES = Array.from({ length: 5 }, (_, n) => buildImage({ seed: `shards/${n}` }));
const ROOTS = [...IMAGES, buildIndex(IMAGES.slice(0, 2)), buildIndex(IMAGES.slice(1, 4))];

/** Repositories with tags, each on one of the roots; what is removed of all there is; and what answers 500. */
const registry = fc.record({
  repositories: fc.dictionary(
    fc.constantFrom('app', 'web', 'db', 'team/a', 'team/b', 'infra/x', 'infra/y'),
    fc.dictionary(fc.constantFrom('v1', 'v2', 'latest'), fc.nat({ max: ROOTS.length - 1 }), { minKeys: 1 }),
    { minKeys: 1 },
  ),
  removals: fc.array(fc.nat(), { maxLength: 5 }),
  failing: fc.array(fc.nat(), { maxLength: 2 }),
  count: fc.integer({ min: 2, max: 4 }),
});

describe('all shards together', () => {
  test('find what one walk over the whole registry finds, and count what it counts', async () => {
    await fc.assert(
      fc.asyncProperty(registry, async ({ repositories, removals, failing, count }) => {
        const source = createMapSource();
        for (const [name, tags] of Object.entries(repositories)) {
          for (const [tag, root] of Object.entries(tags)) source.put(name, tag, ROOTS[root] ?? GOOD);
        }
        damage(source, removals, failing);

        const whole = await walk(source);
        const shards = await walkShards(source, count);

        const findings = shards.flatMap((shard) => shard.findings);
        expect(findings.map(keyOf).toSorted()).toEqual(whole.findings.map(keyOf).toSorted());
        expect(shards.every(({ complete }) => complete)).toBe(whole.complete);
        expect(shards.some(({ verdict }) => verdict === 'suspect')).toBe(whole.verdict === 'suspect');
        for (const name of COUNTED) {
          expect([name, sum(shards.map(({ counts }) => counts[name]))]).toEqual([name, whole.counts[name]]);
        }
      }),
      { numRuns: 300 },
    );
  });
});

const COUNTED = [
  'repositoriesListed',
  'repositories',
  'repositoriesEmpty',
  'tagsListed',
  'tags',
  'manifests',
  'indexes',
  'blobs',
] as const satisfies readonly (keyof Counts)[];

function damage(source: MapSource, removals: readonly number[], failing: readonly number[]): void {
  const things = [...source.repositoriesByName].flatMap(([repository, { manifests, blobs }]) => [
    ...[...manifests.keys()].map((digest) => ({ repository, digest, remove: () => manifests.delete(digest) })),
    ...[...blobs.keys()].map((digest) => ({ repository, digest, remove: () => blobs.delete(digest) })),
  ]);
  for (const pick of removals) things[pick % things.length]?.remove();
  const broken = new Set(failing.map((pick) => things[pick % things.length]).map((one) => nameOf(one)));
  source.intercept = ({ repository, kind, reference }) => {
    const digest = kind === 'manifest' ? (source.repository(repository).tags.get(reference) ?? reference) : reference;
    return broken.has(nameOf({ repository, digest })) ? SERVER_ERROR : undefined;
  };
}

function nameOf(thing: { readonly repository: string; readonly digest: string } | undefined): string {
  return `${thing?.repository} ${thing?.digest}`;
}

function keyOf(finding: Finding): string {
  return `${summarize(finding)} ${finding.digest} ${finding.path.join(' ')} ${finding.confirmations}`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
