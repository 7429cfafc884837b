import { describe, expect, test } from 'vitest';

import { buildArtifact, buildReferrerList, type Artifact } from '../../src/demo/attached.ts';
import { buildImage } from '../../src/demo/content.ts';
import type { Sealed } from '../../src/demo/sealed.ts';
import { listTagOf } from '../../src/oci/attachment-tag.ts';
import { findCopies } from '../../src/walk/find-copies.ts';
import { unknown } from '../../src/walk/lookup.ts';
import type { CatalogWalkOptions } from '../../src/walk/options.ts';
import type { WalkResult } from '../../src/walk/result.ts';
import type { MapSource } from '../support/map-source.ts';
import { summarize, verify, walk } from '../support/walk.ts';
import {
  AMD64,
  APP,
  ARM64,
  asked,
  descriptorOf,
  GOOD,
  indexOf,
  noAnswer,
  OTHER,
  putManifest,
  SERVER_ERROR,
  sourceWith,
} from './scene.ts';

const SIGNATURE = 'application/vnd.dev.cosign.artifact.sig.v1+json';
const SBOM = 'application/spdx+json';
const root = APP.manifest.digest;
const signature = buildArtifact(APP.manifest, SIGNATURE);
const sbom = buildArtifact(APP.manifest, SBOM);
const app = { repository: 'app', tag: 'v1', digest: null };

/** An index under a tag beside a sound image, in a registry that lists referrers. */
function scene(...artifacts: readonly Artifact[]): MapSource {
  const source = sourceWith({ 'app:v1': APP, 'app:sound': GOOD });
  source.hasReferrers = true;
  for (const artifact of artifacts) attach(source, artifact);
  return source;
}

function attach(source: MapSource, artifact: Artifact): void {
  source.put('app', null, artifact);
  const { referrers } = source.repository('app');
  referrers.set(artifact.subject, [...(referrers.get(artifact.subject) ?? []), artifact.descriptor]);
}

/** The same without such a list: a tag has it. */
function byTag(...artifacts: readonly Artifact[]): MapSource {
  const source = scene();
  source.hasReferrers = false;
  for (const artifact of artifacts) source.put('app', null, artifact);
  putManifest(source, 'app', listTagOf(root), buildReferrerList(artifacts));
  return source;
}

function lose(source: MapSource, { digest }: Pick<Sealed, 'digest'>): void {
  const { manifests, blobs } = source.repository('app');
  if (!manifests.delete(digest)) blobs.delete(digest);
}

function walkAll(source: MapSource, options: Partial<CatalogWalkOptions> = {}): Promise<WalkResult> {
  return walk(source, { referrers: true, ...options });
}

const found = ({ findings }: WalkResult): readonly string[] => findings.map(summarize);

