import { describe, expect, test } from 'vitest';

import { sealJson, type Sealed } from '../../src/demo/sealed.ts';
import { OCI_MANIFEST } from '../../src/oci/media-types.ts';
import { unknown } from '../../src/walk/lookup.ts';
import { summarize, walk } from '../support/walk.ts';
import { AMD64, APP, ARM64, asked, GOOD, indexOf, keepingLog, OTHER, putManifest, sourceWith } from './scene.ts';

const MANY = 40;
const LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip';

function digestOf(part: number): string {
  return `sha256:${part.toString(16).padStart(64, '0')}`;
}

/** An index of children that are not there, from one number on. */
function lostChildren(count: number, from = 1, note = ''): Sealed {
  const children = Array.from({ length: count }, (_, part) => ({
    mediaType: OCI_MANIFEST,
    digest: digestOf(from + part),
    size: 100,
    annotations: { note },
  }));
  return indexOf(...children);
}

/** An image of layers that are not there. */
function lostLayers(count: number): Sealed {
  const { mediaType, digest, size } = OTHER.config;
  const layers = Array.from({ length: count }, (_, part) => ({
    mediaType: LAYER,
    digest: digestOf(part + 1),
    size: 100,
  }));
  const config = { mediaType, digest, size };
  return sealJson(OCI_MANIFEST, { schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers });
}

/** Beside it there is a repository with a finding, and good things in both. */
function sourceBeside() {
  const source = sourceWith({ 'beside:v1': APP, 'beside:good': GOOD, 'evil:other': OTHER, 'evil:good': GOOD });
  source.repository('beside').manifests.delete(ARM64.manifest.digest);
  return source;
}

const LOST = 'beside:v1 child/missing linux/arm64/v8';

describe('a repository with more in doubt than there is room for', () => {
  test.each([
    ['children', lostChildren],
    ['layers', lostLayers],
  ])('what is over it is unknown, each once, and others are told: %s', async (_, made) => {
    const source = sourceBeside();
    putManifest(source, 'evil', 'v1', made(MANY));

    const result = await walk(source, { mostInDoubt: 10 });

    const told = result.findings.filter(({ repository }) => repository === 'evil');
    expect(result.findings.map(summarize)).toContain(LOST);
    expect(told.length).toBeGreaterThan(4);
    expect(told.length).toBeLessThanOrEqual(10);
    expect(told.length + result.counts.unknown.protocol).toBe(MANY);
    expect(result.unknowns).toMatchObject([{ repository: 'evil', reference: '_more', reason: 'protocol' }]);
    expect(result.unknowns[0]).not.toHaveProperty('times');
    expect(result.untold).toEqual([{ repository: 'evil', count: MANY - told.length }]);
    expect(result.complete).toBe(false);
  });

  test('what is named by many is asked for once and counted once', async () => {
    const source = sourceBeside();
    for (let tag = 0; tag < 30; tag += 1) putManifest(source, 'evil', `v${tag}`, lostChildren(MANY, 1, `${tag}`));

    const result = await walk(source, { mostInDoubt: 10 });

    const told = result.findings.filter(({ repository }) => repository === 'evil');
    expect(told.length + result.counts.unknown.protocol).toBeGreaterThanOrEqual(MANY);
    expect(result.counts.unknown.protocol).toBeLessThanOrEqual(MANY);
    expect(asked(source, { repository: 'evil', reference: digestOf(MANY), again: false })).toHaveLength(1);
  });

  test('ways to what is in doubt take room as well', async () => {
    const source = sourceBeside();
    for (let tag = 0; tag < 30; tag += 1) putManifest(source, 'evil', `v${tag}`, lostChildren(8, 1, `${tag}`));

    const all = await walk(source);
    const result = await walk(source, { mostInDoubt: 16 });

    const tagsOf = ({ findings }: typeof all): number =>
      findings.filter(({ repository }) => repository === 'evil').reduce((sum, { tags }) => sum + tags.length, 0);
    expect(tagsOf(all)).toBe(8 * 30);
    expect(tagsOf(result)).toBeGreaterThan(8);
    expect(tagsOf(result)).toBeLessThan(8 * 30);
    expect(all).toMatchObject({ complete: true, unknowns: [] });
    expect(result).toMatchObject({ complete: false, unknowns: [{ repository: 'evil', reference: '_more' }] });
    expect(result.findings.map(summarize)).toContain(LOST);
  });

  test('what comes after it and is there is found there', async () => {
    const source = sourceBeside();
    putManifest(source, 'evil', 'a', lostChildren(MANY));
    putManifest(source, 'evil', 'z', indexOf({ mediaType: OCI_MANIFEST, digest: AMD64.manifest.digest, size: 1 }));
    source.put('evil', 'y', AMD64);

    const result = await walk(source, { mostInDoubt: 10 });

    const sound = await walk(sourceBeside());
    expect(result.counts.manifests).toBeGreaterThan(sound.counts.manifests);
    expect(result.counts.tags).toBe(sound.counts.tags + 3);
  });

  test('what is over it counts among what is gone, so that an outage is not told as a few broken images', async () => {
    const source = sourceBeside();
    putManifest(source, 'evil', 'v1', lostLayers(MANY));

    const { verdict, findings } = await walk(source, { mostInDoubt: 10 });

    expect(findings.length).toBeLessThan(MANY / 2);
    expect(verdict).toBe('suspect');
  });

  test('says in the log how much it is', async () => {
    const source = sourceBeside();
    putManifest(source, 'evil', 'v1', lostChildren(MANY));
    const log = keepingLog();

    const { counts } = await walk(source, { mostInDoubt: 10 }, { log });

    const said = JSON.stringify({ repository: 'evil', things: counts.unknown.protocol });
    expect(log.lines).toContain(`More is in doubt than there is room for ${said}`);
  });
});

