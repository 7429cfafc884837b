import { describe, expect, test } from 'vitest';

import { sealJson } from '../../src/demo/sealed.ts';
import type { Descriptor } from '../../src/oci/descriptor.ts';
import { OCI_MANIFEST } from '../../src/oci/media-types.ts';
import { distinct } from '../../src/walk/distinct.ts';
import { summarize, walk } from '../support/walk.ts';
import { AMD64, asked, descriptorOf, GOOD, indexOf, noAnswer, OTHER, putManifest, sourceWith } from './scene.ts';

const child = AMD64.manifest;
const [layer] = OTHER.layers;
if (layer === undefined) throw new Error('the image has no layer');

/** As many as fit into a document of a few megabytes, and one. */
const COUNTS = [1, 100, 20_000];

/** An image that names the same layer very often. */
function imageOf(layers: readonly object[]) {
  const { mediaType, digest, size } = OTHER.config;
  const config = { mediaType, digest, size };
  return sealJson(OCI_MANIFEST, { schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers });
}

function sourceBeside() {
  const source = sourceWith({ 'app:amd64': AMD64, 'app:other': OTHER, 'beside:good': GOOD });
  source.put('beside', 'lost', OTHER);
  source.repository('beside').blobs.delete(layer?.digest ?? '');
  return source;
}

const LOST = 'beside:lost layer/missing';

describe('a document that names one thing very often', () => {
  test.each(COUNTS)('as a child with a wrong size, %i times: it is one question a round', async (count) => {
    const source = sourceBeside();
    putManifest(source, 'app', 'v1', indexOf(...Array(count).fill(descriptorOf(child, { size: 1 }))));

    const { findings, verdict } = await walk(source);

    expect(findings.map(summarize)).toEqual(['app:v1 child/size_mismatch', LOST]);
    expect(verdict).toBe('broken');
    expect(asked(source, { reference: child.digest, again: true }).length).toBeLessThanOrEqual(3 + 3);
    expect(asked(source, { reference: child.digest, again: false })).toHaveLength(1);
  });

  test.each(COUNTS)('as a child with %i sizes, one of them right: it is one question a round', async (count) => {
    const source = sourceBeside();
    const sizes = Array.from({ length: count }, (_, index) => descriptorOf(child, { size: child.size + index }));
    putManifest(source, 'app', 'v1', indexOf(...sizes));

    const { findings } = await walk(source);

    const wrong = count === 1 ? [] : ['app:v1 child/size_mismatch'];
    expect(findings.map(summarize)).toEqual([...wrong, LOST]);
    expect(asked(source, { reference: child.digest, again: true }).length).toBeLessThanOrEqual(3 + 3);
  });

  test.each(COUNTS)('as a layer with %i sizes, one of them right: it is one question a round', async (count) => {
    const source = sourceBeside();
    const { mediaType, digest, size } = layer;
    const layers = Array.from({ length: count }, (_, index) => ({ mediaType, digest, size: size + index }));
    putManifest(source, 'app', 'v1', imageOf(layers.toReversed()));

    const { findings, counts } = await walk(source);

    const wrong = count === 1 ? [] : ['app:v1 layer/size_mismatch'];
    expect(findings.map(summarize)).toEqual([...wrong, LOST]);
    expect(counts.tags).toBe(6 - 1);
    const first = asked(source, { repository: 'app', reference: digest, again: false });
    const again = asked(source, { repository: 'app', reference: digest, again: true });
    expect(first.length).toBeLessThanOrEqual(3);
    // The control of each round may be the same blob.
    expect(again.length).toBeLessThanOrEqual(3 + 3);
  });

  test.each(COUNTS)('as a layer that is gone, with %i sizes: it is one question a round', async (count) => {
    const source = sourceBeside();
    source.put('app', 'sound', GOOD);
    const { mediaType, digest, size } = layer;
    source.repository('app').blobs.delete(digest);
    const layers = Array.from({ length: count }, (_, index) => ({ mediaType, digest, size: size + index }));
    putManifest(source, 'app', 'v1', imageOf(layers));

    const { findings } = await walk(source);

    expect(findings.map(summarize)).toEqual(['app:other,v1 layer/missing', LOST]);
    expect(asked(source, { repository: 'app', reference: digest })).toHaveLength(1 + 3);
  });

  test('by many manifests with sizes of their own: it is one question a round for all of them', async () => {
    const source = sourceBeside();
    const { mediaType, digest, size } = layer;
    for (let number = 1; number <= 300; number += 1) {
      putManifest(source, 'app', `v${number}`, imageOf([{ mediaType, digest, size: size + number }]));
      putManifest(source, 'app', `i${number}`, indexOf(descriptorOf(child, { size: child.size + number })));
    }

    const { findings } = await walk(source);

    expect(findings.map(({ object, fault, tags }) => [object, fault, tags.length])).toEqual([
      ['child', 'size_mismatch', 300],
      ['layer', 'size_mismatch', 300],
      ['layer', 'missing', 1],
    ]);
    expect(asked(source, { repository: 'app', reference: digest }).length).toBeLessThan(20);
    expect(asked(source, { repository: 'app', reference: child.digest }).length).toBeLessThan(20);
  });

  test.each([true, false])(
    'whose right size comes up late is no finding for that; sizes are told: %s',
    async (tells) => {
      const source = sourceWith({ 'app:good': GOOD, 'app:other': OTHER });
      source.tellsSizes = tells;
      const { mediaType, digest, size } = layer;
      const wrong = imageOf([1, 2].map((more) => ({ mediaType, digest, size: size + more })));
      putManifest(source, 'app', 'v1', wrong);
      // All that leads to the right size comes when the others are asked for again.
      source.repository('app').tags.delete('other');
      source.put('app', 'later', AMD64);
      let times = 0;
      source.intercept = ({ reference, again }) => {
        if (reference === 'later' && !again) return noAnswer('timeout');
        if (reference === digest && again && (times += 1) === 2)
          source.repository('app').tags.set('later', OTHER.manifest.digest);
        return reference === 'later' && times < 2 ? noAnswer('timeout') : undefined;
      };

      const { findings, counts } = await walk(source);

      expect(findings.map(summarize)).toEqual(['app:v1 layer/size_mismatch']);
      expect(counts.tags).toBe(3);
    },
  );

  test.each([
    [[3, 2, 1, 0], 'app:v1 layer/size_mismatch'],
    [[0, 1], 'app:v1 layer/size_mismatch'],
    [[0, 0], null],
  ])('with the sizes %j where no size is told: who declares the right one is no part of it', async (more, expected) => {
    const source = sourceWith({ 'app:good': GOOD, 'app:sound': OTHER });
    source.tellsSizes = false;
    const { mediaType, digest, size } = layer;
    putManifest(source, 'app', 'v1', imageOf(more.map((other) => ({ mediaType, digest, size: size + other }))));

    const { findings } = await walk(source);

    expect(findings.map(summarize)).toEqual(expected === null ? [] : [expected]);
  });

  test('many names of one digest, each resolved with a wrong size: its content is asked for once a round', async () => {
    const source = sourceBeside();
    const { resolve } = source;
    for (let number = 0; number < 300; number += 1) source.repository('app').tags.set(`v${number}`, child.digest);
    source.repository('app').manifests.set(child.digest, child);
    source.resolve = async (repository, reference, ask) => {
      const answer = await resolve(repository, reference, ask);
      const isOf = answer.kind === 'found' && answer.value.kind === 'manifest' && answer.value.digest === child.digest;
      return isOf ? { kind: 'found', value: { ...answer.value, size: 1 } } : answer;
    };

    const { findings } = await walk(source);

    expect(findings[0]).toMatchObject({ fault: 'unresolvable', affected: 301 });
    expect(asked(source, { kind: 'manifest', reference: child.digest, again: true }).length).toBeLessThanOrEqual(12);
  });
});

