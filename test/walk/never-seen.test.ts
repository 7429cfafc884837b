import { describe, expect, test } from 'vitest';

import type { CatalogWalkOptions } from '../../src/walk/options.ts';
import { summarize, walk } from '../support/walk.ts';
import { AMD64, APP, ARM64, asked, GOOD, noAnswer, OTHER, sourceWith } from './scene.ts';

const never = (): boolean => false;

function digests(many: number, from = 0): readonly string[] {
  return Array.from({ length: many }, (_, index) => `sha256:${String(from + index).padStart(64, '0')}`);
}

function pinning(pinned: Readonly<Record<string, readonly string[]>>): Pick<CatalogWalkOptions, 'pinned' | 'wasThere'> {
  return { pinned: new Map(Object.entries(pinned)), wasThere: never };
}

describe('a digest that is not there', () => {
  const [gone = ''] = digests(1);

  test('and of which nothing says that it ever was is no finding, but counted and named', async () => {
    const source = sourceWith({ 'app:v1': GOOD });

    const result = await walk(source, pinning({ app: [gone], hidden: [gone] }));

    expect(result).toMatchObject({ verdict: 'sound', complete: true, findings: [], counts: { neverSeen: 2 } });
    expect(result.neverSeen).toEqual([
      { repository: 'app', digest: gone },
      { repository: 'hidden', digest: gone },
    ]);
  });

  test('is a finding where something says that it was there', async () => {
    const source = sourceWith({ 'app:v1': GOOD });
    const wasThere = (repository: string, digest: string) => repository === 'app' && digest === gone;

    const result = await walk(source, { ...pinning({ app: [gone], hidden: [gone] }), wasThere });

    expect(result.findings.map(summarize)).toEqual(['app: manifest/missing']);
    expect(result.counts.neverSeen).toBe(1);
  });

  test('is asked for again before it counts as never seen: what comes then is there', async () => {
    const source = sourceWith({ 'app:v1': GOOD });
    source.put('app', null, OTHER);
    const { digest } = OTHER.manifest;
    source.intercept = ({ reference, again }) =>
      reference === digest && !again
        ? { kind: 'absent', fault: 'missing', observed: { method: 'GET', status: 404, bytes: null, detail: '' } }
        : undefined;

    const result = await walk(source, pinning({ app: [digest] }));

    expect(result).toMatchObject({ verdict: 'sound', counts: { neverSeen: 0, cleared: 1 } });
    expect(result.pins?.there).toEqual(new Set([`app@${digest}`]));
  });

  test('is unknown where the registry does not tell', async () => {
    const source = sourceWith({ 'app:v1': GOOD });
    source.intercept = ({ reference }) => (reference === gone ? noAnswer('forbidden') : undefined);

    const result = await walk(source, pinning({ app: [gone] }));

    expect(result).toMatchObject({ complete: false, counts: { neverSeen: 0, unknown: { forbidden: 2 } } });
  });

  test('and that an index lists was there for who pushed that index', async () => {
    const source = sourceWith({ 'app:v1': APP, 'app:v2': GOOD });
    source.repository('app').manifests.delete(ARM64.manifest.digest);

    const result = await walk(source, pinning({ app: [ARM64.manifest.digest] }));

    expect(result.findings.map(summarize)).toEqual(['app: manifest/missing', 'app:v1 child/missing linux/arm64/v8']);
    expect(result.counts.neverSeen).toBe(0);
  });

  test('says nothing of what is there, and broken below', async () => {
    const source = sourceWith({ 'app:v1': GOOD });
    source.put('app', null, OTHER);
    source.repository('app').blobs.delete(OTHER.layers[0]?.digest ?? '');

    const result = await walk(source, pinning({ app: [OTHER.manifest.digest] }));

    expect(result.findings.map(summarize)).toEqual(['app: layer/missing']);
  });

  test('does not make an outage, however many there are, and hides none', async () => {
    const source = sourceWith({ 'app:v1': GOOD, 'web:v1': OTHER });
    source.repository('web').blobs.delete(OTHER.layers[0]?.digest ?? '');

    const many = await walk(source, pinning({ app: digests(300) }));
    const all = await walk(sourceWith({ 'app:v1': GOOD }), {
      ...pinning({ app: digests(300) }),
      tags: ['none'],
      wasThere: never,
    });

    expect(many).toMatchObject({ verdict: 'broken', complete: true, counts: { neverSeen: 300 } });
    expect(many.findings.map(summarize)).toEqual(['web:v1 layer/missing']);
    expect(all).toMatchObject({ verdict: 'sound', counts: { neverSeen: 300 } });
  });
});

describe('more digests than there is room for', () => {
  test('are asked for in part, shared by those who name them, and the rest is counted', async () => {
    const source = sourceWith({ 'app:v1': GOOD });
    source.put('app', null, OTHER);
    const own = OTHER.manifest.digest;
    const tenantsOf = (_: string, name: string) => [name === own ? 'shop' : 'crowd'];

    const result = await walk(source, { ...pinning({ app: [...digests(10_000), own] }), mostPinned: 100, tenantsOf });

    expect(result).toMatchObject({ verdict: 'sound', complete: true, counts: { neverSeen: 99, pinnedLeft: 9_901 } });
    expect(result.pins?.there).toEqual(new Set([`app@${own}`]));
    expect(result.pins?.left.size).toBe(9_901);
    expect(asked(source, { repository: 'app', kind: 'resolve', again: false }).length).toBe(101);
  });

  test('cost nothing where a tag leads to them, and concern who names them', async () => {
    const source = sourceWith({ 'app:v1': APP, 'app:v2': GOOD, 'app:v3': OTHER });
    source.repository('app').manifests.delete(ARM64.manifest.digest);
    const pinned = [APP, GOOD, OTHER, AMD64].map(({ manifest }) => manifest.digest);

    const result = await walk(source, { ...pinning({ app: [...pinned, ...digests(1)] }), mostPinned: 0 });

    expect(result.counts.pinnedLeft).toBe(1);
    expect(result.findings).toMatchObject([{ tags: ['v1'], roots: [APP.manifest.digest], object: 'child' }]);
    expect(result.pins?.there).toEqual(new Set(pinned.map((digest) => `app@${digest}`)));
    expect(asked(source, { kind: 'resolve', again: false })).toHaveLength(3);
  });
});

test('100,000 tags that workloads name, and that are not there, are no work in squares, and others have their turn', async () => {
  const source = sourceWith({ 'app:v1': GOOD, 'web:v1': OTHER });
  const names = Array.from({ length: 100_000 }, (_, index) => `none${index}`);
  const usedTags = new Map([
    ['app', names],
    ['web', ['v1']],
  ]);
  const tenantsOf = (repository: string) => [repository === 'web' ? 'shop' : 'crowd'];
  const order: string[] = [];
  source.intercept = ({ repository, kind }) => {
    if (kind === 'resolve') order.push(repository);
    return undefined;
  };

  const result = await walk(source, { concurrency: 1, usedTags, tenantsOf });

  expect(result).toMatchObject({ verdict: 'sound', complete: true, counts: { tags: 2 } });
  expect(order).toEqual(['web', 'app']);
});
