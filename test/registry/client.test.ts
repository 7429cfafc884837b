import { describe, expect, test } from 'vitest';

import { single } from '../support/reg-fixture.ts';
import { AGAIN, FIRST, openScene, type SceneOptions } from './scene.ts';

const { digest } = single.content.manifest;

/** A registry with one image. */
async function withImage(options: SceneOptions = {}) {
  const scene = await openScene(options);
  scene.registry.store.put('single', 'v1', single.content);
  return scene;
}

describe('createApiClient', () => {
  test('asks without a nonce first, and with one when it asks again', async () => {
    const { source, asked } = await withImage();

    await source.manifest('single', digest, FIRST);
    await source.manifest('single', digest, AGAIN);
    await source.manifest('single', digest, AGAIN);

    const path = `GET /v2/single/manifests/${digest}`;
    expect(asked()).toEqual([path, `${path}?probe=nonce-1`, `${path}?probe=nonce-2`]);
  });

  test('asks with a nonce from the first request on, where caches are not trusted', async () => {
    const { source, asked } = await withImage({ pastCaches: true });
    const [layer] = single.content.layers;

    await source.resolve('single', { tag: 'v1' }, FIRST);
    await source.tags('single', FIRST);
    if (layer !== undefined) await source.blob('single', layer, 'tail', FIRST);

    const nonces = asked().map((line) => /[?&]probe=(.+)$/.exec(line)?.[1]);
    expect(nonces).toEqual(['nonce-1', 'nonce-2', 'nonce-3', 'nonce-4']);
  });

  test('keeps the query beside the nonce', async () => {
    const { source, asked } = await withImage({ pageSize: 7 });

    await source.repositories(AGAIN);

    expect(asked()).toContain('GET /v2/_catalog?n=7&probe=nonce-1');
  });

  test('tells caches to stay out of it where it asks past them', async () => {
    const { source, registry } = await withImage();

    await source.tags('single', FIRST);
    await source.tags('single', AGAIN);

    expect(registry.requests.all.map(({ headers }) => headers['cache-control'])).toEqual([undefined, 'no-cache']);
  });

  test('wants the content itself, never an encoding of it', async () => {
    const { source, registry } = await withImage();

    await source.repositories(FIRST);
    await source.tags('single', AGAIN);
    await source.blob('single', single.content.config, 'full', FIRST);
    await source.blobBytes('single', single.content.config, FIRST);

    const requests = registry.requests.all.filter(({ kind }) => kind !== 'base');
    expect(requests.map(({ headers }) => headers['accept-encoding'])).toEqual(requests.map(() => 'identity'));
  });

  test('asks again on a connection of its own, and first on one that is kept', async () => {
    const { source, registry } = await withImage({ transport: { concurrency: 1 } });
    for (const ask of [FIRST, FIRST, AGAIN, AGAIN, FIRST]) await source.tags('single', ask);

    const kept = registry.requests.all.map(({ headers }) => headers['connection']);

    expect(kept).toEqual(['keep-alive', 'keep-alive', 'close', 'close', 'keep-alive']);
  });

  test('asks again on connections that its round shares', async () => {
    const { source, registry } = await withImage({ transport: { concurrency: 1 } });
    const rounds = [1, 2].map((period) => ({ ended: new AbortController().signal, period }));
    for (const round of rounds)
      for (let count = 0; count < 2; count += 1) await source.tags('single', { ...AGAIN, round });

    expect(registry.requests.all.map(({ headers }) => headers['connection'])).toEqual(Array(4).fill('keep-alive'));
    expect(registry.requests.all.map(({ headers }) => headers['cache-control'])).toEqual(Array(4).fill('no-cache'));
  });

  test('asks again on a connection that is kept where that is all that is wanted, past caches all the same', async () => {
    const { source, registry } = await withImage({ transport: { concurrency: 1 } });
    for (const ask of [FIRST, { ...AGAIN, pooled: true } as const]) await source.tags('single', ask);

    const kept = registry.requests.all.map(({ headers }) => headers['connection']);

    expect(kept).toEqual(['keep-alive', 'keep-alive']);
    expect(registry.requests.all.map(({ headers }) => headers['cache-control'])).toEqual([undefined, 'no-cache']);
  });

  test.each(['/mirror', '/mirror/'])('asks below the path %s that the URL has', async (prefix) => {
    const { source, client, url, asked } = await withImage({ prefix });

    await source.tags('single', FIRST);

    expect(asked()).toEqual(['GET /mirror/v2/single/tags/list']);
    expect(client.url('/v2/_catalog', { n: '5' }).href).toBe(`${url.origin}/mirror/v2/_catalog?n=5`);
  });

  test.each([
    'http://169.254.169.254/latest/meta-data/',
    'http://2852039166/latest/meta-data/',
    'http://0xa9.0376.43518/',
    'http://169.254.169.254./',
    'http://[::ffff:169.254.169.254]/',
    'http://[64:ff9b::a9fe:a9fe]/',
    'http://[fd00:ec2::254]/',
  ])('does not follow a redirect to %s, which only this machine may ask', async (to) => {
    const { source, registry } = await withImage();
    registry.faults.add({ when: { kind: 'manifest' }, action: { kind: 'redirect', to } });

    expect(await source.manifest('single', digest, FIRST)).toMatchObject({
      kind: 'unknown',
      reason: 'protocol',
      detail: expect.stringContaining('is at a link-local address'),
    });
  });
});
