import { readdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, onTestFinished, test } from 'vitest';

import { identity, probe, runFlags, type ProbeRun } from '../support/probe.ts';
import { app, single } from '../support/reg-fixture.ts';
import { startReverseProxy } from '../support/servers/reverse-proxy.ts';
import { startStocked } from '../support/servers/stocked-registry.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { damageOf } from './damage.ts';

/** A real registry, a cache that one run has filled, and how to run once more. */
async function withCache() {
  const registry = await startStocked([app, single]);
  onTestFinished(() => registry.stop());
  const proxy = await startReverseProxy(registry.url);
  onTestFinished(() => proxy.stop());
  const folder = await temporaryFolder();
  const run = (env: Readonly<Record<string, string>> = { PROBE_CACHE_DIRECTORY: folder }): Promise<ProbeRun> =>
    probe(runFlags(proxy.url), env);
  const first = await run();
  const manifestsGot = (): readonly string[] =>
    proxy.seen
      .filter(({ method, target }) => method === 'GET' && target.includes('/manifests/'))
      .map((one) => one.target);
  const files = async (): Promise<readonly string[]> => {
    const names = await readdir(folder, { recursive: true });
    return names.filter((name) => name.includes('sha256-')).map((name) => join(folder, name));
  };
  return { registry, proxy, folder, run, first, manifestsGot, files };
}

describe('a run with a cache of manifests', () => {
  test('gets none of them over an unchanged registry, and says the same of it', async () => {
    const { run, first, manifestsGot } = await withCache();
    const before = manifestsGot().length;

    const second = await run();

    expect(before).toBeGreaterThan(3);
    expect(manifestsGot().length).toBe(before);
    expect(second.registry()).toMatchObject({ complete: true, verdict: 'sound' });
    const { requests: _first, ...counted } = first.registry().counts;
    expect(second.registry().counts).toMatchObject(counted);
  });

  test('finds a child that is gone, as without one', async () => {
    const { registry, run } = await withCache();
    const damage = await damageOf(registry);
    const [child] = app.content.children;
    if (child === undefined) throw new Error('the index lists no child');
    await damage.remove(damage.revision('app', child.manifest.digest));
    await registry.restart();

    const [withIt, without] = [await run(), await run({})];

    expect(withIt.registry().findings.map(identity)).toEqual(without.registry().findings.map(identity));
    expect(withIt.registry().findings).toMatchObject([{ object: 'child', fault: 'missing' }]);
  });

  test('says the same where the cache was tampered with', async () => {
    const { run, manifestsGot, files } = await withCache();
    const before = manifestsGot().length;
    const kept = await files();
    for (const [index, path] of kept.entries()) {
      if (index % 2 === 0) await truncate(path, 60);
      else await writeFile(path, 'application/vnd.oci.image.index.v1+json\n{"schemaVersion":2,"manifests":[]}');
    }

    const second = await run();

    expect(second.registry()).toMatchObject({ complete: true, verdict: 'sound' });
    expect(manifestsGot().length - before).toBe(kept.length);
  });

  test('keeps nothing in a dry run', async () => {
    const { proxy, files } = await withCache();
    const folder = await temporaryFolder();

    await probe([...runFlags(proxy.url), '--dry-run'], { PROBE_CACHE_DIRECTORY: folder });

    expect(await readdir(folder, { recursive: true })).toEqual([]);
    expect((await files()).length).toBeGreaterThan(0);
  });

  test('is refused where the folder is a file', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'file');
    await writeFile(path, '');

    const { code, stderr } = await probe(runFlags(new URL('http://127.0.0.1:9')), { PROBE_CACHE_DIRECTORY: path });

    expect(code).toBe(2);
    expect(stderr).toContain(`cacheDirectory: expected a folder that can be written to; ${path} is a file`);
  });
});
