import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { Damage } from './damage.ts';
import { damageOf } from './damage.ts';
import { identity, probe, runFlags } from '../support/probe.ts';
import { push } from '../support/push.ts';
import { app, single } from '../support/reg-fixture.ts';
import { startRegistry, type DockerRegistry } from '../support/servers/docker-registry.ts';
import { startPushgateway, type RunningPushgateway } from '../support/servers/pushgateway.ts';

/** `warm`: not restarted since the upload, so that the registry answers HEAD from its descriptor cache. */
type Temperature = 'warm' | 'cold';

interface Expected {
  readonly object: string;
  readonly fault: string;
  readonly digest: string | null;
  readonly path: readonly string[];
  readonly platforms: readonly string[];
}

interface Row {
  readonly title: string;
  readonly at: readonly Temperature[];
  readonly damage: (damage: Damage, registry: DockerRegistry) => Promise<unknown>;
  readonly expected: readonly Expected[];
  /** What was seen: the status and the bytes. */
  readonly seen?: { readonly status: number; readonly bytes?: number };
  readonly flags?: readonly string[];
}

const ARM64 = ['linux/arm64'];
const index = app.content.manifest.digest;
const child = app.arm64.manifest.digest;
const layer = app.arm64.layers[0]?.digest ?? '';

