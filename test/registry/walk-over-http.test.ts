import { describe, expect, test } from 'vitest';

import { sealJson } from '../../src/demo/sealed.ts';
import { OCI_MANIFEST } from '../../src/oci/media-types.ts';
import { app, single } from '../support/reg-fixture.ts';
import { summarize, walk } from '../support/walk.ts';
import { closedPort } from '../http/servers.ts';
import { openScene } from './scene.ts';

const layer = app.arm64.layers[0]?.digest ?? '';

async function withImages() {
  const scene = await openScene();
  scene.registry.store.put('app', 'v1', app.content);
  scene.registry.store.put('single', 'v1', single.content);
  return { ...scene, store: scene.registry.store };
}

describe('a repository', () => {
  test.each([{ kind: 'drop' }, { kind: 'status', status: 500 }, { kind: 'body', body: 'ok' }] as const)(
    'whose tag list fails does not end the walk: $kind',
    async (action) => {
      const { source, store, fail } = await withImages();
      store.put('later', 'v1', single.content);
      store.removeBlob('later', single.content.config.digest);
      fail(action, { kind: 'tags', repository: 'app' });

      const { findings, complete, unknowns, counts } = await walk(source);

      expect(findings.map(summarize)).toEqual(['later:v1 config/missing']);
      expect([complete, counts.tags]).toEqual([false, 2]);
      expect(unknowns).toMatchObject([{ repository: 'app', reference: '_tags' }]);
    },
  );

  test('whose tag list fails once is walked', async () => {
    const { source, registry } = await withImages();
    registry.faults.add({ when: { kind: 'tags', repository: 'app' }, times: 1, action: { kind: 'drop' } });

    expect(await walk(source)).toMatchObject({ complete: true, verdict: 'sound', counts: { tags: 2 } });
  });

  test('without tags, or of which only a blob was ever pushed, is empty', async () => {
    const { source, store } = await withImages();
    store.addEmptyRepository('deleted');
    store.addHalfPushedRepository('half');

    const { counts, verdict } = await walk(source);

    expect([verdict, counts.repositoriesEmpty]).toEqual(['sound', 2]);
  });
});

describe('a tag', () => {
  test('that is deleted between the list and the question is churned', async () => {
    const { source, store, registry } = await withImages();
    const deleteOnce = () => {
      store.deleteTag('app', 'v1');
      return false;
    };
    registry.faults.add({ when: { kind: 'tags', repository: 'app', predicate: deleteOnce }, action: { kind: 'drop' } });

    const { findings, counts, complete } = await walk(source);

    expect([findings, counts.churned, complete]).toEqual([[], 1, true]);
  });

  test('that is still listed is dangling', async () => {
    const { source, store } = await withImages();
    store.danglingTag('app', 'v1');

    const { findings, counts } = await walk(source);

    expect(findings.map(summarize)).toEqual(['app:v1 manifest/tag_dangling']);
    expect(counts.churned).toBe(0);
  });

  test('that is moved while its image is walked shows one image alone', async () => {
    const { source, store, registry } = await withImages();
    store.put('app', null, single.content);
    store.removeManifest('app', app.arm64.manifest.digest);
    const move = () => {
      store.moveTag('app', 'v1', single.content.manifest.digest);
      return false;
    };
    const when = { reference: app.arm64.manifest.digest, predicate: move };
    registry.faults.add({ when, action: { kind: 'drop' } });

    const { findings, counts } = await walk(source);

    expect([findings, counts.churned]).toEqual([[], 1]);
  });
});

describe('a layer', () => {
  test('that is foreign is not asked for', async () => {
    const { source, store, asked } = await withImages();
    const mediaType = 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip';
    const foreign = { mediaType, digest: `sha256:${'f'.repeat(64)}`, size: 9, urls: ['https://example.com/layer'] };
    const { mediaType: configType, digest, size } = single.content.config;
    const body = { schemaVersion: 2, config: { mediaType: configType, digest, size }, layers: [foreign] };
    store.putManifest('single', 'windows', sealJson(OCI_MANIFEST, body));

    const { counts, verdict } = await walk(source);

    expect([verdict, counts.skipped.foreign_layer]).toEqual(['sound', 1]);
    expect(asked().filter((line) => line.includes(foreign.digest))).toEqual([]);
  });

  test('that cannot be had past a redirect is told with the target', async () => {
    const { source, fail } = await withImages();
    const target = await closedPort();
    fail({ kind: 'redirect', to: target }, { reference: layer });

    const { findings, unknowns } = await walk(source);

    expect(findings).toEqual([]);
    const detail = expect.stringContaining(target.host);
    expect(unknowns).toMatchObject([{ repository: 'app', reference: layer, reason: 'connection', detail }]);
  });

  test('that answers 500 alone is unreadable, and with all others it is unknown', async () => {
    const alone = await withImages();
    alone.fail({ kind: 'status', status: 500 }, { reference: layer });
    const all = await withImages();
    all.fail({ kind: 'status', status: 500 }, { predicate: ({ kind }) => kind !== 'base' && kind !== 'catalog' });

    expect((await walk(alone.source)).findings.map(summarize)).toEqual(['app:v1 layer/unreadable linux/arm64']);
    expect(await walk(all.source)).toMatchObject({ findings: [], verdict: 'unknown' });
  });
});
