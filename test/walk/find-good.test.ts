import { describe, expect, test } from 'vitest';

import { findGoodElsewhere } from '../../src/walk/find-good.ts';
import { createSelection } from '../../src/walk/selection.ts';
import { shardOf } from '../../src/walk/shard.ts';
import { createTree } from '../../src/walk/tree.ts';
import type { MapSource } from '../support/map-source.ts';
import { summarize, walk } from '../support/walk.ts';
import { absent, AMD64, APP, asked, contextOver, GOOD, OTHER, SERVER_ERROR, sourceWith } from './scene.ts';

const COUNT = 4;
const BROKEN = 'app';
/** Names of repositories that are in other shards than the broken one. */
const ELSEWHERE = Array.from({ length: 60 }, (_, n) => `team/${n}`).filter(
  (name) => shardOf(name, COUNT) !== shardOf(BROKEN, COUNT),
);
const SHARD = { index: shardOf(BROKEN, COUNT), count: COUNT };
const NO_PATTERNS = createSelection([]);

function inOthers(source: MapSource): readonly string[] {
  return asked(source).filter((line) => line.startsWith('team/'));
}

describe('a shard that holds broken images alone', () => {
  test('knows by another shard that the registry is fine', async () => {
    const source = sourceWith({ 'app:v1': GOOD, [`${ELSEWHERE[0]}:v1`]: OTHER });
    source.repository('app').manifests.clear();

    const { findings, verdict, counts } = await walk(source, { shard: SHARD });

    expect(verdict).toBe('broken');
    expect(findings.map(summarize)).toEqual(['app:v1 manifest/missing']);
    expect(counts).toMatchObject({ repositoriesListed: 1, repositories: 1, tags: 1, manifests: 0, blobs: 0 });
  });

  test.each([
    ['manifest', 'app:v1 manifest/unreadable'],
    ['blob', 'app:v1 config/unreadable'],
  ] as const)('tells a %s that answers 5xx from an outage', async (kind, finding) => {
    const source = sourceWith({ 'app:v1': GOOD, [`${ELSEWHERE[0]}:v1`]: OTHER });
    source.intercept = (question) =>
      question.repository === 'app' && question.kind === kind ? SERVER_ERROR : undefined;

    const { findings } = await walk(source, { shard: SHARD });

    expect(findings.map(summarize)).toContain(finding);
  });

  test('stays suspect where the other shards have nothing good either', async () => {
    const source = sourceWith({ 'app:v1': GOOD, [`${ELSEWHERE[0]}:v1`]: OTHER });
    for (const name of ['app', ELSEWHERE[0] ?? '']) source.repository(name).manifests.clear();

    const { verdict, counts, unknowns } = await walk(source, { shard: SHARD });

    expect(verdict).toBe('suspect');
    expect([counts.tags, unknowns]).toEqual([1, []]);
  });

  test('gives up after three tags each of twenty repositories', async () => {
    const tags = ['v1', 'v2', 'v3', 'v4'];
    const entries = ELSEWHERE.flatMap((name) => tags.map((tag) => [`${name}:${tag}`, OTHER]));
    const source = sourceWith({ 'app:v1': GOOD, ...Object.fromEntries(entries) });
    for (const { manifests } of source.repositoriesByName.values()) manifests.clear();

    await walk(source, { shard: SHARD });

    expect(ELSEWHERE.length).toBeGreaterThan(20);
    expect(inOthers(source)).toHaveLength(20 * (1 + 3));
  });

  test('stops asking at the first image that is good', async () => {
    const content = Object.fromEntries(ELSEWHERE.slice(0, 5).map((name) => [`${name}:v1`, OTHER]));
    const source = sourceWith({ 'app:v1': GOOD, ...content });
    source.repository('app').manifests.clear();

    await walk(source, { shard: SHARD });

    expect(new Set(source.questions.map(({ repository }) => repository)).size).toBe(3); // the catalog and two of them
  });
});

describe('findGoodElsewhere', () => {
  const ABSENT = absent();
  function addSuspect(context: ReturnType<typeof contextOver>): void {
    context.suspects.add({
      tree: createTree('app'),
      reference: 'v1',
      first: ABSENT,
      askAgain: () => Promise.resolve(ABSENT),
      end: () => {},
    });
  }

  test('asks for nothing where nothing is in doubt', async () => {
    const source = sourceWith({ 'team/0:v1': OTHER });

    await findGoodElsewhere(contextOver(source), ['team/0'], NO_PATTERNS);

    expect(source.questions).toEqual([]);
  });

  test('asks for nothing where the shard has something good of each kind', async () => {
    const source = sourceWith({ 'team/0:v1': OTHER });
    const context = contextOver(source);
    addSuspect(context);
    context.control.foundGood('app', { kind: 'manifest', digest: GOOD.manifest.digest });
    context.control.foundGood('app', { kind: 'layer', descriptor: GOOD.layers[0] ?? GOOD.config });

    await findGoodElsewhere(context, ['team/0'], NO_PATTERNS);

    expect(source.questions).toEqual([]);
  });

  test('leaves suspects, unknowns and progress of its own behind', async () => {
    const source = sourceWith({ 'team/0:v1': APP });
    source.repository('team/0').manifests.delete(AMD64.manifest.digest);
    const seen: unknown[] = [];
    const context = contextOver(source, { deps: { onProgress: (progress) => void seen.push(progress) } });
    addSuspect(context);

    await findGoodElsewhere(context, ['team/0'], NO_PATTERNS);

    expect([context.suspects.size, context.unknowns, context.trees.size, seen]).toEqual([1, [], 0, []]);
    expect(context.tally.counts([])).toMatchObject({ tags: 0, manifests: 0, blobs: 0 });
    expect([context.control.knows('manifest'), context.control.knows('blob')]).toEqual([true, true]);
  });

  test('leaves alone the tags that are not to be walked', async () => {
    const source = sourceWith({ 'team/0:v1': OTHER, 'team/0:v2': GOOD });
    const context = contextOver(source);
    addSuspect(context);

    await findGoodElsewhere(context, ['team/0'], createSelection(['!v1']));

    expect(asked(source, { reference: 'v1' })).toEqual([]);
    expect(context.tally.goodManifests).toBe(1);
  });

  test('reads no layers whole', async () => {
    const source = sourceWith({ 'team/0:v1': OTHER });
    const checks: string[] = [];
    const { blob } = source;
    const watched = {
      ...source,
      blob: (...args: Parameters<typeof blob>) => {
        checks.push(args[2]);
        return blob(...args);
      },
    };
    const context = contextOver(watched, { options: { blobCheck: 'full' } });
    addSuspect(context);

    await findGoodElsewhere(context, ['team/0'], NO_PATTERNS);

    expect(new Set(checks)).toEqual(new Set(['tail']));
  });
});