describe('what is attached to an image', () => {
  test('is not asked for where nobody wants it', async () => {
    const source = scene(signature);
    lose(source, signature.manifest);

    const result = await walk(source);

    expect([result.verdict, asked(source, { kind: 'referrers' })]).toEqual(['sound', []]);
    expect(result.counts.orphanedReferrers).toBeUndefined();
  });

  test('is asked for once, for what each tag and each pinned digest leads to and for itself, and for no platform', async () => {
    const source = scene(signature);
    source.repository('app').tags.set('v2', root);

    const result = await walkAll(source, { pinned: new Map([['app', [root]]]) });

    expect(result).toMatchObject({ verdict: 'sound', complete: true, counts: { orphanedReferrers: 0, manifests: 4 } });
    expect(asked(source, { kind: 'referrers' }).toSorted()).toEqual(
      [root, GOOD.manifest.digest, signature.manifest.digest].map((digest) => `app referrers ${digest}`).toSorted(),
    );
  });

  test('is asked for where a tag leads to what was seen as a platform before, and let go', async () => {
    const source = sourceWith({ 'app:a': APP, 'app:b': ARM64, 'app:sound': GOOD });
    source.hasReferrers = true;
    const own = buildArtifact(ARM64.manifest, SBOM);
    attach(source, own);
    lose(source, own.manifest);

    const result = await walkAll(source, { concurrency: 1 });

    expect(found(result)).toEqual(['app:b referrer/missing']);
    expect(result.counts).toMatchObject({ tags: 3, manifests: 4, indexes: 1 });
  });

  test('is no finding of the image where it is lost, and says what it was', async () => {
    const source = scene(signature, sbom);
    lose(source, signature.manifest);

    const result = await walkAll(source);

    expect(found(result)).toEqual(['app:v1 referrer/missing']);
    expect(result).toMatchObject({ verdict: 'broken', complete: true });
    expect(result.findings[0]).toMatchObject({
      digest: signature.manifest.digest,
      path: [root, signature.manifest.digest],
      affects: 'attestation',
      attached: { artifactType: SIGNATURE },
      confirmations: 3,
      expectedSize: signature.manifest.size,
    });
  });

  test('is looked at with its config and its layers', async () => {
    const source = scene(signature);
    lose(source, signature.layers[0] as Sealed);

    const result = await walkAll(source);

    expect(found(result)).toEqual(['app:v1 layer/missing']);
    expect(result.findings[0]).toMatchObject({ affects: 'attestation', attached: { artifactType: SIGNATURE } });
  });

  test('is found by verify too, by tag and by digest', async () => {
    const source = scene(signature);
    lose(source, signature.manifest);

    const result = await verify(source, [app, { repository: 'app', tag: null, digest: root }], { referrers: true });

    expect(found(result)).toEqual(['app:v1 referrer/missing']);
    expect(result.findings[0]?.roots).toEqual([root]);
    expect(result.findings[0]?.affects).toBe('attestation');
  });

  test('hurts who pulls where it is also a part of what is pulled', async () => {
    const source = scene({ ...signature, descriptor: { ...ARM64.manifest, artifactType: SBOM } });
    lose(source, ARM64.manifest);

    const result = await walkAll(source);

    expect(result.findings.map((one) => [summarize(one), one.affects])).toEqual([
      ['app:v1 child/missing linux/arm64/v8', 'pull'],
      ['app:v1 referrer/missing', 'attestation'],
    ]);
  });

  test('may have something attached itself', async () => {
    const onSbom = buildArtifact(sbom.manifest, SIGNATURE, 'of the SBOM');
    const source = scene(sbom, onSbom);
    lose(source, onSbom.manifest);

    const result = await walkAll(source);

    expect(result.findings[0]?.path).toEqual([root, sbom.manifest.digest, onSbom.manifest.digest]);
  });

  test('is unknown where it is attached too deep, or in a circle that a registry makes up', async () => {
    const chain = [buildArtifact(APP.manifest, SBOM)];
    for (let deep = 1; deep < 12; deep += 1) chain.push(buildArtifact((chain.at(-1) as Artifact).manifest, SBOM));
    const deep = scene(...chain);
    const circle = scene(signature);
    circle.repository('app').referrers.set(signature.manifest.digest, [signature.descriptor]);

    expect((await walkAll(deep)).unknowns).toMatchObject([
      { repository: 'app', reference: chain[7]?.manifest.digest, reason: 'protocol' },
    ]);
    expect(await walkAll(circle)).toMatchObject({ verdict: 'sound', complete: true });
  });

  test('is walked up to a bound, and what is over it is unknown', async () => {
    const source = scene();
    const { descriptor } = signature;
    const hex = (n: number): string => n.toString(16).padStart(64, '0');
    const many = Array.from({ length: 10_001 }, (_, n) => ({
      ...descriptor,
      digest: `sha256:${hex(n)}`,
      mediaType: 'a/b',
    }));
    source.repository('app').referrers.set(root, many);

    const result = await walkAll(source);

    expect(result.counts.skipped.unsupported_media_type).toBe(10_000);
    expect(result).toMatchObject({ complete: false, findings: [] });
    expect(result.unknowns).toMatchObject([{ reference: root, reason: 'protocol' }]);
    expect(result.unknowns[0]?.detail).toContain('10000');
  });

  test('is asked for when an image that did not come at first comes at last', async () => {
    const source = scene(signature);
    lose(source, signature.manifest);
    let times = 0;
    source.intercept = ({ kind, reference }) =>
      kind === 'manifest' && reference === root && (times += 1) === 1 ? noAnswer('timeout') : undefined;

    expect(found(await walkAll(source))).toEqual(['app:v1 referrer/missing']);
  });
});

