import { dirname } from 'node:path';

import { describe, expect, test } from 'vitest';

import type { Damage } from './damage.ts';
import { damageOf } from './damage.ts';
import { probe } from '../support/probe.ts';
import { push } from '../support/push.ts';
import { app, single } from '../support/reg-fixture.ts';
import { type DockerRegistry, startRegistry } from '../support/servers/docker-registry.ts';

const layer = app.arm64.layers[0]?.digest ?? '';

interface Row {
  readonly title: string;
  readonly damage: (damage: Damage, registry: DockerRegistry) => Promise<unknown>;
  readonly cold?: boolean;
  readonly byClass: Readonly<Record<string, number>>;
  readonly code: number;
  readonly remedy?: RegExp;
}

const ROWS: readonly Row[] = [
  { title: 'nothing is damaged', damage: () => Promise.resolve(), byClass: {}, code: 0 },
  {
    title: "a layer's link is gone, and the cache serves it",
    damage: (damage) => damage.remove(damage.layerLink('app', layer)),
    byClass: { hidden_by_cache: 1 },
    code: 1,
    remedy: /^Restart the registry, .* does not send it\.$/,
  },
  {
    title: "a layer's link is gone, and the cache is empty",
    damage: (damage) => damage.remove(damage.layerLink('app', layer)),
    cold: true,
    byClass: {},
    code: 1,
  },
  {
    title: "a layer's data is gone, and the cache knows its length",
    damage: (damage) => damage.remove(damage.blob(layer)),
    byClass: { told_differently: 1 },
    code: 1,
    remedy: /Restart the registry before the push/,
  },
  {
    title: 'a manifest is empty, of which the registry does not say the digest',
    damage: (damage) => damage.cut(damage.blob(app.content.manifest.digest), 0),
    byClass: {},
    code: 1,
  },
  {
    title: 'a repository is not in the catalog',
    damage: (damage) => damage.remove('repositories/single/_layers'),
    cold: true,
    byClass: { repository_in_storage_alone: 1 },
    code: 1,
    remedy: /version 2 lists what has `_layers`/,
  },
];

describe('scan --registry-url', () => {
  test.each(ROWS)('$title', async ({ damage, cold = false, byClass, code, remedy = /./ }) => {
    const registry = await startRegistry();
    try {
      await push(registry.url, app.repository, app.tag, app.content);
      await push(registry.url, single.repository, single.tag, single.content);
      await damage(await damageOf(registry), registry);
      if (cold) await registry.restart();
      const top = dirname(dirname(dirname(registry.storageRoot)));

      const run = await probe(['scan', top, '--registry-url', registry.url.origin, '--output', 'json']);

      const { disagreements } = run.registry().storage ?? {};
      expect(disagreements?.byClass).toEqual(byClass);
      expect(disagreements?.examples.every((one) => remedy.test(one.remedy))).toBe(true);
      expect(run.code).toBe(code);
    } finally {
      await registry.stop();
    }
  });

  test('another storage than that of the registry is seen by what is listed', async () => {
    const [registry, other] = [await startRegistry(), await startRegistry()];
    try {
      await push(registry.url, app.repository, app.tag, app.content);
      await push(other.url, single.repository, single.tag, single.content);
      const top = dirname(dirname(dirname(other.storageRoot)));

      const run = await probe(['scan', top, '--registry-url', registry.url.origin, '--output', 'json']);

      expect(run.registry().storage?.disagreements?.byClass).toEqual({
        repository_in_storage_alone: 1,
        repository_in_registry_alone: 1,
      });
      expect(run.code).toBe(0);
    } finally {
      await registry.stop();
      await other.stop();
    }
  });

  test('a registry that does not answer leaves open whether they agree', async () => {
    const registry = await startRegistry();
    await push(registry.url, app.repository, app.tag, app.content);
    await registry.stop({ keep: true });
    try {
      const top = dirname(dirname(dirname(registry.storageRoot)));

      const run = await probe(['scan', top, '--registry-url', registry.url.origin, '--output', 'json']);

      expect(run.code).toBe(3);
      expect(run.registry().verdict).toBe('sound');
    } finally {
      await registry.start();
      await registry.stop();
    }
  });
});
