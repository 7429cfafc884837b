import { cp } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, onTestFinished, test } from 'vitest';

import { allContent, buildImage, buildIndex } from '../../src/demo/content.ts';
import { buildLayer } from '../../src/demo/layer.ts';
import { MANIFEST_TYPES } from '../../src/oci/media-types.ts';
import { probe, runFlags } from '../support/probe.ts';
import { app, single } from '../support/reg-fixture.ts';
import type { DockerRegistry } from '../support/servers/docker-registry.ts';
import { type ReverseProxy, startReverseProxy } from '../support/servers/reverse-proxy.ts';
import { startStocked, type Stock } from '../support/servers/stocked-registry.ts';
import { damageOf } from './damage.ts';

async function start(stock: readonly Stock[]): Promise<{ registry: DockerRegistry; proxy: ReverseProxy }> {
  const registry = await startStocked(stock);
  onTestFinished(() => registry.stop());
  const proxy = await startReverseProxy(registry.url);
  onTestFinished(() => proxy.stop());
  return { registry, proxy };
}

/** How often each was asked for, without the query: `GET /v2/app/manifests/v1`. */
function tally(proxy: ReverseProxy): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { method, target } of proxy.seen) {
    const request = `${method} ${target.split('?', 1)[0]}`;
    counts[request] = (counts[request] ?? 0) + 1;
  }
  return counts;
}

const methods = ({ seen }: ReverseProxy): ReadonlySet<string> => new Set(seen.map(({ method }) => method));

/** What a walk has to ask for at least: a tag by HEAD, every manifest once, every blob by HEAD and by its last byte. */
function needed({ repository, tag, content }: Stock): Readonly<Record<string, number>> {
  const path = `/v2/${repository}`;
  const { blobs, manifests } = allContent(content);
  return Object.fromEntries([
    [`GET ${path}/tags/list`, 1],
    [`HEAD ${path}/manifests/${tag ?? ''}`, 1],
    ...manifests.map(({ digest }) => [`GET ${path}/manifests/${digest}`, 1]),
    ...blobs.flatMap(({ digest }) => ['HEAD', 'GET'].map((method) => [`${method} ${path}/blobs/${digest}`, 1])),
  ]);
}

const LISTING = { 'GET /v2/': 1, 'GET /v2/_catalog': 1 };

describe('a walk over sound images', () => {
  test('asks for every tag by HEAD, for every manifest once, and for every blob by HEAD and its last byte', async () => {
    const { proxy } = await start([app, single]);

    const run = await probe(runFlags(proxy.url));

    expect(run.registry()).toMatchObject({ complete: true, verdict: 'sound' });
    expect(tally(proxy)).toEqual({ ...LISTING, ...needed(app), ...needed(single) });
    expect(run.registry().counts.requests).toBe(proxy.seen.length);
    for (const { method, target, headers } of proxy.seen.filter((one) => one.target.includes('/blobs/'))) {
      const blob = [...allContent(app.content).blobs, ...allContent(single.content).blobs].find(({ digest }) =>
        target.endsWith(digest),
      );
      const last = (blob?.size ?? 0) - 1;
      expect(headers.range).toBe(method === 'HEAD' ? undefined : `bytes=${last}-${last}`);
    }
  });

  test('asks with HEAD alone for blobs where that is to do', async () => {
    const { proxy } = await start([app, single]);

    await probe([...runFlags(proxy.url), '--blob-check', 'head']);

    expect(Object.keys(tally(proxy)).filter((request) => /^GET .*\/blobs\//.test(request))).toEqual([]);
    expect(Object.keys(tally(proxy)).filter((request) => request.startsWith('HEAD'))).toHaveLength(2 + 11);
  });
});

describe('whatever is found, run and verify', () => {
  test('only read, name every manifest type in every request for one, and count what they sent', async () => {
    const { registry, proxy } = await start([app, single]);
    const damage = await damageOf(registry);
    await damage.remove(damage.revision('app', app.arm64.manifest.digest));
    await damage.remove(damage.blob(app.amd64.layers[0]?.digest ?? ''));
    await damage.remove(damage.tag('single', 'v1'));

    const run = await probe(runFlags(proxy.url));
    const asked = proxy.seen.length;
    const verify = await probe(['verify', `${proxy.url.host}/app:v1`, '--output', 'json']);

    expect(run.registry().findings).toHaveLength(3);
    expect(verify.registry().findings).toHaveLength(2);
    expect(methods(proxy)).toEqual(new Set(['GET', 'HEAD']));
    const manifests = proxy.seen.filter(({ target }) => target.includes('/manifests/'));
    for (const { method, target, headers } of manifests) {
      const wanted =
        target.includes('/manifests/sha256:') && method === 'GET' ? MANIFEST_TYPES : [...MANIFEST_TYPES, '*/*'];
      expect(headers.accept?.split(', ').toSorted()).toEqual(wanted.toSorted());
    }
    expect(manifests.length).toBeGreaterThan(10);
    expect(run.registry().counts.requests).toBe(asked);
  });
});

describe('a large registry', () => {
  const REPOSITORIES = Array.from({ length: 60 }, (_, position) => `team/app-${position}`);
  const PLATFORMS = ['amd64', 'arm64'].map((architecture) => ({ os: 'linux', architecture }));
  const CONCURRENCY = 6;

  const VERSIONS = ['v1', 'v2', 'v3'].map((tag) => {
    const children = PLATFORMS.map((platform) => {
      const base = buildLayer(`base/${platform.architecture}`);
      const layers = [base, buildLayer(`own/${platform.architecture}/${tag}`)];
      return buildImage({ seed: tag, platform, layers });
    });
    return { tag, content: buildIndex(children) };
  });

  test('is asked for each thing once, and never for more at once than it is told', async () => {
    const [model = '', ...copies] = REPOSITORIES;
    const { registry, proxy } = await start(VERSIONS.map((version) => ({ repository: model, ...version })));
    const folder = (name: string): string => join(registry.storageRoot, 'repositories', name);
    for (const copy of copies) await cp(folder(model), folder(copy), { recursive: true });

    const run = await probe([...runFlags(proxy.url), '--concurrency', String(CONCURRENCY)]);

    const stock = REPOSITORIES.flatMap((repository) => VERSIONS.map((version) => ({ repository, ...version })));
    expect(run.registry()).toMatchObject({ complete: true, verdict: 'sound' });
    expect(run.registry().counts).toMatchObject({
      repositories: 60,
      tags: 180,
      indexes: 180,
      manifests: 360,
      blobs: 840,
    });
    // The version, the catalog, 60 tag lists, 180 tags, 540 manifests, 2 for each of 840 blobs: 2462.
    const bound = Object.assign({ ...LISTING }, ...stock.map(needed)) as Readonly<Record<string, number>>;
    expect(tally(proxy)).toEqual(bound);
    expect(proxy.seen).toHaveLength(2462);
    expect(run.registry().counts.requests).toBe(2462);
    expect(proxy.mostAtOnce).toBe(CONCURRENCY);
  });
});
