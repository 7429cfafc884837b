import { expect, test } from 'vitest';

import { buildImage } from '../../src/demo/content.ts';
import { buildLayer } from '../../src/demo/layer.ts';
import { createScrub } from '../../src/history/scrub.ts';
import { OPTIONS, summarize, walk } from '../support/walk.ts';
import { openScene } from './scene.ts';

const BIG = buildLayer('scrub', 300_000);
const IMAGE = buildImage({ seed: 'scrub', layers: [BIG] });
const DAY = 86_400_000;

/** A registry in which one layer has lost a bit and kept its length, and a run whose turn is all of it, or nothing. */
async function withBitRot(days: number, isBroken = false) {
  const scene = await openScene();
  scene.registry.store.put('app', 'v1', IMAGE);
  scene.registry.store.flipBlobByte('app', BIG.digest);
  const paced: number[] = [];
  const scrub = createScrub({
    every: 30 * DAY,
    room: Infinity,
    startedAt: 100 * DAY,
    walkedAt: () => (100 - days) * DAY,
    isBroken: () => isBroken,
    pace: async (bytes) => void paced.push(bytes),
  });
  const result = await walk(scene.source, { ...OPTIONS, scrub });
  return { ...scene, result, scrub, paced };
}

test('what has lost a bit and kept its length is found when it is its turn, at the pace that is wanted', async () => {
  const { result, scrub, paced } = await withBitRot(30);

  expect(result.findings.map(summarize)).toEqual(['app:v1 layer/digest_mismatch']);
  expect(scrub.bytes).toBe(BIG.size + IMAGE.config.size);
  expect(paced.reduce((sum, bytes) => sum + bytes, 0)).toBeGreaterThanOrEqual(BIG.size);
  expect(paced.length).toBeGreaterThan(3);
});

test('it is not read when it is not its turn', async () => {
  const { result, scrub, asked } = await withBitRot(0);

  expect(result.findings).toEqual([]);
  expect(scrub.bytes).toBe(0);
  expect(asked().filter((line) => line.startsWith(`GET /v2/app/blobs/${BIG.digest}`))).toHaveLength(1);
});

test('it is read again each time while it is known to be broken', async () => {
  const { result } = await withBitRot(0, true);

  expect(result.findings.map(summarize)).toEqual(['app:v1 layer/digest_mismatch']);
});
