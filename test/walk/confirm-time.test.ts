import { describe, expect, test } from 'vitest';

import { buildImage } from '../../src/demo/content.ts';
import type { WalkResult } from '../../src/walk/result.ts';
import type { CatalogWalkOptions } from '../../src/walk/options.ts';
import { createTestClock } from '../support/clock.ts';
import type { MapSource } from '../support/map-source.ts';
import { summarize, walk } from '../support/walk.ts';
import { OTHER, sourceWith } from './scene.ts';

/** Tags of a repository, each with an image of its own; of the lost ones, the layers are gone. */
function put(source: MapSource, repository: string, lost: number, good: number, layers = 1): void {
  for (let number = 0; number < lost + good; number += 1) {
    const image = buildImage({ seed: `${repository}/${number}`, layers });
    source.put(repository, `v${String(number).padStart(4, '0')}`, image);
    if (number < lost) for (const { digest } of image.layers) source.repository(repository).blobs.delete(digest);
  }
}

/** Walks with a deadline that leaves so many milliseconds for asking again, where each question takes some. */
async function walkFor(
  source: MapSource,
  leftMs: number,
  questionMs: number,
  options: Partial<CatalogWalkOptions> = {},
): Promise<WalkResult> {
  const clock = createTestClock();
  const [stop, abort] = [new AbortController(), new AbortController()];
  source.intercept = ({ again }) => {
    if (again) clock.advance(questionMs);
    if (clock.elapsed() > leftMs) for (const signal of [stop, abort]) signal.abort();
    return undefined;
  };
  return walk(source, options, { clock, stop: stop.signal, abort: abort.signal });
}

function blobs({ findings }: WalkResult, repository: string): number {
  return findings.filter((one) => one.repository === repository && one.object === 'layer').length;
}

describe('confirming when time ends', () => {
  test('tells what was confirmed, and of the rest that there was no time', async () => {
    const source = sourceWith({});
    put(source, 'app', 600, 600);

    const result = await walkFor(source, 15_000, 20);

    const told = blobs(result, 'app');
    expect(told).toBeGreaterThan(100);
    expect(told).toBeLessThan(600);
    expect([result.verdict, result.complete]).toEqual(['broken', false]);
    const open = result.unknowns.filter(({ repository }) => repository === 'app');
    expect(open.map(({ reason }) => reason)).toEqual(Array(600 - told).fill('deadline'));
    expect(new Set(result.findings.map(({ confirmations }) => confirmations))).toEqual(new Set([3]));
  });

  test('holds back what was confirmed where most of all is gone, although most of that could not be confirmed', async () => {
    const source = sourceWith({});
    put(source, 'app', 200, 10, 3);

    const result = await walkFor(source, 15_000, 20);

    expect(blobs(result, 'app')).toBeLessThan(600);
    expect([result.verdict, result.complete]).toEqual(['suspect', false]);
  });

  test('what earlier walks knew to be broken does not make it suspect', async () => {
    const source = sourceWith({});
    put(source, 'app', 600, 300);
    const knownBroken = new Set(
      [...Array(500).keys()].map((number) => {
        const [layer] = buildImage({ seed: `app/${number}`, layers: 1 }).layers;
        return `app ${layer?.digest} layer`;
      }),
    );

    const result = await walkFor(source, 15_000, 20, { knownBroken });

    expect(result.verdict).toBe('broken');
  });

  test('one repository of very many does not keep the finding of another from being told', async () => {
    const source = sourceWith({});
    put(source, 'a-crowd', 800, 800);
    put(source, 'z-single', 1, 1);

    const result = await walkFor(source, 15_000, 20);

    expect(blobs(result, 'a-crowd')).toBeLessThan(800);
    expect(result.findings.map(summarize)).toContain('z-single:v0000 layer/missing');
  });

  test('what is in use comes before what is not', async () => {
    const source = sourceWith({});
    for (let number = 0; number < 100; number += 1) put(source, `app-${String(number).padStart(3, '0')}`, 8, 12);
    put(source, 'shop', 100, 100);

    const result = await walkFor(source, 12_000, 5, { inUse: new Set(['shop']) });

    expect(blobs(result, 'shop')).toBe(100);
    expect(result.findings.length).toBeLessThan(900);
  });

  test('waits for nobody who does not answer', async () => {
    const source = sourceWith({});
    put(source, 'app', 20, 30);
    const clock = createTestClock();
    const abort = new AbortController();
    const { blob } = source;
    const [silent] = buildImage({ seed: 'app/0', layers: 1 }).layers;
    source.blob = async (repository, descriptor, check, ask) => {
      if (!ask.again || descriptor.digest !== silent?.digest) return blob(repository, descriptor, check, ask);
      // Time goes on, and nothing comes until all of it has to end.
      if (!abort.signal.aborted) {
        const ended = new Promise((resolve) => abort.signal.addEventListener('abort', resolve));
        setImmediate(() => clock.advance(6000));
        clock.schedule(20_000, () => abort.abort());
        await ended;
      }
      return { kind: 'unknown', reason: 'deadline', detail: 'no time left' };
    };
    const walking = walk(source, {}, { clock, abort: abort.signal });
    const ticking = setInterval(() => clock.advance(1000), 5);

    const result = await walking.finally(() => clearInterval(ticking));

    const open = result.unknowns.filter(({ repository }) => repository === 'app');
    expect([blobs(result, 'app'), open.length]).toEqual([19, 1]);
  });

  test('a tag that is deleted meanwhile is no finding, although there is no time to look at all of them', async () => {
    const source = sourceWith({});
    put(source, 'app', 600, 600);
    source.put('app', 'a-first', OTHER);
    const [layer] = OTHER.layers;
    source.repository('app').blobs.delete(layer?.digest ?? '');
    const { resolve } = source;
    source.resolve = (repository, reference, ask) => {
      if (ask.again) source.repository('app').tags.delete('a-first');
      return resolve(repository, reference, ask);
    };

    const result = await walkFor(source, 15_000, 20);

    expect(result.verdict).toBe('broken');
    expect(result.findings.map(({ digest }) => digest)).not.toContain(layer?.digest);
  });
});
