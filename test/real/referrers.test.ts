import { dirname } from 'node:path';

import { describe, expect, onTestFinished, test } from 'vitest';

import { buildArtifact, buildReferrerList } from '../../src/demo/attached.ts';
import { listTagOf } from '../../src/oci/attachment-tag.ts';
import { probe, type ProbeRun, runFlags } from '../support/probe.ts';
import { push, pushManifest } from '../support/push.ts';
import { app, single } from '../support/reg-fixture.ts';
import type { DockerRegistry } from '../support/servers/docker-registry.ts';
import { startReverseProxy } from '../support/servers/reverse-proxy.ts';
import { startStocked } from '../support/servers/stocked-registry.ts';
import { type Damage, damageOf } from './damage.ts';

const SIGNATURE = 'application/vnd.dev.cosign.artifact.sig.v1+json';
const SBOM = 'application/spdx+json';
const root = app.content.manifest;
const signature = buildArtifact(root, SIGNATURE);
const sbom = buildArtifact(root, SBOM);
const LIST_TAG = listTagOf(root.digest);

/** A registry:2, which lists no referrers, so that clients push the list under a tag. */
async function start(): Promise<{ registry: DockerRegistry; damage: Damage }> {
  const registry = await startStocked([app, single]);
  onTestFinished(() => registry.stop());
  for (const artifact of [signature, sbom]) await push(registry.url, 'app', null, artifact);
  await pushManifest(registry.url, 'app', LIST_TAG, buildReferrerList([signature, sbom]));
  return { registry, damage: await damageOf(registry) };
}

const run = ({ url }: Pick<DockerRegistry, 'url'>): Promise<ProbeRun> => probe([...runFlags(url), '--referrers']);

function told(one: ProbeRun): readonly string[] {
  return one.registry().findings.map((finding) => {
    const { tags, object, fault, artifactType } = 'short' in finding ? { ...finding, artifactType: '' } : finding;
    return `${tags.join(',')} ${object}/${fault} ${artifactType}`;
  });
}

describe('what is attached to images of a registry:2', () => {
  test('is sound, and costs a request for each image and each attachment, and one for each list', async () => {
    const { registry } = await start();
    const proxy = await startReverseProxy(registry.url);
    onTestFinished(() => proxy.stop());

    const without = await probe(runFlags(proxy.url));
    const withThem = await run(proxy);

    expect(withThem.registry()).toMatchObject({ verdict: 'sound', complete: true, counts: { orphanedReferrers: 0 } });
    expect(withThem.registry().counts.manifests).toBe(without.registry().counts.manifests);
    // app, single, the signature and the SBOM, by the listing that there is not; and the tag of the one list.
    const { requests } = withThem.registry().counts;
    expect(requests - without.registry().counts.requests).toBe(4 + 1);
    expect(new Set(proxy.seen.map(({ method }) => method))).toEqual(new Set(['GET', 'HEAD']));
  });

  test('is told with its type where it is lost, by run and by verify, and says what to do', async () => {
    const { registry, damage } = await start();
    await damage.remove(damage.revision('app', signature.manifest.digest));

    const walked = await run(registry);
    const verified = await probe(['verify', `${registry.url.host}/app:v1`, '--referrers', '--output', 'json']);
    const unasked = await probe(['verify', `${registry.url.host}/app:v1`]);

    expect(told(walked)).toEqual([`${LIST_TAG},v1 referrer/missing ${SIGNATURE}`]);
    expect(told(verified)).toEqual([`v1 referrer/missing ${SIGNATURE}`]);
    expect([walked.code, verified.code, unasked.code]).toEqual([0, 1, 0]);
    const [finding] = verified.registry().findings;
    expect(finding).toMatchObject({ digest: signature.manifest.digest, cause: { code: 'attachment_gone' } });
    expect(JSON.stringify(finding)).toContain(`something of the type ${SIGNATURE}`);
    expect(JSON.stringify(finding)).toContain(`verify --referrers ${registry.url.host}/app:v1`);
  });

  test('is told where its data is lost, and the image is not said to be broken', async () => {
    const { registry, damage } = await start();
    await damage.remove(damage.blob(sbom.layers[0]?.digest ?? ''));

    const walked = await run(registry);

    expect(told(walked)).toEqual([`${LIST_TAG},v1 layer/unreadable ${SBOM}`]);
    expect(JSON.stringify(walked.registry().findings)).toMatch(/Do not rebuild the image/);
    await registry.restart();
    expect(told(await run(registry))).toEqual([`${LIST_TAG},v1 layer/missing ${SBOM}`]);
  });

  test('may have lost the list, which verify tells of the image', async () => {
    const { registry, damage } = await start();
    const list = buildReferrerList([signature, sbom]);
    await damage.remove(damage.revision('app', list.digest));

    const verified = await probe(['verify', `${registry.url.host}/app:v1`, '--referrers', '--output', 'json']);

    expect(verified.registry().findings).toMatchObject([
      { tags: ['v1'], object: 'referrer', fault: 'missing', digest: list.digest, path: [root.digest, list.digest] },
    ]);
  });

  test('is nothing where nobody has attached anything', async () => {
    const registry = await startStocked([single]);
    onTestFinished(() => registry.stop());

    const verified = await probe(['verify', `${registry.url.host}/single:v1`, '--referrers', '--output', 'json']);

    expect([verified.code, verified.registry().verdict]).toEqual([0, 'sound']);
  });

  test('is counted, and no damage, where the image was deleted', async () => {
    const { registry, damage } = await start();
    await push(registry.url, 'app', `${LIST_TAG}.sig`, single.content);
    await damage.remove(dirname(dirname(damage.tag('app', app.tag ?? ''))));
    await damage.remove(damage.revision('app', root.digest));

    const walked = await run(registry);

    expect(walked.registry()).toMatchObject({ verdict: 'sound', findings: [], counts: { orphanedReferrers: 2 } });
    const text = await probe(['run', '--registry-url', registry.url.origin, '--registry-name', 'lab', '--referrers']);
    expect(text.stdout.replace(/\s+/g, ' ')).toContain('Attached to images that are gone: what 2 tags have.');
  });

  test('is found in the files, too', async () => {
    const { registry, damage } = await start();
    await damage.remove(damage.revision('app', sbom.manifest.digest));

    const top = dirname(dirname(dirname(registry.storageRoot)));
    const scanned = await probe(['scan', top, '--referrers', '--output', 'json']);

    expect(told(scanned)).toEqual([`${LIST_TAG},v1 referrer/missing ${SBOM}`]);
    const alone = await probe(['scan', top, '--output', 'json']);
    expect(alone.registry().findings).toMatchObject([{ object: 'child', tags: [LIST_TAG] }]);
  });
});
