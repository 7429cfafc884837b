import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { describe, expect, test } from 'vitest';
import { request } from 'undici';

import { MANIFEST_ACCEPT } from '../../src/oci/media-types.ts';
import { blobDirectory } from '../../src/storage/paths.ts';
import { probe } from '../support/probe.ts';
import { push } from '../support/push.ts';
import { app, single } from '../support/reg-fixture.ts';
import { type DockerRegistry, startRegistry } from '../support/servers/docker-registry.ts';
import { until } from '../support/until.ts';

const image = app.amd64;
const [layer] = image.layers;

async function get({ url }: DockerRegistry, path: string): Promise<number> {
  const { statusCode, body } = await request(new URL(path, url), { headers: { accept: MANIFEST_ACCEPT } });
  await body.bytes();
  return statusCode;
}

/** Pulls what a node of one platform pulls: the index, its own manifest, its config and the first layer alone. */
async function pull(cache: DockerRegistry): Promise<void> {
  await get(cache, '/v2/app/manifests/v1');
  await get(cache, `/v2/app/manifests/${image.manifest.digest}`);
  for (const digest of [image.config.digest, layer?.digest ?? '']) await get(cache, `/v2/app/blobs/${digest}`);
  await get(cache, '/v2/single/manifests/v1');
}

describe('the storage of a pull-through cache', () => {
  test('has no finding for what it never fetched, and one for what it has lost', async () => {
    const origin = await startRegistry();
    const cache = await startRegistry({ proxyRemote: origin.url.origin });
    try {
      await push(origin.url, app.repository, app.tag, app.content);
      await push(origin.url, single.repository, single.tag, single.content);
      await pull(cache);
      const top = dirname(dirname(dirname(cache.storageRoot)));
      const scan = () => probe(['scan', top, '--output', 'json', '--kind', 'pull-through']);
      // It stores what it has sent a moment later.
      await until(
        async () => (await scan()).registry().storage?.contents?.layerLinks === 2,
        'the cache has stored what it sent',
      );

      const whole = await scan();
      const asPrivate = await probe(['scan', top, '--output', 'json']);
      await rm(join(cache.storageRoot, blobDirectory(layer?.digest ?? '')), { recursive: true });
      const damaged = await scan();

      expect(whole.code).toBe(0);
      expect(whole.registry()).toMatchObject({ verdict: 'sound', findings: [], unknowns: [] });
      expect(whole.registry().counts.skipped.pull_through).toBeGreaterThan(0);
      expect(whole.registry().storage?.hygiene).toMatchObject({
        childrenWithoutLink: { reachable: 0, unreachable: 0 },
        danglingLayerLinks: { reachable: 0, unreachable: 0 },
      });
      expect(asPrivate.registry().findings.length).toBeGreaterThan(4);
      expect(damaged.code).toBe(1);
      expect(damaged.registry().findings).toMatchObject([
        { object: 'layer', fault: 'missing', digest: layer?.digest, tags: ['v1'] },
      ]);
    } finally {
      await cache.stop();
      await origin.stop();
    }
  });
});