const childPath = { digest: child, path: [index, child], platforms: ARM64 };
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
const both = ['warm', 'cold'] as const;

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
    at: both,
    damage: (damage) => damage.remove(damage.revision('app', child)),
    expected: [{ object: 'child', fault: 'missing', ...childPath }],
    seen: { status: 404 },
  },
  {
    title: 'garbage collection with -m removed the children of every index',
    at: both,
    damage: (_, registry) => registry.garbageCollect(['-m']),
    expected: [app.amd64, app.arm64, app.attestation].map(({ manifest: { digest }, platform }) => ({
      object: 'child',
      fault: 'missing',
      digest,
      path: [index, digest],
      platforms: [`${platform.os}/${platform.architecture}`],
    })),
    seen: { status: 404 },
  },
  {
    title: "a layer's data is gone, and the cache still knows it",
    at: ['warm'],
    damage: (damage) => damage.remove(damage.blob(layer)),
    expected: [brokenLayer('unreadable')],
    seen: { status: 206, bytes: 0 },
  },
  {
    title: "a layer's data is gone",
    at: ['cold'],
    damage: (damage) => damage.remove(damage.blob(layer)),
    expected: [brokenLayer('missing')],
    seen: { status: 404 },
  },
  {
    title: 'a layer is cut short, and the cache still knows its length',
    at: ['warm'],
    damage: (damage) => damage.cut(damage.blob(layer), 100),
    expected: [brokenLayer('unreadable')],
    seen: { status: 206, bytes: 0 },
  },
  {
    title: 'a layer is cut short',
    at: ['cold'],
    damage: (damage) => damage.cut(damage.blob(layer), 100),
    expected: [brokenLayer('size_mismatch')],
    seen: { status: 416, bytes: 100 },
  },
  {
    title: 'a layer is empty',
    at: ['cold'],
    damage: (damage) => damage.cut(damage.blob(layer), 0),
    expected: [brokenLayer('size_mismatch')],
    seen: { status: 416, bytes: 0 },
  },
  {
    title: 'a layer is empty, and the cache still knows its length',
    at: ['warm'],
    damage: (damage) => damage.cut(damage.blob(layer), 0),
    expected: [brokenLayer('unreadable')],
    seen: { status: 206, bytes: 0 },
  },
  {
    title: 'a byte of a layer is flipped, which reading its end cannot show',
    at: both,
    damage: (damage) => flip(damage, layer),
    expected: [],
  },
  {
    title: 'a byte of a layer is flipped, and all content is hashed',
    at: both,
    damage: (damage) => flip(damage, layer),
    expected: [brokenLayer('digest_mismatch')],
    seen: { status: 200 },
    flags: ['--blob-check', 'full'],
  },
  {
    title: "a layer's link is gone while the cache serves it: nobody would notice yet",
    at: ['warm'],
    damage: (damage) => damage.remove(damage.layerLink('app', layer)),
    expected: [],
  },
  {
    title: "a layer's link is gone",
    at: ['cold'],
    damage: (damage) => damage.remove(damage.layerLink('app', layer)),
    expected: [brokenLayer('missing')],
    seen: { status: 404 },
  },
  {
    title: "a tag's link is gone",
    at: both,
    damage: (damage) => damage.remove(damage.tag('app', 'v1')),
    expected: [brokenTag('tag_dangling', null)],
    seen: { status: 404 },
  },
  {
    title: "a tag's link is empty",
    at: both,
    damage: (damage) => damage.cut(damage.tag('app', 'v1'), 0),
    expected: [brokenTag('unreadable', null)],
    seen: { status: 500 },
  },
  {
    title: "a child's revision link is empty",
    at: both,
    damage: (damage) => damage.cut(damage.revision('app', child), 0),
    expected: [{ object: 'child', fault: 'unreadable', ...childPath }],
    seen: { status: 500 },
  },
  ...[
    { how: 'empty', change: (damage: Damage, path: string) => damage.cut(path, 0) },
    { how: 'cut short', change: (damage: Damage, path: string) => damage.cut(path, 100) },
    { how: 'not JSON', change: (damage: Damage, path: string) => damage.write(path, 'no manifest') },
  ].flatMap(({ how, change }): Row[] => [
    {
      title: `an index is ${how}`,
      at: both,
      damage: (damage) => change(damage, damage.blob(index)),
      expected: [brokenTag('unreadable', null)],
      seen: { status: 500 },
    },
    {
      title: `a child is ${how}`,
      at: both,
      damage: (damage) => change(damage, damage.blob(child)),
      expected: [{ object: 'child', fault: 'unreadable', ...childPath }],
      seen: { status: 500 },
    },
  ]),
  {
    title: 'an index was edited, and the digest in the header is right all the same',
    at: both,
    damage: (damage) => edit(damage, index),
    expected: [brokenTag('digest_mismatch', index)],
    seen: { status: 200 },
  },
  {
    title: 'a child was edited, and the digest in the header is right all the same',
    at: both,
    damage: (damage) => edit(damage, child),
    expected: [{ object: 'child', fault: 'digest_mismatch', ...childPath }],
    seen: { status: 200 },
  },
  {
    title: "a manifest's revision is gone and its tag is left",
    at: both,
    damage: (damage) => damage.remove(damage.revision('app', index)),
    expected: [brokenTag('missing', index)],
    seen: { status: 404 },
  },
  {
    title: "a directory is where a layer's data should be",
    at: ['cold'],
    damage: (damage) => damage.turnIntoDirectory(damage.blob(layer)),
    expected: [brokenLayer('missing')],
    seen: { status: 404 },
  },
  {
    title: "a directory is where a layer's data should be, and the cache still knows it",
    at: ['warm'],
    damage: (damage) => damage.turnIntoDirectory(damage.blob(layer)),
    expected: [brokenLayer('unreadable')],
    seen: { status: 206, bytes: 0 },
  },
  {
    title: 'a tag was removed: it is gone, not broken',
    at: both,
    damage: (damage) => damage.remove('repositories/app/_manifests/tags/v1'),
    expected: [],
  },
  {
    title: "a child's revision link is gone, and the link of the old layout serves it",
    at: both,
    damage: async (damage) => {
      await damage.write(damage.layerLink('app', child), child);
      await damage.remove(damage.revision('app', child));
    },
    expected: [],
  },
];

const CASES = ROWS.flatMap((row) => row.at.map((temperature) => ({ ...row, temperature })));

let gateway: RunningPushgateway;
beforeAll(async () => void (gateway = await startPushgateway()));
afterAll(() => gateway.stop());

async function withRegistry(body: (registry: DockerRegistry, damage: Damage) => Promise<void>): Promise<void> {
  const registry = await startRegistry();
  try {
    await push(registry.url, app.repository, app.tag, app.content);
    await push(registry.url, single.repository, single.tag, single.content);
    await body(registry, await damageOf(registry));
  } finally {
    await registry.stop();
  }
}

