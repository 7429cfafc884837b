import { dirname } from 'node:path';

import { describe, expect, test } from 'vitest';

import type { Damage } from './damage.ts';
import { damageOf } from './damage.ts';
import { identity, probe, type ProbeRun } from '../support/probe.ts';
import { push } from '../support/push.ts';
import { app, single } from '../support/reg-fixture.ts';
import { type DockerRegistry, startRegistry } from '../support/servers/docker-registry.ts';
import { treeState } from '../support/tree-state.ts';

interface Expected {
  readonly object: string;
  readonly fault: string;
  readonly digest: string | null;
  readonly path: readonly string[];
  readonly platforms: readonly string[];
}

interface Row {
  readonly title: string;
  readonly damage: (damage: Damage, registry: DockerRegistry) => Promise<unknown>;
  readonly expected: readonly Expected[];
  readonly detail?: RegExp;
  readonly flags?: readonly string[];
}

const ARM64 = ['linux/arm64'];
const index = app.content.manifest.digest;
const child = app.arm64.manifest.digest;
const layer = app.arm64.layers[0]?.digest ?? '';
const otherLayer = app.amd64.layers[0]?.digest ?? '';

const brokenChild = (fault: string): Expected => ({
  object: 'child',
  fault,
  digest: child,
  path: [index, child],
  platforms: ARM64,
});
const brokenLayer = (fault: string): Expected => ({
  object: 'layer',
  fault,
  digest: layer,
  path: [index, child, layer],
  platforms: ARM64,
});
const brokenTag = (fault: string, digest: string | null): Expected => ({
  object: 'manifest',
  fault,
  digest,
  path: digest === null ? [] : [digest],
  platforms: [],
});

async function edit(damage: Damage, digest: string): Promise<void> {
  const manifest: object = JSON.parse((await damage.read(damage.blob(digest))).toString());
  await damage.write(damage.blob(digest), JSON.stringify({ ...manifest, annotations: { edited: 'yes' } }));
}

async function flip(damage: Damage, digest: string): Promise<void> {
  const bytes = await damage.read(damage.blob(digest));
  bytes[5] = (bytes[5] ?? 0) ^ 1;
  await damage.write(damage.blob(digest), bytes);
}

