import { expect, test } from 'vitest';

import { mostInDoubt } from '../../src/cli/heap-watch.ts';
import { catalogWalkOptions, shardOfProcess, walkOptions } from '../../src/cli/walk-options.ts';
import { load, prod, withProd } from '../config/loading.ts';

test('what the top level says about walks reaches the walk', async () => {
  const file = [
    'blobCheck: full',
    'concurrency: 7',
    'confirm: { delay: 3s, rounds: 5 }',
    'allowMissingPlatforms: [windows/**]',
    'excludePlatforms: [linux/s390x]',
    'referrers: true',
  ].join('\n');

  const { settings } = await load({ file });

  expect(walkOptions(settings.walk)).toEqual({
    blobCheck: 'full',
    concurrency: 7,
    confirm: { delayMs: 3000, rounds: 5 },
    allowMissingPlatforms: ['windows/**'],
    excludePlatforms: ['linux/s390x'],
    referrers: true,
    mostInDoubt: mostInDoubt(),
  });
});

test('what a registry says for itself reaches its walk', async () => {
  const lines = [
    'kind: pull-through',
    'allowEmptyCatalog: true',
    'repositories: { match: [team/**], include: [team/hidden], source: list }',
    'tags: { match: ["!*-rc"] }',
    'blobCheck: head',
  ];

  const registry = prod(await load({ file: withProd(...lines) }));

  const pinned = new Map([['team/app', ['sha256:1']]]);
  const usedTags = new Map([['team/web', ['v1']]]);
  const inUse = new Set(['team/app', 'team/web']);

  expect(catalogWalkOptions(registry, { index: 1, count: 3 }, { pinned, usedTags, inUse })).toEqual({
    blobCheck: 'head',
    concurrency: 32,
    confirm: { delayMs: 2000, rounds: 3 },
    allowMissingPlatforms: [],
    excludePlatforms: [],
    referrers: false,
    mostInDoubt: mostInDoubt(),
    kind: 'pull-through',
    catalog: 'list',
    include: ['team/hidden'],
    repositories: ['team/**'],
    tags: ['!*-rc'],
    allowEmptyCatalog: true,
    shard: { index: 1, count: 3 },
    pinned,
    usedTags,
    inUse,
  });
});

test.each([
  ['concurrency: auto', 32],
  ['maxConcurrency: 12', 12],
  ['{ concurrency: 3, maxConcurrency: 2 }', 3],
])('%s lets a walk ask at most %i questions at once', async (file, concurrency) => {
  const { settings } = await load({ file });

  expect(walkOptions(settings.walk)).toMatchObject({ concurrency });
});

test.each([
  [3, 2, { index: 2, count: 3 }],
  [3, null, null],
  [1, 0, null],
  [1, null, null],
])('of %d shards, the process for shard %j walks %j', (shards, index, shard) => {
  expect(shardOfProcess({ shards }, index)).toEqual(shard);
});
