import { describe, expect, test } from 'vitest';

import { buildImage } from '../../src/demo/content.ts';
import { scenes, buildScenes } from '../../src/demo/scenes.ts';
import { MANIFEST_TYPES } from '../../src/oci/media-types.ts';
import type { BlobCheck } from '../../src/walk/source.ts';
import { app, single } from '../support/reg-fixture.ts';
import { verify, walk } from '../support/walk.ts';
import { openScene } from './scene.ts';

const WANTED = scenes.flatMap(({ repository, tags }) => tags.map((tag) => ({ repository, tag, digest: null })));

async function withScenes() {
  const scene = await openScene();
  buildScenes(scene.registry);
  return scene;
}

/** What the scenes say that a walk has to find, one line each. */
function expected(how: BlobCheck): readonly string[] {
  return scenes
    .filter(({ onlyWith }) => onlyWith === undefined || how === 'unpack' || how === onlyWith)
    .flatMap(({ repository, tags, expected: findings }) =>
      findings.map((one) =>
        [repository, tags.join(), one.object, one.fault, one.digest, one.platforms.join()].join(' '),
      ),
    )
    .toSorted();
}

function inShort({ findings }: Awaited<ReturnType<typeof walk>>): readonly string[] {
  return findings
    .map((one) => [one.repository, one.tags.join(), one.object, one.fault, one.digest, one.platforms.join()].join(' '))
    .toSorted();
}

describe('a walk over HTTP', () => {
  test.each<BlobCheck>(['tail', 'full', 'unpack'])('finds what is damaged and nothing else: %s', async (blobCheck) => {
    const { source } = await withScenes();

    const result = await walk(source, { blobCheck });

    expect(inShort(result)).toEqual(expected(blobCheck));
    expect(result).toMatchObject({ complete: true, verdict: 'broken', counts: { repositoriesEmpty: 1, churned: 0 } });
  });

  test('finds the same where the images are named', async () => {
    const { source } = await withScenes();

    const listed = await walk(source);
    const named = await verify(source, WANTED);

    expect(named.findings).toEqual(listed.findings);
    expect(named.complete).toBe(true);
    expect(inShort(named)).toEqual(expected('tail'));
  });

  test('asks by GET and HEAD alone, and changes nothing', async () => {
    const { source, registry } = await withScenes();

    await walk(source, { blobCheck: 'full' });
    await verify(source, WANTED);

    expect(new Set(registry.requests.all.map(({ method }) => method))).toEqual(new Set(['GET', 'HEAD']));
  });

  test('names all four types with every request for a manifest', async () => {
    const { source, registry } = await withScenes();

    await walk(source);

    const accepted = registry.requests.matching({ kind: 'manifest' }).map(({ headers }) => headers['accept'] ?? '');
    expect(accepted.length).toBeGreaterThan(50);
    expect(accepted.filter((accept) => !MANIFEST_TYPES.every((type) => accept.includes(type)))).toEqual([]);
  });

  test('asks for a tag by HEAD, for a manifest by GET, for a blob by both, and for nothing twice', async () => {
    const { source, registry, asked } = await openScene();
    registry.store.put('app', 'v1', app.content);
    registry.store.put('single', 'v1', single.content);

    const { counts, verdict } = await walk(source);

    const count = (kind: 'manifest' | 'blob', method: string) => registry.requests.matching({ kind, method }).length;
    expect(verdict).toBe('sound');
    expect([count('manifest', 'HEAD'), count('manifest', 'GET')]).toEqual([2, 5]);
    expect([count('blob', 'HEAD'), count('blob', 'GET')]).toEqual([counts.blobs, counts.blobs]);
    expect(new Set(asked()).size).toBe(asked().length);
  });

  test('asks no more of 100 tags in 20 repositories, with digests that are pinned, than is said of it', async () => {
    const { source, registry } = await openScene();
    const pinned = new Map<string, string[]>();
    for (let number = 0; number < 100; number += 1) {
      const repository = `team/app-${number % 20}`;
      // Some tags are second names of images.
      const image = buildImage({ seed: `bound/${number >= 20 && number < 40 ? number - 20 : number}`, layers: 2 });
      registry.store.put(repository, `v${number}`, image);
      if (number % 10 === 0) pinned.set(repository, [...(pinned.get(repository) ?? []), image.manifest.digest]);
    }
    const pins = [...pinned.values()].flatMap((digests) => [...new Set(digests)]);

    const { counts, verdict } = await walk(source, { pinned });

    const bound = 100 + pins.length + counts.manifests + 2 * counts.blobs + 21;
    console.log(`${registry.requests.all.length} requests, where ${bound} are to be expected at most`);
    expect(verdict).toBe('sound');
    expect(counts.tags).toBe(100);
    expect(counts.manifests).toBeLessThan(100);
    expect(registry.requests.all.length).toBeLessThanOrEqual(bound + 10);
  });

  test('asks again past every cache, and by reading', async () => {
    const { source, registry } = await openScene();
    registry.store.put('app', 'v1', app.content);
    const { digest } = app.arm64.config;
    registry.store.removeBlob('app', digest);

    await walk(source);

    const [first, ...again] = registry.requests.matching({ reference: digest });
    expect(first).toMatchObject({ method: 'HEAD', search: '' });
    expect(again.map(({ method, headers }) => [method, headers['cache-control']])).toEqual(
      Array.from({ length: 3 }, () => ['GET', 'no-cache']),
    );
    expect(new Set(again.map(({ query }) => query.get('probe'))).size).toBe(3);
  });
});