const ROWS: readonly Row[] = [
  {
    title: "a child's revision link is gone",
    damage: (damage) => damage.remove(damage.revision('app', child)),
    expected: [brokenChild('missing')],
    detail: /^the link to it is gone, and its data is there$/,
  },
  {
    title: "a child's data is gone",
    damage: (damage) => damage.remove(damage.blob(child)),
    expected: [brokenChild('missing')],
    detail: /^its data is gone, and the link to it is there$/,
  },
  {
    title: 'garbage collection with -m removed the children of every index',
    damage: (_, registry) => registry.garbageCollect(['-m']),
    expected: [app.amd64, app.arm64, app.attestation].map(({ manifest: { digest }, platform }) => ({
      object: 'child',
      fault: 'missing',
      digest,
      path: [index, digest],
      platforms: [`${platform.os}/${platform.architecture}`],
    })),
  },
  {
    title: "a layer's data is gone",
    damage: (damage) => damage.remove(damage.blob(layer)),
    expected: [brokenLayer('missing')],
    detail: /^its data is gone, and the link to it is there$/,
  },
  {
    title: 'a layer is cut short',
    damage: (damage) => damage.cut(damage.blob(layer), 100),
    expected: [brokenLayer('size_mismatch')],
    detail: /^its data has 100 bytes, and the descriptor says \d+$/,
  },
  {
    title: 'a layer is empty',
    damage: (damage) => damage.cut(damage.blob(layer), 0),
    expected: [brokenLayer('size_mismatch')],
  },
  {
    title: 'a byte of a layer is flipped, which its length cannot show',
    damage: (damage) => flip(damage, layer),
    expected: [],
  },
  {
    title: 'a byte of a layer is flipped, and all content is hashed',
    damage: (damage) => flip(damage, layer),
    expected: [brokenLayer('digest_mismatch')],
    detail: /^the data hashes to sha256:/,
    flags: ['--blob-check', 'full'],
  },
  {
    title: "a layer's link is gone, which a registry that is not restarted would hide",
    damage: (damage) => damage.remove(damage.layerLink('app', layer)),
    expected: [brokenLayer('missing')],
    detail: /its data is there: a registry serves it until it is restarted$/,
  },
  {
    title: "a layer's link is empty",
    damage: (damage) => damage.cut(damage.layerLink('app', layer), 0),
    expected: [brokenLayer('unreadable')],
  },
  {
    title: "a layer's link holds what is no digest",
    damage: (damage) => damage.write(damage.layerLink('app', layer), `${layer}\n`),
    expected: [brokenLayer('unreadable')],
  },
  {
    title: "a layer's link names another layer, of the same length or not",
    damage: (damage) => damage.write(damage.layerLink('app', layer), otherLayer),
    expected: [brokenLayer('digest_mismatch')],
  },
  {
    title: "a tag's link is gone",
    damage: (damage) => damage.remove(damage.tag('app', 'v1')),
    expected: [brokenTag('tag_dangling', null)],
  },
  {
    title: "all but a tag's directory is gone",
    damage: async (damage) => {
      await damage.remove('repositories/app/_manifests/tags/v1/current');
      await damage.remove('repositories/app/_manifests/tags/v1/index');
    },
    expected: [brokenTag('tag_dangling', null)],
  },
  {
    title: "a tag's link is empty",
    damage: (damage) => damage.cut(damage.tag('app', 'v1'), 0),
    expected: [brokenTag('unreadable', null)],
  },
  {
    title: "a child's revision link is empty",
    damage: (damage) => damage.cut(damage.revision('app', child), 0),
    expected: [brokenChild('unreadable')],
  },
  {
    title: "a child's revision link names another manifest",
    damage: (damage) => damage.write(damage.revision('app', child), app.amd64.manifest.digest),
    expected: [brokenChild('digest_mismatch')],
  },
  ...[
    { how: 'empty', change: (damage: Damage, path: string) => damage.cut(path, 0) },
    { how: 'cut short', change: (damage: Damage, path: string) => damage.cut(path, 100) },
    { how: 'not JSON', change: (damage: Damage, path: string) => damage.write(path, 'no manifest') },
    { how: 'of no known version', change: (damage: Damage, path: string) => damage.write(path, '{"schemaVersion":7}') },
    { how: 'too large', change: (damage: Damage, path: string) => damage.write(path, `{}${' '.repeat(4 << 20)}`) },
  ].flatMap(({ how, change }): Row[] => [
    {
      title: `an index is ${how}`,
      damage: (damage) => change(damage, damage.blob(index)),
      expected: [brokenTag('unreadable', index)],
    },
    {
      title: `a child is ${how}`,
      damage: (damage) => change(damage, damage.blob(child)),
      expected: [brokenChild('unreadable')],
    },
  ]),
  {
    title: 'an index was edited',
    damage: (damage) => edit(damage, index),
    expected: [brokenTag('digest_mismatch', index)],
  },
  {
    title: 'a child was edited',
    damage: (damage) => edit(damage, child),
    expected: [brokenChild('digest_mismatch')],
  },
  {
    title: "a manifest's revision is gone and its tag is left",
    damage: (damage) => damage.remove(damage.revision('app', index)),
    expected: [brokenTag('missing', index)],
  },
  {
    title: "a directory is where a layer's data should be",
    damage: (damage) => damage.turnIntoDirectory(damage.blob(layer)),
    expected: [brokenLayer('missing')],
  },
  {
    title: "a directory is where a layer's link should be",
    damage: (damage) => damage.turnIntoDirectory(damage.layerLink('app', layer)),
    expected: [brokenLayer('unreadable')],
  },
  {
    title: 'a tag was removed: it is gone, not broken',
    damage: (damage) => damage.remove('repositories/app/_manifests/tags/v1'),
    expected: [],
  },
  {
    title: "a child's revision link is gone, and the link of the old layout serves it",
    damage: async (damage) => {
      await damage.write(damage.layerLink('app', child), child);
      await damage.remove(damage.revision('app', child));
    },
    expected: [],
  },
  {
    title: "a child's revision link is gone, and version 3 does not look at the link of the old layout",
    damage: async (damage) => {
      await damage.write(damage.layerLink('app', child), child);
      await damage.remove(damage.revision('app', child));
    },
    expected: [brokenChild('missing')],
    flags: ['--registry-version', '3'],
  },
  {
    title: "a child's revision link is empty, so that the link of the old layout is not looked at",
    damage: async (damage) => {
      await damage.write(damage.layerLink('app', child), child);
      await damage.cut(damage.revision('app', child), 0);
    },
    expected: [brokenChild('unreadable')],
  },
];

function scan(folder: string, ...flags: readonly string[]): Promise<ProbeRun> {
  return probe(['scan', folder, '--output', 'json', ...flags]);
}

function sorted<T>(list: readonly T[]): readonly T[] {
  return [...list].toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

describe('what the storage of a stock registry:2 has suffered is told by its files', () => {
  test.each(ROWS)('$title', async ({ damage, expected, detail = /./, flags = [] }) => {
    const registry = await startRegistry();
    try {
      await push(registry.url, app.repository, app.tag, app.content);
      await push(registry.url, single.repository, single.tag, single.content);
      const storage = await damageOf(registry);
      const top = dirname(dirname(dirname(registry.storageRoot)));
      await damage(storage, registry);
      const before = await treeState(top);

      const run = await scan(top, ...flags);

      expect(await treeState(top)).toEqual(before);
      const found = run.registry();
      expect(sorted(found.findings.map(identity))).toEqual(
        sorted(expected.map((one) => ({ repository: 'app', tags: ['v1'], ...one }))),
      );
      const verdict = expected.length === 0 ? 'sound' : 'broken';
      expect(found).toMatchObject({ name: 'storage', complete: true, verdict, unknowns: [] });
      for (const { observed, confirmations } of found.findings) {
        expect(observed).toMatchObject({ method: null, status: null, detail: expect.stringMatching(detail) as string });
        expect(confirmations).toBe(3);
      }
      expect(run.code).toBe(expected.length === 0 ? 0 : 1);

      await storage.repair();
      const repaired = await scan(top, ...flags);
      expect(repaired.registry()).toMatchObject({ complete: true, verdict: 'sound', findings: [] });
      expect(repaired.code).toBe(0);
    } finally {
      await registry.stop();
    }
  });
});