describe('a list that does not come', () => {
  test('is asked for again, and what is in it is walked', async () => {
    const source = scene(signature);
    lose(source, signature.manifest);
    let times = 0;
    source.intercept = ({ kind, reference }) =>
      kind === 'referrers' && reference === root && (times += 1) === 1 ? noAnswer('connection') : undefined;

    expect(found(await walkAll(source))).toEqual(['app:v1 referrer/missing']);
  });

  test('leaves the image unknown, and makes no finding', async () => {
    const source = scene(signature);
    source.intercept = ({ kind, reference }) =>
      kind === 'referrers' && reference === root ? noAnswer('forbidden') : undefined;

    const result = await walkAll(source);

    expect(result).toMatchObject({ verdict: 'unknown', findings: [], complete: false });
    expect(result.unknowns).toMatchObject([{ repository: 'app', reference: root, reason: 'forbidden' }]);
  });

  test('is broken where the registry fails on it alone', async () => {
    const source = scene(signature);
    source.intercept = ({ kind, reference }) => (kind === 'referrers' && reference === root ? SERVER_ERROR : undefined);

    const result = await walkAll(source);

    expect(found(result)).toEqual(['app:v1 referrer/unreadable']);
    expect(result.findings[0]).toMatchObject({ digest: root, path: [root], affects: 'attestation' });
  });

  test('is no copy where the image that it is of is whole elsewhere', async () => {
    const source = scene(signature);
    source.intercept = ({ kind, reference }) => (kind === 'referrers' && reference === root ? SERVER_ERROR : undefined);
    const { findings } = await walkAll(source);
    const mirror = scene(signature);
    const place = { where: 'mirror', url: 'https://mirror.example.com/', isOwn: false, source: mirror };
    const { signal } = new AbortController();

    const copies = await findCopies(findings, [
      { ...place, repositories: [() => ['app']], mayAsk: () => true, signal },
    ]);

    expect([findings.length, copies.size]).toEqual([1, 0]);
    expect(mirror.questions).toEqual([]);
  });

  test('says nothing where the registry fails on every list', async () => {
    const source = scene(signature);
    source.intercept = ({ kind }) => (kind === 'referrers' ? SERVER_ERROR : undefined);

    const result = await walkAll(source);

    expect(result).toMatchObject({ verdict: 'unknown', findings: [] });
    expect(result.counts.unknown.server_error).toBe(2);
  });

  test('is no empty list where the registry has lists for other images', async () => {
    const source = scene(signature);
    source.intercept = ({ kind, reference }) => {
      source.hasReferrers = !(kind === 'referrers' && reference === root);
      return undefined;
    };

    const result = await walkAll(source, { concurrency: 1 });

    expect(result).toMatchObject({ verdict: 'unknown', findings: [] });
    expect(result.unknowns).toMatchObject([{ reference: root, reason: 'protocol' }]);
  });
});

