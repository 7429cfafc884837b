import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { buildImage, buildIndex, type Image, type Index } from '../../src/demo/content.ts';
import { buildLayer } from '../../src/demo/layer.ts';
import type { Finding } from '../../src/walk/finding.ts';
import { createMapSource, type MapRepository, type MapSource } from '../support/map-source.ts';
import { walk } from '../support/walk.ts';

const SHARED = [0, 1, 2].map((position) => buildLayer(`exact/shared/${position}`));
const PLATFORMS = ['amd64', 'arm64', 's390x'].map((architecture) => ({ os: 'linux', architecture }));
const IMAGES = Array.from({ length: 6 }, (_, n) =>
  buildImage({
    seed: `exact/${n}`,
    platform: PLATFORMS[n % PLATFORMS.length] ?? { os: 'linux', architecture: 'amd64' },
    layers: [...SHARED.slice(0, n % 4), buildLayer(`exact/own/${n}`)],
  }),
);

const image = fc.constantFrom(...IMAGES);
const node: fc.Arbitrary<Image | Index> = fc.letrec<{ node: Image | Index; index: Index }>((tie) => ({
  node: fc.oneof({ maxDepth: 3, depthIdentifier: 'tree' }, image, tie('index')),
  index: fc.array(tie('node'), { maxLength: 3, depthIdentifier: 'tree' }).map((children) => buildIndex(children)),
})).node;

/** Repositories with tags, each tag on a tree; and, of everything there is, what is removed: every n-th thing. */
const registry = fc.record({
  trees: fc.dictionary(
    fc.constantFrom('alpha', 'beta/x', 'gamma'),
    fc.dictionary(fc.constantFrom('v1', 'v2', 'latest', 'edge'), node, { minKeys: 1 }),
    { minKeys: 1 },
  ),
  removals: fc.array(fc.nat(), { maxLength: 6 }),
});

describe('the walk over random trees with random removals', () => {
  test('finds exactly the removed things that a tag reaches', async () => {
    await fc.assert(
      fc.asyncProperty(registry, async ({ trees, removals }) => {
        const source = build(trees);
        remove(source, removals);

        const result = await walk(source);

        expect(result.findings.map(keyOf).toSorted()).toEqual(expected(source, trees));
        expect(result.complete).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test('asks for each digest of a repository once, and for each tag once', async () => {
    await fc.assert(
      fc.asyncProperty(registry, async ({ trees, removals }) => {
        const source = build(trees);
        remove(source, removals);

        await walk(source);

        const first = source.questions.filter(({ again }) => !again);
        const keys = first.map(({ repository, kind, reference }) => `${repository} ${kind} ${reference}`);
        expect(keys).toEqual([...new Set(keys)]);
      }),
      { numRuns: 300 },
    );
  });
});

type Trees = Readonly<Record<string, Readonly<Record<string, Image | Index>>>>;

function build(trees: Trees): MapSource {
  const source = createMapSource();
  for (const [repository, tags] of Object.entries(trees)) {
    for (const [tag, root] of Object.entries(tags)) source.put(repository, tag, root);
  }
  return source;
}

function remove(source: MapSource, removals: readonly number[]): void {
  for (const pick of removals) {
    const things = [...source.repositoriesByName.values()].flatMap(({ manifests, blobs }) => [
      ...[...manifests.keys()].map((digest) => () => manifests.delete(digest)),
      ...[...blobs.keys()].map((digest) => () => blobs.delete(digest)),
    ]);
    things[pick % Math.max(things.length, 1)]?.();
  }
}

function keyOf({ repository, digest, object, fault, tags }: Finding): string {
  return `${repository} ${digest} ${object}/${fault} ${tags.join(',')}`;
}

/** What the walk should find, told from the trees by plain recursion. */
function expected(source: MapSource, trees: Trees): readonly string[] {
  const broken = new Map<string, Set<string>>();
  for (const [repository, tags] of Object.entries(trees)) {
    const present = source.repository(repository);
    for (const [tag, root] of Object.entries(tags)) {
      for (const key of lost(present, root, 'manifest')) {
        const full = `${repository} ${key}`;
        broken.set(full, (broken.get(full) ?? new Set()).add(tag));
      }
    }
  }
  return [...broken].map(([key, tags]) => `${key} ${[...tags].toSorted().join(',')}`).toSorted();
}

function lost(present: MapRepository, root: Image | Index, object: string): readonly string[] {
  const { digest } = root.manifest;
  if (!present.manifests.has(digest)) return [`${digest} ${object}/missing`];
  if (root.kind === 'index') return root.children.flatMap((child) => lost(present, child, 'child'));
  const blobs = [['config', root.config.digest], ...root.layers.map((layer) => ['layer', layer.digest])];
  return blobs.flatMap(([kind, blob]) => (present.blobs.has(blob ?? '') ? [] : [`${blob} ${kind}/missing`]));
}