describe('distinct', () => {
  const platform = (variant: number) => ({ os: 'linux', architecture: 'arm', variant: `v${variant}` });
  const descriptor: Descriptor = { mediaType: 'm', digest: 'sha256:a', size: 1 };

  test('keeps the order, and whatever differs', () => {
    const other = { ...descriptor, digest: 'sha256:b' };
    const kept = distinct([
      ['config', descriptor],
      ['layer', descriptor],
      ['layer', other],
      ['layer', { ...descriptor }],
      ['layer', { ...descriptor, size: 2 }],
    ]);

    expect(kept.map(([object, { digest, size }]) => `${object} ${digest} ${size}`)).toEqual([
      'config sha256:a 1',
      'layer sha256:a 1',
      'layer sha256:b 1',
      'layer sha256:a 2',
    ]);
  });

  test('with more platforms than anybody has, one way is for whatever platform', () => {
    const kept = distinct(Array.from({ length: 9000 }, (_, n) => ['child', { ...descriptor, platform: platform(n) }]));

    expect(kept).toHaveLength(64 + 1);
    expect(kept.at(-1)?.[1].platform).toBeUndefined();
  });

  test('a wrong size is among what is kept, however many come before it', () => {
    const same = Array.from({ length: 9000 }, (_, n) => ['child', { ...descriptor, platform: platform(n) }] as const);
    const kept = distinct([...same, ['child', { ...descriptor, size: 2 }]]);

    expect(kept.some(([, { size }]) => size === 2)).toBe(true);
  });
});