describe('a registry without such lists', () => {
  test('has them under a tag that is named after the digest', async () => {
    const source = byTag(signature, sbom);
    lose(source, sbom.manifest);

    const result = await walkAll(source);

    expect(found(result)).toEqual([`app:${listTagOf(root)},v1 referrer/missing`]);
    expect(result.findings[0]).toMatchObject({ affects: 'attestation', attached: { artifactType: SBOM } });
    expect(result.counts.orphanedReferrers).toBe(0);
  });

  test('has them up to the same bound, however they are nested, and what is over it is unknown', async () => {
    const many = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, n) => ({
        mediaType: 'a/b',
        digest: `sha256:${(from + n).toString(16).padStart(64, '0')}`,
        size: 1,
      }));
    const inner = indexOf(...many(6000, 10_001));
    const source = byTag();
    putManifest(source, 'app', null, inner);
    const list = indexOf(descriptorOf(inner), ...many(0, 6000));
    putManifest(source, 'app', listTagOf(root), list);

    const result = await verify(source, [app], { referrers: true });

    expect(result.counts.skipped.unsupported_media_type).toBe(9998);
    expect(result).toMatchObject({ complete: false, findings: [] });
    expect(result.unknowns).toMatchObject([
      { reference: inner.digest, reason: 'protocol', detail: 'more than 10000 things are attached to one image' },
    ]);
  });

  test('is found by verify too, which asks for no other tag', async () => {
    const source = byTag(signature);
    lose(source, signature.layers[0] as Sealed);

    const result = await verify(source, [app], { referrers: true });

    expect(found(result)).toEqual(['app:v1 layer/missing']);
    expect(result.findings[0]?.path).toEqual([
      root,
      buildReferrerList([signature]).digest,
      signature.manifest.digest,
      signature.layers[0]?.digest,
    ]);
  });

  test('has nothing attached where there is no such tag, and is not asked for one that it does not list', async () => {
    const source = sourceWith({ 'app:v1': APP, 'app:sound': GOOD });

    expect(await walkAll(source)).toMatchObject({ verdict: 'sound', complete: true });
    expect(asked(source, { kind: 'resolve', reference: listTagOf(root) })).toEqual([]);
    expect(await verify(source, [app], { referrers: true })).toMatchObject({ verdict: 'sound', complete: true });
    expect(asked(source, { kind: 'resolve', reference: listTagOf(root) })).toHaveLength(1);
  });

  test('may have lost the list itself', async () => {
    const source = byTag(signature);
    const list = buildReferrerList([signature]);
    lose(source, list);

    const named = await verify(source, [app], { referrers: true });

    expect(found(named)).toEqual(['app:v1 referrer/missing']);
    expect(named.findings[0]).toMatchObject({ digest: list.digest, path: [root, list.digest], affects: 'attestation' });
    expect(found(await walkAll(source))).toEqual([
      `app:${listTagOf(root)} manifest/missing`,
      'app:v1 referrer/missing',
    ]);
  });

  test('takes an index for an image that is one, though a list names it', async () => {
    const source = byTag(signature);
    putManifest(source, 'app', listTagOf(root), APP.manifest);
    lose(source, ARM64.manifest);

    const [first, others] = [await walkAll(source, { concurrency: 1 }), await walkAll(source)];

    for (const { findings } of [first, others]) expect(findings.map(({ affects }) => affects)).toContain('pull');
  });
});

describe('what is deleted while the walk is under way', () => {
  /** Does something when the digest was asked for by the last time. */
  function afterConfirmation(source: MapSource, digest: string, change: () => void): void {
    let times = 0;
    source.intercept = ({ reference, again, kind }) => {
      if (kind !== 'referrers' && reference === digest && again && (times += 1) === 3) change();
      return undefined;
    };
  }

  test('is no finding where it is not listed any more', async () => {
    const source = scene(signature, sbom);
    lose(source, signature.manifest);
    afterConfirmation(source, signature.manifest.digest, () =>
      source.repository('app').referrers.set(root, [sbom.descriptor]),
    );

    const result = await walkAll(source);

    expect(result).toMatchObject({ verdict: 'sound', complete: true, findings: [], counts: { churned: 1 } });
  });

  test('nor are its parts', async () => {
    const source = scene(signature);
    const layer = signature.layers[0] as Sealed;
    lose(source, layer);
    afterConfirmation(source, layer.digest, () => source.repository('app').referrers.set(root, []));

    expect(await walkAll(source)).toMatchObject({ verdict: 'sound', findings: [], counts: { churned: 1 } });
  });

  test('is no finding where its image is gone', async () => {
    const source = scene(signature);
    lose(source, signature.manifest);
    afterConfirmation(source, signature.manifest.digest, () => source.repository('app').tags.delete('v1'));

    expect(await walkAll(source)).toMatchObject({ verdict: 'sound', findings: [] });
  });

  test('is no finding in a list under a tag that was written anew, and what is new there is walked', async () => {
    const source = byTag(signature);
    lose(source, signature.manifest);
    afterConfirmation(source, signature.manifest.digest, () =>
      putManifest(source, 'app', listTagOf(root), buildReferrerList([sbom])),
    );

    expect(found(await verify(source, [app], { referrers: true }))).toEqual(['app:v1 referrer/missing']);
    const again = byTag(signature);
    lose(again, signature.manifest);
    again.put('app', null, sbom);
    afterConfirmation(again, signature.manifest.digest, () =>
      putManifest(again, 'app', listTagOf(root), buildReferrerList([sbom])),
    );
    expect(found(await walkAll(again))).toEqual([]);
  });
});

