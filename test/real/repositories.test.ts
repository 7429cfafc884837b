import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';

import { buildImage, buildIndex } from '../../src/demo/content.ts';
import { identity, probe, runFlags } from '../support/probe.ts';
import { app } from '../support/reg-fixture.ts';
import type { DockerRegistry } from '../support/servers/docker-registry.ts';
import { startStocked } from '../support/servers/stocked-registry.ts';
import { damageOf, type Damage } from './damage.ts';

const TAGS = Array.from({ length: 12 }, (_, position) => `v${position + 1}`);
const VERSIONS = TAGS.map((tag) => {
  const image = buildImage({ seed: `many/${tag}`, layers: 1 });
  return { repository: 'many', tag, content: buildIndex([image]), child: image.manifest.digest };
});

describe('two repositories with the same content', () => {
  const child = app.arm64.manifest.digest;
  const layer = app.arm64.layers[0]?.digest ?? '';
  const index = app.content.manifest.digest;
  const stock = ['left', 'right'].map((repository) => ({ repository, tag: 'v1', content: app.content }));

  test.each([
    {
      what: "a child's link",
      digest: child,
      damage: (at: Damage) => at.remove(at.revision('right', child)),
      expected: { object: 'child', path: [index, child] },
    },
    {
      what: "a layer's link",
      digest: layer,
      damage: (at: Damage) => at.remove(at.layerLink('right', layer)),
      expected: { object: 'layer', path: [index, child, layer] },
    },
  ])('are asked each for itself: $what that one of them lost is one finding', async ({ digest, damage, expected }) => {
    const registry = await startStocked(stock);
    onTestFinished(() => registry.stop());
    await damage(await damageOf(registry));
    await registry.restart();

    const run = await probe(runFlags(registry.url));
    const [left, right] = await Promise.all(
      ['left', 'right'].map((name) => probe(['verify', `${registry.url.host}/${name}:v1`, '--output', 'json'])),
    );

    const platforms = ['linux/arm64'];
    const only = [{ repository: 'right', tags: ['v1'], fault: 'missing', digest, platforms, ...expected }];
    expect(run.registry()).toMatchObject({ complete: true, verdict: 'broken' });
    expect(run.registry().findings.map(identity)).toEqual(only);
    expect(left?.code).toBe(0);
    expect(right?.code).toBe(1);
    expect(right?.registry().findings.map(identity)).toEqual(only);
  });
});

describe('a repository of twelve tags', () => {
  let registry: DockerRegistry;
  let damage: Damage;
  beforeAll(async () => {
    registry = await startStocked(VERSIONS);
    damage = await damageOf(registry);
  });
  afterAll(() => registry.stop());

  test('is walked in full when nobody says otherwise', async () => {
    const run = await probe(runFlags(registry.url));

    expect(run.registry()).toMatchObject({ complete: true, verdict: 'sound' });
    expect(run.registry().counts).toMatchObject({ tags: 12, indexes: 12, manifests: 12, skipped: { excluded: 0 } });
  });

  test.each(VERSIONS)('has one lost child, under $tag: it is found', async ({ tag, child, content }) => {
    const link = damage.revision('many', child);
    const before = await damage.read(link);
    await damage.remove(link);
    onTestFinished(() => damage.write(link, before));

    const run = await probe(runFlags(registry.url));

    expect(run.registry().findings.map(identity)).toEqual([
      {
        repository: 'many',
        tags: [tag],
        object: 'child',
        fault: 'missing',
        digest: child,
        path: [content.manifest.digest, child],
        platforms: ['linux/amd64'],
      },
    ]);
  });

  test('counts the tags that a filter leaves out', async () => {
    const run = await probe([...runFlags(registry.url), '--tag', 'v1*']);

    expect(run.registry().counts).toMatchObject({ tags: 4, skipped: { excluded: 8 } });
  });
});
