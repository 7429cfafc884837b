import { request } from 'undici';
import { expect, test } from 'vitest';

import { probe, type ProbeRun, runFlags } from '../support/probe.ts';
import { push, type PushOptions } from '../support/push.ts';
import { app, single } from '../support/reg-fixture.ts';
import type { AnyRegistry } from '../support/servers/any-registry.ts';
import { REGISTRIES } from '../support/servers/other-registries.ts';

/** One of the registries. */
export type Kind = keyof typeof REGISTRIES;

const child = app.arm64.manifest.digest;
const layer = app.arm64.layers[0]?.digest ?? '';
const config = app.arm64.config.digest;

/** Registries that have no catalog are walked by a list of names. */
const WITHOUT_CATALOG: ReadonlySet<Kind> = new Set<Kind>(['olareg']);
/** Distribution 3 also caches which manifests a repository has: until a restart it serves the child, so it pulls. */
const CACHES_MANIFESTS: ReadonlySet<Kind> = new Set<Kind>(['distribution 3', 'distribution 3 on S3']);
const BY_LIST = { PROBE_REPOSITORIES_SOURCE: 'list', PROBE_REPOSITORIES_INCLUDE: 'app,single' };

/** Runs a test with such a registry that holds an index and an image, and stops it. */
export async function withRegistry(kind: Kind, body: (registry: AnyRegistry) => Promise<void>): Promise<void> {
  const registry = await REGISTRIES[kind]();
  try {
    for (const { repository, tag, content } of [app, single]) {
      await push(registry.url, nameIn(registry, repository), tag, content, pushOptions(registry));
    }
    await body(registry);
  } finally {
    await registry.stop();
  }
}

function nameIn({ account }: AnyRegistry, repository: string): string {
  return account === undefined ? repository : `${account.user}/${repository}`;
}

function pushOptions({ account }: AnyRegistry): PushOptions {
  if (account === undefined) return {};
  return { authorization: `Basic ${Buffer.from(`${account.user}:${account.password}`).toString('base64')}` };
}

/** Walks it, with the rights to read and no others. */
export function walk(kind: Kind, registry: AnyRegistry, ...flags: readonly string[]): Promise<ProbeRun> {
  const { account } = registry;
  const login = account && { PROBE_REGISTRY_USERNAME: account.user, PROBE_REGISTRY_PASSWORD: account.readToken };
  return probe([...runFlags(registry.url), ...flags], { ...(WITHOUT_CATALOG.has(kind) && BY_LIST), ...login });
}

/** As somebody who is not logged in. */
function verifyApp(registry: AnyRegistry): Promise<ProbeRun> {
  return probe(['verify', `${registry.url.host}/${nameIn(registry, app.repository)}:${app.tag}`]);
}

/** The registry no longer has the child of `app`. */
export async function losesChild(registry: AnyRegistry): Promise<void> {
  if (registry.loseManifest !== null) return registry.loseManifest(app.repository, child);
  const url = new URL(`/v2/${app.repository}/manifests/${child}`, registry.url);
  const { statusCode, body } = await request(url, { method: 'DELETE' });
  await body.dump();
  expect(statusCode).toBe(202);
}

/** Declares the tests of a registry: everything in it is counted, and what it lost is found. */
export function testDamage(kind: Kind): void {
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
      const verify = await verifyApp(registry);

      expect(kinds(run)).toEqual([`child/missing ${child}`]);
      expect([run.code, verify.code]).toEqual([0, 1]);
    });
  });

  test.each(['warm', 'cold'] as const)('a lost layer is found (%s)', async (temperature) => {
    await withRegistry(kind, async (registry) => {
      await registry.loseBlob(app.repository, layer);
      if (temperature === 'cold') await registry.restart?.();

      const run = await walk(kind, registry);
      const verify = await verifyApp(registry);

      expect(kinds(run)).toEqual([expect.stringMatching(`^layer/(missing|unreadable) ${layer}$`)]);
      expect([run.code, verify.code]).toEqual([0, 1]);
    });
  });

  test.each([
    ['config', 'warm', config],
    ['config', 'cold', config],
    ['layer', 'warm', layer],
    ['layer', 'cold', layer],
  ] as const)('a %s that was cut short is found (%s)', async (object, temperature, digest) => {
    await withRegistry(kind, async (registry) => {
      await registry.cutBlob(app.repository, digest, 20);
      if (temperature === 'cold') await registry.restart?.();

      const run = await walk(kind, registry);

      expect(kinds(run)).toEqual([expect.stringMatching(`^${object}/(size_mismatch|unreadable|missing) ${digest}$`)]);
    });
  });
}

/** What was found, as `object/fault digest`. */
export function kinds(run: ProbeRun): readonly string[] {
  return run.registry().findings.map(({ object, fault, digest }) => `${object}/${fault} ${digest}`);
}
