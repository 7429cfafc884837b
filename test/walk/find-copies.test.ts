import { describe, expect, test } from 'vitest';

import type { Copy } from '../../src/walk/copy.ts';
import { AT_ONCE, brokenAmong, findCopies, type CopyPlace } from '../../src/walk/find-copies.ts';
import type { Finding } from '../../src/walk/finding.ts';
import type { BlobCheck } from '../../src/walk/source.ts';
import { createMapSource, type MapSource } from '../support/map-source.ts';
import { absent, AMD64, APP, ARM64, asked, GOOD, noAnswer, sourceWith } from './scene.ts';

const ROOT = APP.manifest.digest;
const CHILD = ARM64.manifest.digest;
const [LAYER] = ARM64.layers;
if (LAYER === undefined) throw new Error('the image has no layer');

function lost(overrides: Partial<Finding> = {}): Finding {
  return {
    repository: 'app',
    tags: ['v1'],
    roots: [],
    object: 'layer',
    fault: 'missing',
    digest: LAYER?.digest ?? '',
    path: [ROOT, CHILD, LAYER?.digest ?? ''],
    platforms: [],
    expectedSize: LAYER?.size ?? 0,
    observed: { method: 'GET', status: 404, bytes: 0, detail: '' },
    confirmations: 3,
    ...overrides,
  };
}

const lostChild = (overrides: Partial<Finding> = {}): Finding =>
  lost({ object: 'child', digest: CHILD, path: [ROOT, CHILD], ...overrides });

function place(source: MapSource, overrides: Partial<CopyPlace> = {}): CopyPlace {
  return {
    where: 'mirror',
    url: 'https://mirror.example.com/',
    isOwn: false,
    source,
    repositories: [({ repository }) => [repository ?? '']],
    mayAsk: () => true,
    signal: new AbortController().signal,
    ...overrides,
  };
}

async function copiesOf(finding: Finding, ...places: readonly CopyPlace[]): Promise<readonly Copy[]> {
  return (await findCopies([finding], places)).get(finding) ?? [];
}