/** The values of `registry_integrity_failures` that are not 0, as the Pushgateway shows them. */
async function failures(name: string): Promise<Readonly<Record<string, number>>> {
  const lines = (await gateway.metrics()).split('\n');
  const samples = lines.filter((line) => line.startsWith('registry_integrity_failures{') && line.includes(`"${name}"`));
  expect(samples.length).toBeGreaterThan(0);
  return Object.fromEntries(
    samples.flatMap((line) => {
      const value = Number(line.split(' ').at(-1));
      const label = (key: string): string => new RegExp(`${key}="([^"]*)"`).exec(line)?.[1] ?? '';
      return value === 0 ? [] : [[`${label('object')}/${label('fault')}`, value]];
    }),
  );
}

function countByKind(expected: readonly Expected[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { object, fault } of expected) counts[`${object}/${fault}`] = (counts[`${object}/${fault}`] ?? 0) + 1;
  return counts;
}

describe('what a stock registry:2 suffers is told for what it is', () => {
  test.each(CASES)('$title ($temperature)', async ({ damage, temperature, expected, seen, flags = [] }) => {
    await withRegistry(async (registry, storage) => {
      const name = `row-${registry.url.port}`;
      await damage(storage, registry);
      if (temperature === 'cold') await registry.restart();

      const run = await probe([...runFlags(registry.url, name), '--pushgateway', gateway.url.origin, ...flags]);
      const verify = await probe(['verify', `${registry.url.host}/app:v1`, '--output', 'json', ...flags]);

      const found = run.registry();
      const wanted = expected.map((one) => ({ repository: 'app', tags: ['v1'], ...one }));
      expect(sorted(found.findings.map(identity))).toEqual(sorted(wanted));
      expect(found).toMatchObject({
        complete: true,
        verdict: expected.length === 0 ? 'sound' : 'broken',
        unknowns: [],
      });
      for (const { observed, confirmations } of found.findings) {
        expect(observed).toMatchObject(seen ?? {});
        expect(confirmations).toBe(3);
      }
      expect(run.code).toBe(0);
      expect(await failures(name)).toEqual(countByKind(expected));

      // What is named has to be there: to whoever asks for a tag that was removed, it is missing.
      const tagIsGone = run.registry().counts.tags === 1;
      const verified = tagIsGone ? [{ repository: 'app', tags: ['v1'], ...brokenTag('missing', null) }] : wanted;
      expect(sorted(verify.registry().findings.map(identity))).toEqual(sorted(verified));
      expect(verify.code).toBe(verified.length === 0 ? 0 : 1);

      await storage.repair();
      const repaired = await probe([...runFlags(registry.url, name), '--pushgateway', gateway.url.origin, ...flags]);
      expect(repaired.registry()).toMatchObject({ complete: true, verdict: 'sound', findings: [] });
      expect(await failures(name)).toEqual({});
    });
  });

  test.each([
    { title: 'an unmounted volume lists nothing', asFile: false, reason: 'protocol', detail: /^empty_catalog: / },
    { title: 'a storage that fails lists nothing', asFile: true, reason: 'server_error', detail: /500/ },
  ])('$title, which is no finding', async ({ asFile, reason, detail }) => {
    await withRegistry(async (registry, storage) => {
      const name = `lost-${registry.url.port}`;
      await storage.loseStorage(asFile);

      const run = await probe([...runFlags(registry.url, name), '--pushgateway', gateway.url.origin]);

      expect(run.code).toBe(3);
      expect(run.registry()).toMatchObject({ catalogAccessible: false, complete: false, findings: [] });
      expect(run.registry().unknowns).toEqual([
        { repository: null, reference: '_catalog', reason, detail: expect.stringMatching(detail) as string },
      ]);
      const metrics = await gateway.metrics();
      expect(metrics).toMatch(new RegExp(`^registry_integrity_catalog_accessible{.*"${name}".*} 0$`, 'm'));
      expect(metrics).not.toMatch(new RegExp(`^registry_integrity_failures{.*"${name}"`, 'm'));
    });
  });
});

function sorted<T>(list: readonly T[]): readonly T[] {
  return [...list].toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}