describe('a heap that is full', () => {
  test.each([
    ['children', lostChildren],
    ['layers', lostLayers],
  ])('nothing more is held, what is left out is counted, and what was found before is told: %s', async (_, made) => {
    const source = sourceBeside();
    putManifest(source, 'evil', 'v1', made(2_000));
    const heap = { isFull: false };

    const result = await walk(
      source,
      {},
      { heap, onProgress: ({ objects, suspects }) => void (heap.isFull ||= objects > 100 && suspects > 50) },
    );

    const told = result.findings.filter(({ repository }) => repository === 'evil');
    expect(result.findings.map(summarize)).toContain(LOST);
    expect(told.length).toBeLessThan(1_000);
    expect(result.complete).toBe(false);
    expect(asked(source, { repository: 'evil', reference: digestOf(2_000), again: false })).toEqual([]);
  });
});

describe('manifests that name very much', () => {
  test('are looked at as far as there is room for what they name, of whichever repositories they are', async () => {
    const source = sourceBeside();
    for (let image = 0; image < 20; image += 1) {
      putManifest(source, `evil${image}`, 'v1', lostChildren(2_000, 1 + image * 2_000));
    }
    const open = new Set<string>();
    const stop = new AbortController();
    let most = 0;
    const hanging: typeof source = {
      ...source,
      async manifest(repository, digest, ask) {
        if (!digest.startsWith(`sha256:${'0'.repeat(50)}`)) return source.manifest(repository, digest, ask);
        if (!ask.signal.aborted && !ask.again) {
          open.add(repository);
          await new Promise<void>((done) => ask.signal.addEventListener('abort', () => done()));
        }
        return unknown('deadline', 'not asked');
      },
    };

    const walking = walk(hanging, { concurrency: 32, mostInDoubt: 10 }, { stop: stop.signal });
    while (most < open.size || open.size === 0) {
      most = open.size;
      for (let turn = 0; turn < 200; turn += 1) await new Promise((done) => void setImmediate(done));
    }
    stop.abort();
    const { findings } = await walking;

    expect(most).toBeGreaterThan(5);
    expect(most).toBeLessThanOrEqual(15);
    expect(findings.map(summarize)).toContain(LOST);
  });

  test('wait for each other, and are all looked at', async () => {
    const source = sourceBeside();
    const long = 'x'.repeat(300 * 1024);
    for (let tag = 0; tag < 3; tag += 1)
      putManifest(source, 'evil', `v${tag}`, lostChildren(2, 10 * tag + 1, long + tag));
    putManifest(source, 'evil', 'nested', indexOf(await nested(source, long)));

    const { findings, complete } = await walk(source);

    expect(complete).toBe(true);
    expect(findings.filter(({ repository }) => repository === 'evil')).toHaveLength(3 * 2 + 1);
  });

  async function nested(source: ReturnType<typeof sourceBeside>, long: string): Promise<object> {
    const inner = lostChildren(1, 1000, `${long}inner`);
    putManifest(source, 'evil', null, inner);
    const { mediaType, digest, size } = inner;
    return { mediaType, digest, size, annotations: { note: `${long}outer` } };
  }
});
