import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';

import { MANIFEST_ACCEPT } from '../../src/oci/media-types.ts';
import { ask } from '../support/ask.ts';
import { readMetrics } from '../support/shown.ts';
import { probe } from '../support/probe.ts';
import { app, single } from '../support/reg-fixture.ts';
import { type DockerRegistry, startRegistry } from '../support/servers/docker-registry.ts';
import { startStocked } from '../support/servers/stocked-registry.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let upstream: DockerRegistry;
let cache: DockerRegistry;

/** A cache that has an index, one of its manifests, one layer, and nothing else: what a pull for one platform leaves, in part. */
beforeEach(async () => {
  upstream = await startStocked([app, single]);
  onTestFinished(() => upstream.stop());
  cache = await startRegistry({ proxyRemote: upstream.url.origin });
  onTestFinished(() => cache.stop());
  const accept = { headers: { accept: MANIFEST_ACCEPT } };
  await ask(cache.url, '/v2/app/manifests/v1', accept);
  await ask(cache.url, `/v2/app/manifests/${app.amd64.manifest.digest}`, accept);
  await ask(cache.url, `/v2/app/blobs/${app.amd64.config.digest}`);
  await stored(app.amd64.config.digest);
});

/** A cache writes what it fetched after it has answered. */
async function stored(digest: string): Promise<void> {
  await expect
    .poll(() => filesOf(cache).then((files) => files.filter((file) => file.includes(digest.slice(7))).length))
    .toBe(2);
}

/** Every file of the storage: blobs and links. */
async function filesOf({ storageRoot }: DockerRegistry): Promise<readonly string[]> {
  const entries = await readdir(storageRoot, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}

/** What the upstream was asked for, as its access log has it. */
function askedUpstream(): readonly string[] {
  return upstream.log().match(/"(?:GET|HEAD) [^"]*"/g) ?? [];
}

async function run(kind: string) {
  const folder = await temporaryFolder();
  const config = join(folder, 'config.yaml');
  const metrics = join(folder, 'probe.prom');
  await writeFile(config, `registries:\n  proxy:\n    url: ${cache.url.origin}\n    kind: ${kind}\n`);
  const walked = await probe(['run', '--config', config, '--output', 'json', '--metrics-file', metrics]);
  return { walked, shown: await readMetrics(metrics) };
}

describe('a pull-through cache', () => {
  test('is listed and not walked: it stores nothing more, and its upstream is asked for nothing', async () => {
    const before = { files: await filesOf(cache), asked: askedUpstream() };

    const { walked, shown } = await run('pull-through');

    expect({ files: await filesOf(cache), asked: askedUpstream() }).toEqual(before);
    expect(before.asked.length).toBeGreaterThan(0);
    expect(walked.code).toBe(0);
    expect(walked.registry()).toMatchObject({
      name: 'proxy',
      catalogAccessible: true,
      complete: true,
      verdict: 'sound',
      findings: [],
      unknowns: [],
      counts: { requests: 2, tags: 0, manifests: 0, blobs: 0, skipped: { pull_through: 1 } },
    });
    expect(shown('catalog_accessible', { registry: 'proxy' })).toEqual([1]);
    expect(shown('skipped', { registry: 'proxy', reason: 'pull_through' })).toEqual([1]);
  });

  test('is listed while its upstream is away', async () => {
    await upstream.stop({ keep: true });

    const { walked } = await run('pull-through');

    expect(walked.code).toBe(0);
    expect(walked.registry()).toMatchObject({ catalogAccessible: true, complete: true, verdict: 'sound' });
  });

  test('would be filled by a walk, which is why it is not walked', async () => {
    const before = { files: await filesOf(cache), asked: askedUpstream() };

    const { walked } = await run('private');

    expect(walked.registry().counts.manifests).toBeGreaterThan(0);
    expect((await filesOf(cache)).length).toBeGreaterThan(before.files.length);
    expect(askedUpstream().length).toBeGreaterThan(before.asked.length);
  });
});