describe('tags of attachments to what is gone', () => {
  const sig = (digest: string): string => `${listTagOf(digest)}.sig`;
  const gone = buildImage({ seed: 'gone' }).manifest.digest;

  test('are counted, and are no damage', async () => {
    const source = scene();
    source.put('app', sig(gone), OTHER);
    source.put('app', sig(gone).replace('.sig', '.att'), OTHER);
    source.put('app', sig(root), OTHER);

    const result = await walkAll(source);

    expect(result).toMatchObject({ verdict: 'sound', complete: true, counts: { orphanedReferrers: 2, tags: 5 } });
  });

  test('have what they are attached to where it has no tag, or is a platform of an image', async () => {
    const untagged = buildImage({ seed: 'untagged' });
    const source = scene();
    source.put('app', null, untagged);
    source.put('app', sig(untagged.manifest.digest), OTHER);
    source.put('app', sig(AMD64.manifest.digest), OTHER);

    expect((await walkAll(source)).counts.orphanedReferrers).toBe(0);
  });

  test('are not counted where a tag still leads to what is gone, which is damage', async () => {
    const source = scene();
    source.put('app', 'old', buildImage({ seed: 'gone' }));
    source.put('app', sig(gone), OTHER);
    lose(source, { digest: gone });

    const result = await walkAll(source);

    expect(found(result)).toEqual(['app:old manifest/missing']);
    expect(result.counts.orphanedReferrers).toBe(0);
  });

  test('are unknown where nobody can tell', async () => {
    const source = scene();
    source.put('app', sig(gone), OTHER);
    source.intercept = ({ reference }) => (reference === gone ? noAnswer('timeout') : undefined);

    const result = await walkAll(source);

    expect(result.counts.orphanedReferrers).toBe(0);
    expect(result.unknowns).toMatchObject([{ repository: 'app', reference: gone, reason: 'timeout' }]);
  });
});

describe('long lists of what is attached', () => {
  const images = ['a', 'b', 'c'].map((seed) => buildImage({ seed }));

  /** Three images, each with a list of 600 things that are not there. */
  function longScene(): MapSource {
    const source = scene();
    for (const [index, image] of images.entries()) {
      source.put('app', `long${index}`, image);
      const listed = Array.from({ length: 600 }, (_, part) => ({
        ...signature.descriptor,
        digest: `sha256:${`${index}`.repeat(60)}${1000 + part}`,
      }));
      source.repository('app').referrers.set(image.manifest.digest, listed);
    }
    return source;
  }

  const isLost = (digest: string): boolean => /^sha256:(\d)\1{59}/.test(digest);

  test('are walked one after the other', async () => {
    const source = longScene();
    const stop = new AbortController();
    const open = new Set<string>();
    const hanging: MapSource = {
      ...source,
      async manifest(repository, digest, ask) {
        if (!isLost(digest)) return source.manifest(repository, digest, ask);
        if (!ask.signal.aborted && !ask.again) {
          open.add(digest.slice(0, 20));
          await new Promise<void>((done) => ask.signal.addEventListener('abort', () => done()));
        }
        return unknown('deadline', 'not asked');
      },
    };

    const walking = walk(hanging, { referrers: true }, { stop: stop.signal });
    for (let turn = 0; turn < 500; turn += 1) await new Promise((done) => void setImmediate(done));
    stop.abort();
    await walking;

    expect(open.size).toBe(1);
  });

  test('are walked where they come at last', async () => {
    const source = longScene();
    const before = new Set<string>();
    source.intercept = ({ kind, reference }) => {
      const isFirst = kind === 'referrers' && !before.has(reference);
      before.add(reference);
      return isFirst ? SERVER_ERROR : undefined;
    };

    const result = await walkAll(source);

    expect(result.findings.filter(({ object }) => object === 'referrer')).toHaveLength(1_800);
  });
});
