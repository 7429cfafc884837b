import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { buildAttestation, buildImage, buildIndex, type Image, type Index } from '../../src/demo/content.ts';
import { buildLayer } from '../../src/demo/layer.ts';
import { seal, sealJson } from '../../src/demo/sealed.ts';
import { OCI_INDEX } from '../../src/oci/media-types.ts';
import { ask } from '../support/ask.ts';
import { identity, probe, runFlags } from '../support/probe.ts';
import { push, pushBlob, pushManifest } from '../support/push.ts';
import { single } from '../support/reg-fixture.ts';
import type { DockerRegistry } from '../support/servers/docker-registry.ts';
import { startStocked } from '../support/servers/stocked-registry.ts';
import { damageOf, type Damage } from './damage.ts';

const ARM64 = { os: 'linux', architecture: 'arm64' };

function twoPlatforms(seed: string, dockerTypes = false): readonly [Image, Image] {
  return [
    buildImage({ seed: `${seed}/amd64`, dockerTypes }),
    buildImage({ seed: `${seed}/arm64`, dockerTypes, platform: ARM64 }),
  ];
}

/** An index whose last child is lost: what leads there is the whole path. */
interface Shape {
  readonly repository: string;
  readonly title: string;
  readonly content: Index;
  readonly lost: Image;
  readonly path: readonly string[];
  readonly platform: string;
  readonly counts: { readonly indexes: number; readonly manifests: number; readonly blobs: number };
}

function shape(repository: string, title: string, build: (children: readonly Image[]) => Index, docker = false): Shape {
  const [amd64, lost] = twoPlatforms(repository, docker);
  const content = build([amd64, lost]);
  const path = [content.manifest.digest, lost.manifest.digest];
  const counts = { indexes: 1, manifests: 2, blobs: 6 };
  return { repository, title, content, lost, path, platform: 'linux/arm64', counts };
}

function nested(): Shape {
  const [amd64, lost] = twoPlatforms('nested');
  const inner = buildIndex([amd64, lost]);
  const content = buildIndex([inner]);
  const path = [content, inner, lost].map(({ manifest }) => manifest.digest);
  const title = 'an index in an index';
  const counts = { indexes: 2, manifests: 2, blobs: 6 };
  return { repository: 'nested', title, content, lost, path, platform: 'linux/arm64', counts };
}

function attested(): Shape {
  const [amd64, arm64] = twoPlatforms('attested');
  const lost = buildAttestation(amd64);
  const content = buildIndex([amd64, arm64, lost]);
  const path = [content.manifest.digest, lost.manifest.digest];
  const title = 'an index with an attestation';
  const counts = { indexes: 1, manifests: 3, blobs: 8 };
  return { repository: 'attested', title, content, lost, path, platform: 'unknown/unknown', counts };
}

const SHAPES: readonly Shape[] = [
  shape('untyped', 'an index that does not name its type', (children) => buildIndex(children, { mediaType: false })),
  shape('docker', "a manifest list with Docker's types", (children) => buildIndex(children, { docker: true }), true),
  nested(),
  attested(),
];

let registry: DockerRegistry;
let damage: Damage;
beforeAll(async () => {
  registry = await startStocked([single, ...SHAPES.map((one) => ({ ...one, tag: 'v1' }))]);
  damage = await damageOf(registry);
});
afterAll(() => registry.stop());

/** A walk over one repository, so that every test has its own. */
async function walk(repository: string, env: Readonly<Record<string, string>> = {}) {
  const run = await probe([...runFlags(registry.url), '--repository', repository], env);
  expect(run.code).toBe(0);
  return run.registry();
}

describe('a stock registry:2 holds every shape of image, and the probe walks it', () => {
  test.each(SHAPES)('$title is walked to its blobs, and a lost child is found', async (one) => {
    const { repository, lost, path, platform, counts } = one;

    const before = await walk(repository);
    await damage.remove(damage.revision(repository, lost.manifest.digest));
    const after = await walk(repository);

    expect(before).toMatchObject({ complete: true, verdict: 'sound', findings: [], counts });
    expect(after).toMatchObject({ complete: true, verdict: 'broken' });
    expect(after.findings.map(identity)).toEqual([
      {
        repository,
        tags: ['v1'],
        object: 'child',
        fault: 'missing',
        digest: lost.manifest.digest,
        path,
        platforms: [platform],
      },
    ]);
  });

  test('an index without a type in its body is served as an index all the same, to whoever asks', async () => {
    const content = buildIndex(twoPlatforms('served'), { mediaType: false });
    await push(registry.url, 'served', 'v1', content);

    const answer = await ask(registry.url, '/v2/served/manifests/v1');

    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe(OCI_INDEX);
    expect(JSON.parse(answer.text)).not.toHaveProperty('mediaType');
  });

  test('an empty index is accepted, counted as an index, and no failure', async () => {
    await push(registry.url, 'hollow', 'v1', buildIndex([]));

    // A repository that never had a blob is not in the catalog of 2.8.
    const walked = await walk('hollow', { PROBE_REPOSITORIES_INCLUDE: 'hollow' });

    expect(walked).toMatchObject({ complete: true, verdict: 'sound', findings: [] });
    expect(walked.counts).toMatchObject({ tags: 1, indexes: 1, manifests: 0, blobs: 0 });
  });

  test('a build cache, an index that lists layers, is asked for blobs, and lost data is found in it', async () => {
    const [kept, lost] = [buildLayer('cache/kept'), buildLayer('cache/lost')];
    const config = sealJson('application/vnd.buildkit.cacheconfig.v0', { layers: [{ blob: kept.digest }] });
    const manifests = [kept, lost, config].map(({ mediaType, digest, size }) => ({ mediaType, digest, size }));
    const index = sealJson(OCI_INDEX, { schemaVersion: 2, mediaType: OCI_INDEX, manifests });
    for (const blob of [kept, lost, config]) await pushBlob(registry.url, 'buildcache', blob);
    await pushManifest(registry.url, 'buildcache', 'main', index);

    const before = await walk('buildcache');
    await damage.remove(damage.blob(lost.digest));
    const after = await walk('buildcache');

    expect(before).toMatchObject({ complete: true, verdict: 'sound', findings: [] });
    expect(before.counts).toMatchObject({ indexes: 1, manifests: 0, blobs: 3 });
    expect(after.findings.map(identity)).toEqual([
      {
        repository: 'buildcache',
        tags: ['main'],
        object: 'layer',
        fault: 'unreadable',
        digest: lost.digest,
        path: [index.digest, lost.digest],
        platforms: [],
      },
    ]);
  });

  test('asked without the right types, the registry denies an image that is sound: the probe names them all', async () => {
    const path = `/v2/${single.repository}/manifests/${single.tag}`;

    const nothing = await ask(registry.url, path);
    const anything = await ask(registry.url, path, { headers: { accept: '*/*' } });
    const right = await ask(registry.url, path, { headers: { accept: single.content.manifest.mediaType } });
    const walked = await walk(single.repository);

    expect([nothing, anything].map(({ status, code }) => [status, code])).toEqual([
      [404, 'MANIFEST_UNKNOWN'],
      [404, 'MANIFEST_UNKNOWN'],
    ]);
    expect(seal('', new TextEncoder().encode(right.text)).digest).toBe(single.content.manifest.digest);
    expect(walked).toMatchObject({ verdict: 'sound', findings: [], counts: { tags: 1, manifests: 1 } });
  });
});