describe('findCopies', () => {
  test('names the whole image elsewhere, the root of it where all platforms are there', async () => {
    const whole = sourceWith({ 'app:v1': APP });

    expect(await copiesOf(lost(), place(whole))).toEqual([
      {
        kind: 'registry',
        where: 'mirror',
        url: 'https://mirror.example.com/',
        isOwn: false,
        repository: 'app',
        part: 'image',
        digest: ROOT,
      },
    ]);
    expect(await copiesOf(lostChild(), place(whole))).toMatchObject([{ part: 'image', digest: ROOT }]);
  });

  test('names the image of one platform where the copy has no more', async () => {
    const partial = createMapSource();
    partial.put('app', null, ARM64);

    expect(await copiesOf(lost(), place(partial))).toMatchObject([{ part: 'image', digest: CHILD }]);
    expect(await copiesOf(lostChild(), place(partial))).toMatchObject([{ part: 'image', digest: CHILD }]);
  });

  test.each<[string, (source: MapSource) => void]>([
    ['its layer is gone', ({ repository }) => void repository('app').blobs.delete(LAYER.digest)],
    ['its config is gone', ({ repository }) => void repository('app').blobs.delete(ARM64.config.digest)],
    ['the manifest of it is gone', ({ repository }) => void repository('app').manifests.delete(CHILD)],
    ['its layer is cut short', ({ repository }) => void repository('app').blobs.set(LAYER.digest, 3)],
    ['nothing can be told', (source) => void (source.intercept = () => noAnswer('connection'))],
    [
      'the end of a layer cannot be read',
      (source) => {
        source.blob = () => Promise.resolve({ kind: 'found', value: { size: LAYER.size, weak: true } });
      },
    ],
  ])('names no copy where %s', async (_, damage) => {
    const source = sourceWith({ 'app:v1': APP });
    damage(source);

    expect(await copiesOf(lost(), place(source))).toEqual([]);
    expect(await copiesOf(lostChild(), place(source))).toEqual([]);
  });

  test('names no copy of an index whose other platform is broken there, but of the platform', async () => {
    const source = sourceWith({ 'app:v1': APP });
    source.repository('app').blobs.delete(AMD64.config.digest);

    expect(await copiesOf(lost(), place(source))).toMatchObject([{ digest: CHILD }]);
    expect(await copiesOf(lost({ object: 'manifest', digest: ROOT, path: [ROOT] }), place(source))).toEqual([]);
  });

  test('names what is attached to an image by itself, for it does not come with the image', async () => {
    const source = sourceWith({ 'app:v1': APP, 'app:signature': GOOD });
    const digest = GOOD.manifest.digest;

    const copies = await copiesOf(lost({ object: 'referrer', digest, path: [ROOT, digest] }), place(source));

    expect(copies).toMatchObject([{ part: 'image', digest }]);
  });

  test('takes a blob by itself from another repository of the same registry, and a manifest only whole', async () => {
    const source = createMapSource();
    source.repository('other').blobs.set(LAYER.digest, LAYER.size);
    const own = place(source, { isOwn: true, where: 'lab', repositories: [() => ['empty', 'other']] });

    expect(await copiesOf(lost(), own)).toMatchObject([{ repository: 'other', part: 'blob', digest: LAYER.digest }]);
    source.put('half', null, ARM64);
    source.repository('half').blobs.delete(ARM64.config.digest);
    const halves = { ...own, repositories: [() => ['half']] };
    expect(await copiesOf(lostChild(), halves)).toEqual([]);
    source.repository('half').blobs.set(ARM64.config.digest, ARM64.config.size);
    expect(await copiesOf(lostChild(), halves)).toMatchObject([{ repository: 'half', part: 'image', digest: CHILD }]);
  });

  test('takes nothing for whole of which the walk has found that it is broken there', async () => {
    const source = sourceWith({ 'other:v1': APP });
    const own = place(source, { isOwn: true, where: 'lab', repositories: [() => ['other']] });
    const rotten = lost({ repository: 'other', fault: 'digest_mismatch' });
    const lying = lost({ repository: 'other', fault: 'size_mismatch' });

    expect(await copiesOf(lost(), own)).toMatchObject([{ repository: 'other', part: 'blob' }]);
    expect(await copiesOf(lost(), { ...own, isBroken: brokenAmong([lost(), lying]) })).toHaveLength(1);
    const known = { ...own, isBroken: brokenAmong([lost(), rotten]) };
    expect(await copiesOf(lost(), known)).toEqual([]);
    expect(await copiesOf(lostChild(), own)).toHaveLength(1);
    expect(await copiesOf(lostChild(), known)).toEqual([]);
    const rottenChild = lostChild({ repository: 'other', fault: 'unreadable' });
    expect(await copiesOf(lostChild(), { ...own, isBroken: brokenAmong([rottenChild]) })).toEqual([]);
  });

  test('takes a blob of an earlier finding, whose image is not known any more, by itself from anywhere', async () => {
    const source = createMapSource();
    source.repository('app').blobs.set(LAYER.digest, LAYER.size);
    const evidence = { method: null, status: null, bytes: null, detail: '' };
    const carried = lost({ path: [LAYER.digest], observed: evidence });

    expect(await copiesOf(carried, place(source))).toMatchObject([
      { where: 'mirror', part: 'blob', digest: LAYER.digest },
    ]);
    expect(await copiesOf({ ...carried, expectedSize: null }, place(source))).toEqual([]);
    expect(await copiesOf({ ...carried, expectedSize: LAYER.size + 1 }, place(source))).toEqual([]);
    expect(await copiesOf(lost(), place(source))).toEqual([]);
  });

  test('reads all of a blob whose last byte proves nothing', async () => {
    const source = sourceWith({ 'app:v1': APP });
    const checks: [string, BlobCheck][] = [];
    const { blob } = source;
    source.blob = (name, descriptor, check, ask) => {
      checks.push([descriptor.digest, check]);
      return blob(name, descriptor, check, ask);
    };

    await copiesOf(lost({ fault: 'digest_mismatch' }), place(source, { isOwn: true }));
    expect(checks).toEqual([[LAYER.digest, 'full']]);
    checks.length = 0;
    const cut = { method: 'GET', status: 200, bytes: 7, detail: '' };
    await copiesOf(lost({ fault: 'unreadable', observed: cut }), place(source, { isOwn: true }));
    expect(checks).toEqual([[LAYER.digest, 'full']]);
    checks.length = 0;
    const notKept = { method: null, status: null, bytes: null, detail: '' };
    await copiesOf(lost({ fault: 'unreadable', observed: notKept }), place(source, { isOwn: true }));
    expect(checks).toEqual([[LAYER.digest, 'full']]);
    checks.length = 0;
    await copiesOf(lost(), place(source, { isOwn: true }));
    expect(checks).toEqual([[LAYER.digest, 'byte']]);
  });

  test.each<Partial<Finding>>([
    { fault: 'invalid' },
    { fault: 'not_unpackable' },
    { object: 'child', fault: 'size_mismatch' },
    { object: 'manifest', fault: 'unresolvable' },
    { object: 'manifest', fault: 'tag_dangling', digest: null, path: [] },
    { repository: null },
    { digest: 'md5:d41d8cd98f00b204e9800998ecf8427e' },
  ])('does not ask for what a copy would not mend: %j', async (overrides) => {
    const source = sourceWith({ 'app:v1': APP });

    expect(await copiesOf(lost(overrides), place(source))).toEqual([]);
    expect(source.questions).toEqual([]);
  });

  test('asks first for what is broken, and goes no further where it is not there', async () => {
    const source = sourceWith({ 'app:v1': GOOD });

    await copiesOf(lost(), place(source));

    expect(asked(source)).toEqual([`app blob ${LAYER.digest}`]);
  });

  test('asks 20 repositories at most, by digest alone, and gives three copies at most', async () => {
    const source = createMapSource();
    const names = Array.from({ length: 50 }, (_, index) => `app-${index}`);
    const own = { isOwn: true, repositories: [() => names.slice(0, 15), () => names.slice(15)] };

    expect(await copiesOf(lost(), place(source, own))).toEqual([]);
    expect(source.questions).toHaveLength(20);

    for (const name of names) source.repository(name).blobs.set(LAYER.digest, LAYER.size);
    expect(await copiesOf(lost(), place(source, own), place(source, own))).toHaveLength(3);
    expect(source.questions.every(({ kind }) => kind === 'blob')).toBe(true);
  });

  test('gives those of the first place first', async () => {
    const whole = sourceWith({ 'app:v1': APP });
    const slow = sourceWith({ 'app:v1': APP });
    const { manifest } = slow;
    slow.manifest = async (...question) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      return manifest(...question);
    };

    const copies = await copiesOf(lost(), place(slow, { where: 'first' }), place(whole, { where: 'second' }));

    expect(copies.map((copy) => copy.where)).toEqual(['first', 'second']);
  });

  test('gives every repository its turn, whatever one of them has lost, and asks nothing once it may not', async () => {
    const source = createMapSource();
    source.intercept = () => absent();
    const crowd = Array.from({ length: 2000 }, (_, index) => {
      const digest = `sha256:${index.toString(16).padStart(64, '0')}`;
      return lost({ repository: 'crowd', digest, path: [ROOT, CHILD, digest] });
    });
    const small = lost({ repository: 'small' });
    const mayAsk = (): boolean => source.questions.length < 50;

    await findCopies([...crowd, small], [place(source, { mayAsk })]);

    expect(source.questions.length).toBeLessThan(50 + AT_ONCE);
    expect(source.questions.slice(0, AT_ONCE).map(({ repository }) => repository)).toContain('small');
  });

  test('looks for all with the first list before it goes on to the next', async () => {
    const source = createMapSource();
    const two = [lost({ repository: 'a' }), lost({ repository: 'b' })];

    await findCopies(two, [place(source, { isOwn: true, repositories: [() => ['seen'], () => ['like']] })]);

    // The same question is asked once, whoever it is for.
    expect(source.questions.map(({ repository }) => repository)).toEqual(['seen', 'like']);
  });
});
