import { request } from 'undici';
import { describe, expect, test } from 'vitest';

import { probe, runFlags } from '../support/probe.ts';
import { push } from '../support/push.ts';
import { app, single } from '../support/reg-fixture.ts';
import { REGISTRIES, type AnyRegistry } from '../support/servers/other-registries.ts';

type Kind = keyof typeof REGISTRIES;

const KINDS = Object.keys(REGISTRIES) as readonly Kind[];
const child = app.arm64.manifest.digest;
const layer = app.arm64.layers[0]?.digest ?? '';
const config = app.arm64.config.digest;

/** Registries that have no catalog are walked by a list of names. */
const WITHOUT_CATALOG: ReadonlySet<Kind> = new Set<Kind>(['olareg']);
/** Distribution 3 also caches which manifests a repository has: until a restart it serves the child, so it pulls. */
const CACHES_MANIFESTS: ReadonlySet<Kind> = new Set<Kind>(['distribution 3', 'distribution 3 on S3']);
const BY_LIST = { PROBE_REPOSITORIES_SOURCE: 'list', PROBE_REPOSITORIES_INCLUDE: 'app,single' };

async function withRegistry(kind: Kind, body: (registry: AnyRegistry) => Promise<void>): Promise<void> {
  const registry = await REGISTRIES[kind]();
  try {
    await push(registry.url, app.repository, app.tag, app.content);
    await push(registry.url, single.repository, single.tag, single.content);
    await body(registry);
  } finally {
    await registry.stop();
  }
}

function walk(kind: Kind, registry: AnyRegistry, ...flags: readonly string[]) {
  return probe([...runFlags(registry.url), ...flags], WITHOUT_CATALOG.has(kind) ? BY_LIST : {});
}

async function losesChild(registry: AnyRegistry): Promise<void> {
  if (registry.loseManifest !== null) return registry.loseManifest(app.repository, child);
  const url = new URL(`/v2/${app.repository}/manifests/${child}`, registry.url);
  const { statusCode, body } = await request(url, { method: 'DELETE' });
  await body.dump();
  expect(statusCode).toBe(202);
}

describe.each(KINDS)('%s', (kind) => {
  test('a sound registry has no finding, and everything in it is counted', async () => {
    await withRegistry(kind, async (registry) => {
      const { code, registry: report } = await walk(kind, registry);

      expect(report()).toMatchObject({ verdict: 'sound', complete: true, findings: [], unknowns: [] });
      expect(report().counts).toMatchObject({ repositories: 2, tags: 2, indexes: 1, manifests: 4, blobs: 11 });
      expect(code).toBe(0);
    });
  });

  test('every blob hashes to its digest when all content is read', async () => {
    await withRegistry(kind, async (registry) => {
      const { registry: report } = await walk(kind, registry, '--blob-check', 'full');

      expect(report()).toMatchObject({ verdict: 'sound', findings: [], unknowns: [] });
    });
  });

  test.each(['warm', 'cold'] as const)('a lost child is found (%s)', async (temperature) => {
    await withRegistry(kind, async (registry) => {
      await losesChild(registry);
      if (temperature === 'cold' || CACHES_MANIFESTS.has(kind)) await registry.restart?.();

      const run = await walk(kind, registry);
      const verify = await probe(['verify', `${registry.url.host}/app:v1`]);

      expect(kinds(run)).toEqual([`child/missing ${child}`]);
      expect([run.code, verify.code]).toEqual([0, 1]);
    });
  });

  test.each(['warm', 'cold'] as const)('a lost layer is found (%s)', async (temperature) => {
    await withRegistry(kind, async (registry) => {
      await registry.loseBlob(app.repository, layer);
      if (temperature === 'cold') await registry.restart?.();

      const run = await walk(kind, registry);
      const verify = await probe(['verify', `${registry.url.host}/app:v1`]);

      expect(kinds(run)).toEqual([expect.stringMatching(`^layer/(missing|unreadable) ${layer}$`)]);
      expect([run.code, verify.code]).toEqual([0, 1]);
    });
  });

  test.each(['warm', 'cold'] as const)('a config that was cut short is found (%s)', async (temperature) => {
    await withRegistry(kind, async (registry) => {
      await registry.cutBlob(app.repository, config, 20);
      if (temperature === 'cold') await registry.restart?.();

      const run = await walk(kind, registry);

      expect(kinds(run)).toEqual([expect.stringMatching(`^config/(size_mismatch|unreadable|missing) ${config}$`)]);
    });
  });
});

function kinds(run: Awaited<ReturnType<typeof walk>>): readonly string[] {
  return run.registry().findings.map(({ object, fault, digest }) => `${object}/${fault} ${digest}`);
}

describe('what a cache hides', () => {
  test('distribution 3 serves a child whose link is gone until it is restarted, and so it is no finding yet', async () => {
    await withRegistry('distribution 3', async (registry) => {
      await losesChild(registry);

      const warm = await walk('distribution 3', registry);
      await registry.restart?.();
      const cold = await walk('distribution 3', registry);

      expect(kinds(warm)).toEqual([]);
      expect(kinds(cold)).toEqual([`child/missing ${child}`]);
    });
  });
});
