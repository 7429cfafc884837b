import { describe, expect, test } from 'vitest';

import { buildImage } from '../../src/demo/content.ts';
import type { Ask } from '../../src/walk/source.ts';
import type { MapSource } from '../support/map-source.ts';
import { summarize, verify, walk } from '../support/walk.ts';
import {
  absent,
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
  sourceWith,
} from './scene.ts';

const arm64 = ARM64.manifest.digest;
const app = { repository: 'app', tag: 'v1', digest: null };

/** An image whose child is gone, and a change that comes after the child was asked for by the last time. */
function brokenUntil(change: (source: MapSource) => void): MapSource {
  const source = sourceWith({ 'app:v1': APP, 'app:sound': GOOD });
  source.repository('app').manifests.delete(arm64);
  let times = 0;
  source.intercept = ({ reference, again }) => {
    if (reference === arm64 && again && (times += 1) === 3) change(source);
    return undefined;
  };
  return source;
}

describe('recheckTags', () => {
  test('a tag that still points to the broken image is left as it is, asked once more', async () => {
    const source = brokenUntil(() => {});

    const { findings, counts } = await walk(source);

    expect(findings.map(summarize)).toEqual(['app:v1 child/missing linux/arm64/v8']);
    expect(counts.churned).toBe(0);
    expect(asked(source, { reference: 'v1' })).toEqual(['app resolve v1', 'app resolve v1 again']);
    expect(asked(source, { reference: 'sound' })).toHaveLength(1);
  });

  test('asks whether a tag has moved on a connection that is kept', async () => {
    const source = brokenUntil(() => {});
    const asks: Ask[] = [];
    const { resolve } = source;
    source.resolve = (repository, reference, ask) => {
      asks.push(ask);
      return resolve(repository, reference, ask);
    };

    await walk(source);

    expect(asks.filter(({ again }) => again).map(({ pooled }) => pooled)).toEqual([true]);
  });

  test('a tag that was moved to a sound image is churned, and that image is walked', async () => {
    const source = brokenUntil(({ put }) => put('app', 'v1', OTHER));

    const { findings, counts, complete, verdict } = await walk(source);

    expect(findings).toEqual([]);
    expect([counts.churned, complete, verdict]).toEqual([1, true, 'sound']);
    expect(asked(source)).toContain(`app blob ${OTHER.config.digest}`);
  });

  test('a tag that was moved to another broken image shows that one alone', async () => {
    const source = brokenUntil(({ put, repository }) => {
      put('app', 'v1', OTHER);
      repository('app').blobs.delete(OTHER.config.digest);
    });

    const { findings, counts } = await walk(source);

    expect(findings.map(summarize)).toEqual(['app:v1 config/missing']);
    expect(findings[0]).toMatchObject({ path: [OTHER.manifest.digest, OTHER.config.digest], confirmations: 3 });
    expect(counts.churned).toBe(1);
  });

  test('a tag that was moved onto an image that shares the broken part keeps the finding', async () => {
    const source = brokenUntil(({ repository }) => {
      putManifest(source, 'app', 'v1', indexOf(descriptorOf(ARM64.manifest)));
      repository('app').manifests.delete(APP.manifest.digest);
    });

    const { findings } = await walk(source);

    expect(findings.map(summarize)).toEqual(['app:v1 child/missing']);
    expect(findings[0]?.path).toEqual([indexOf(descriptorOf(ARM64.manifest)).digest, arm64]);
  });

  test('a tag that was deleted is churned and dropped', async () => {
    const source = brokenUntil(({ repository }) => repository('app').tags.delete('v1'));

    const { findings, counts, verdict } = await walk(source);

    expect(findings).toEqual([]);
    expect([counts.churned, verdict]).toEqual([1, 'sound']);
  });

  test('another tag on the same broken image keeps the finding', async () => {
    const source = brokenUntil(({ repository }) => repository('app').tags.delete('v1'));
    source.put('app', 'v2', APP);
    source.repository('app').manifests.delete(arm64);

    const { findings } = await walk(source);

    expect(findings.map(summarize)).toEqual(['app:v2 child/missing linux/arm64/v8']);
  });

  test.each([
    ['is listed and does not resolve', absent('tag_dangling')],
    ['gives no answer', noAnswer('timeout')],
  ])('a tag that %s leaves the finding as it was confirmed', async (_, answer) => {
    const source = brokenUntil(() => {});
    const { intercept } = source;
    source.intercept = (question) => (question.reference === 'v1' && question.again ? answer : intercept(question));

    const { findings, complete } = await walk(source);

    expect(findings.map(summarize)).toEqual(['app:v1 child/missing linux/arm64/v8']);
    expect(complete).toBe(true);
  });

  test('a tag that keeps moving is followed once', async () => {
    const images = Array.from({ length: 4 }, (_, n) => buildImage({ seed: `recheck/${n}` }));
    const source = sourceWith({ 'app:v1': images[0] ?? GOOD, 'app:sound': GOOD });
    let moves = 0;
    source.intercept = ({ reference, again }) => {
      const next = reference === 'v1' && again ? images[(moves += 1)] : undefined;
      if (next !== undefined) source.put('app', 'v1', next);
      for (const { config } of images) source.repository('app').blobs.delete(config.digest);
      return undefined;
    };

    const { findings, counts } = await walk(source);

    expect(findings.map(summarize)).toEqual(['app:v1 config/missing']);
    expect(findings[0]?.digest).toBe(images[1]?.config.digest);
    expect([counts.churned, moves]).toEqual([1, 1]);
  });

  test('a wrong length is rechecked like anything else', async () => {
    const source = sourceWith({ 'app:sound': GOOD, 'app:amd64': AMD64 });
    putManifest(source, 'app', 'v1', indexOf(descriptorOf(AMD64.manifest, { size: 1 })));
    source.intercept = ({ reference, again }) => {
      if (reference === 'v1' && again) source.put('app', 'v1', OTHER);
      return undefined;
    };

    const { findings, counts } = await walk(source);

    expect([findings, counts.churned]).toEqual([[], 1]);
  });

  test('a tag that was moved away from what a policy refuses is followed', async () => {
    const source = sourceWith({ 'app:v1': APP, 'app:sound': GOOD });
    const root = APP.manifest.digest;
    source.intercept = ({ reference, kind, again }) => {
      if (reference !== root || kind !== 'manifest') return undefined;
      if (again) source.put('app', 'v1', OTHER);
      return { ...noAnswer('forbidden'), policy: 'words' };
    };

    const { blocked, counts, complete } = await walk(source);

    expect(blocked).toEqual([]);
    expect([counts.blocked, counts.churned, complete]).toEqual([0, 1, true]);
    expect(asked(source)).toContain(`app blob ${OTHER.config.digest}`);
  });

  test('a tag that is deleted with what a policy refused is dropped, and one that stays is blocked', async () => {
    const source = sourceWith({ 'app:v1': APP, 'app:v2': APP, 'app:sound': GOOD });
    const root = APP.manifest.digest;
    source.intercept = ({ reference, kind, again }) => {
      if (reference !== root || kind !== 'manifest') return undefined;
      if (again) source.repository('app').tags.delete('v1');
      return { ...noAnswer('forbidden'), policy: 'words' };
    };

    const { blocked, counts } = await walk(source);

    expect(blocked).toMatchObject([{ tags: ['v2'], digest: root }]);
    expect([counts.blocked, counts.churned]).toEqual([1, 1]);
  });

  test('what was named is followed when it moves, and stays broken when it is deleted', async () => {
    const moved = await verify(
      brokenUntil(({ put }) => put('app', 'v1', OTHER)),
      [app],
    );
    const deleted = await verify(
      brokenUntil(({ repository }) => repository('app').tags.delete('v1')),
      [app],
    );

    expect(moved.findings).toEqual([]);
    expect(deleted.findings.map(summarize)).toEqual(['app:v1 child/missing linux/arm64/v8']);
  });
});
