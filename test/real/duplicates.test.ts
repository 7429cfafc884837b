import { describe, expect, onTestFinished, test } from 'vitest';

import { buildImage } from '../../src/demo/content.ts';
import { sealJson, type Sealed } from '../../src/demo/sealed.ts';
import { OCI_INDEX, OCI_MANIFEST } from '../../src/oci/media-types.ts';
import { probe, runFlags } from '../support/probe.ts';
import { pushManifest } from '../support/push.ts';
import { startReverseProxy, type ReverseProxy } from '../support/servers/reverse-proxy.ts';
import { startStocked } from '../support/servers/stocked-registry.ts';
import { damageOf } from './damage.ts';

/** As many as fit into what the registry takes as one document. */
const TIMES = 20_000;

const child = buildImage({ seed: 'duplicates/child' });
const sound = buildImage({ seed: 'duplicates/sound' });
const lost = buildImage({ seed: 'duplicates/lost' });

/** Descriptors of one thing, each with another size, all of them wrong. */
function wrongly({ mediaType, digest, size }: Pick<Sealed, 'mediaType' | 'digest' | 'size'>): readonly object[] {
  return Array.from({ length: TIMES }, (_, index) => ({ mediaType, digest, size: size + 1 + index }));
}

function pick({ mediaType, digest, size }: Sealed): object {
  return { mediaType, digest, size };
}

const index = sealJson(OCI_INDEX, { schemaVersion: 2, mediaType: OCI_INDEX, manifests: wrongly(child.manifest) });
const [layer] = child.layers;
const image = sealJson(OCI_MANIFEST, {
  schemaVersion: 2,
  mediaType: OCI_MANIFEST,
  config: pick(child.config),
  layers: layer === undefined ? [] : wrongly(layer),
});

/** How many requests were about the content of a digest. */
function about({ seen }: ReverseProxy, digest: string): number {
  return seen.filter(({ target }) => target.includes(digest)).length;
}

describe('a document that names one thing 20,000 times, always with another size', () => {
  test.each([
    ['as a child', index, child.manifest.digest, 'child'],
    ['as a layer', image, layer?.digest ?? '', 'layer'],
  ])('%s, is one finding, a few requests, and no loss to another repository', async (_, document, digest, object) => {
    const registry = await startStocked([
      { repository: 'crowd', tag: 'child', content: child },
      { repository: 'other', tag: 'sound', content: sound },
      { repository: 'other', tag: 'lost', content: lost },
    ]);
    onTestFinished(() => registry.stop());
    await pushManifest(registry.url, 'crowd', 'many', document);
    const damage = await damageOf(registry);
    await damage.remove(damage.blob(lost.layers[0]?.digest ?? ''));
    const proxy = await startReverseProxy(registry.url);
    onTestFinished(() => proxy.stop());

    const run = await probe([...runFlags(proxy.url), '--deadline', '40s']);

    expect(run.registry()).toMatchObject({ complete: true, verdict: 'broken' });
    expect(run.registry().findings.map((one) => [one.repository, one.object, one.fault])).toEqual([
      ['crowd', object, 'size_mismatch'],
      ['other', 'layer', 'unreadable'],
    ]);
    // The first time by HEAD and by reading; in each round once, and once more where it is what others are held against.
    expect(about(proxy, digest)).toBeLessThanOrEqual(4 + 2 * 3);
  });
});
