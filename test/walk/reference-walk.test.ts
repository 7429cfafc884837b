import { describe, expect, test } from 'vitest';

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

const tag = (name: string, repository = 'app') => ({ repository, tag: name, digest: null });
const pinned = (digest: string, repository = 'app') => ({ repository, tag: null, digest });

describe('walkReferences', () => {
  test('walks what is named and nothing else, and lists nothing', async () => {
    const source = sourceWith({ 'app:v1': APP, 'app:v2': GOOD, 'other:v1': OTHER });

    const { verdict, counts } = await verify(source, [tag('v1')]);

    expect(verdict).toBe('sound');
    expect(counts).toMatchObject({ repositories: 1, tags: 1, indexes: 1, manifests: 2 });
    expect(asked(source, { kind: 'tags' })).toEqual([]);
    expect(asked(source).filter((line) => /v2|other/.test(line))).toEqual([]);
  });

  test('a digest is asked for by digest, and no tag is touched', async () => {
    const source = sourceWith({ 'app:v1': APP });
    source.repository('app').blobs.delete(AMD64.config.digest);

    const { findings } = await verify(source, [pinned(APP.manifest.digest)]);

    expect(findings).toMatchObject([{ tags: [], object: 'config', platforms: ['linux/amd64'] }]);
    expect(findings[0]?.path[0]).toBe(APP.manifest.digest);
    expect(asked(source).filter((line) => /v1|_tags/.test(line))).toEqual([]);
  });

  test('a digest that is not there is missing', async () => {
    const { findings, complete } = await verify(sourceWith({ 'app:v1': APP }), [pinned(GOOD.manifest.digest)]);

    expect(findings.map(summarize)).toEqual(['app: manifest/missing']);
    expect(findings[0]).toMatchObject({ digest: GOOD.manifest.digest, path: [GOOD.manifest.digest] });
    expect(complete).toBe(true);
  });

  test('what is named twice is asked for once', async () => {
    const source = sourceWith({ 'app:v1': GOOD, 'app:v2': GOOD });

    await verify(source, [tag('v1'), tag('v1'), pinned(GOOD.manifest.digest), tag('v2')]);

    const questions = asked(source);
    expect(questions).toHaveLength(new Set(questions).size);
    expect(asked(source, { kind: 'resolve' })).toHaveLength(3);
    expect(asked(source, { kind: 'manifest' })).toEqual([`app manifest ${GOOD.manifest.digest}`]);
  });

  test('references in several repositories are one walk', async () => {
    const source = sourceWith({ 'app:v1': APP, 'other:v1': OTHER });
    source.repository('other').manifests.clear();

    const { findings, counts } = await verify(source, [tag('v1'), tag('v1', 'other')]);

    expect(findings.map(summarize)).toEqual(['other:v1 manifest/missing']);
    expect(counts.repositories).toBe(2);
  });

  test('nothing good at all is broken and not suspect, where things were named', async () => {
    const source = sourceWith({});
    const names = Array.from({ length: 30 }, (_, n) => tag(`v${n}`));

    const named = await verify(source, names);
    for (const { tag: name } of names) source.repository('app').tags.set(name, '');
    const listed = await walk(source);

    expect([named.verdict, named.findings.length]).toEqual(['broken', 30]);
    expect(listed.verdict).toBe('suspect');
  });

  test('a 404 proves nothing where another of the named images is suddenly gone, too', async () => {
    const source = sourceWith({ 'app:v1': GOOD });
    source.intercept = ({ again }) => (again ? absent('missing') : undefined);

    const { findings, complete } = await verify(source, [tag('v1'), tag('v2')]);

    expect([findings, complete]).toEqual([[], false]);
  });

  test('a 5xx for everything is unknown', async () => {
    const source = sourceWith({ 'app:v1': GOOD });
    source.intercept = () => noAnswer('server_error');

    expect((await verify(source, [tag('v1')])).verdict).toBe('unknown');
  });
});

describe('the same damage', () => {
  const wrong = indexOf(descriptorOf(AMD64.manifest, { size: 7 }), descriptorOf(ARM64.manifest));

  test('gives the same findings, whether the image is listed or named', async () => {
    const make = () => {
      const source = sourceWith({ 'app:good': GOOD, 'app:v1': APP, 'app:v2': OTHER });
      const { manifests, blobs } = source.repository('app');
      putManifest(source, 'app', 'wrong', wrong);
      putManifest(source, 'app', 'bad', { ...OTHER.config, mediaType: '' });
      manifests.delete(OTHER.manifest.digest);
      manifests.delete(ARM64.manifest.digest);
      blobs.delete(AMD64.config.digest);
      blobs.set(AMD64.layers[0]?.digest ?? '', 1);
      return source;
    };

    const listed = await walk(make());
    const named = await verify(
      make(),
      ['good', 'v1', 'v2', 'wrong', 'bad'].map((name) => tag(name)),
    );

    expect(listed.findings.map(summarize)).toEqual([
      'app:bad manifest/invalid',
      'app:v1,wrong child/missing linux/arm64/v8',
      'app:v1,wrong config/missing linux/amd64',
      'app:v1,wrong layer/size_mismatch linux/amd64',
      'app:v2 manifest/missing',
      'app:wrong child/size_mismatch',
    ]);
    expect(named.findings).toEqual(listed.findings);
    expect(named.counts).toEqual(listed.counts);
  });
});
