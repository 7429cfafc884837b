import { describe, expect, test } from 'vitest';

import { summarize, verify, walk } from '../support/walk.ts';
import { absent, AMD64, APP, ARM64, asked, GOOD, noAnswer, OTHER, putManifest, sourceWith } from './scene.ts';

const V1 = { repository: 'app', tag: 'v1', digest: null };

describe('walkTags', () => {
  test('resolves a tag once, and asks by digest from there on', async () => {
    const source = sourceWith({ 'app:v1': APP });

    await walk(source);

    expect(asked(source, { kind: 'resolve' })).toEqual(['app resolve v1']);
    const manifests = [APP, AMD64, ARM64].map(({ manifest }) => `app manifest ${manifest.digest}`);
    expect(asked(source, { kind: 'manifest' })).toEqual(manifests);
  });

  test('a tag that moves after it was resolved does not mix two images', async () => {
    const source = sourceWith({ 'app:v1': APP, 'good:v1': GOOD });
    source.put('app', null, OTHER);
    source.repository('app').manifests.delete(ARM64.manifest.digest);
    source.intercept = ({ reference }) => {
      if (reference === AMD64.manifest.digest) source.repository('app').tags.set('v1', OTHER.manifest.digest);
      return undefined;
    };

    const result = await walk(source);

    expect(result.findings).toEqual([]);
    expect(result.counts.churned).toBe(1);
    expect(asked(source).filter((line) => line.includes(OTHER.config.digest))).toHaveLength(1);
  });

  test('two tags of one digest are asked for its content once', async () => {
    const source = sourceWith({ 'app:v1': GOOD, 'app:v2': GOOD });

    const { counts } = await walk(source);

    expect(counts).toMatchObject({ tags: 2, manifests: 1, blobs: 3 });
    expect(asked(source, { kind: 'blob' })).toHaveLength(3);
  });

  test('a listed tag that resolves to nothing is dangling', async () => {
    const source = sourceWith({ 'app:v1': GOOD, 'app:v2': OTHER });
    source.repository('app').tags.set('v2', '');

    const { findings, complete, verdict } = await walk(source);

    expect(findings.map(summarize)).toEqual(['app:v2 manifest/tag_dangling']);
    expect(findings[0]).toMatchObject({ digest: null, path: [], confirmations: 3 });
    expect([complete, verdict]).toEqual([true, 'broken']);
  });

  test('a tag whose manifest was removed is missing, under the digest that the registry names', async () => {
    const source = sourceWith({ 'app:v1': GOOD, 'app:v2': OTHER, 'app:v3': OTHER });
    source.repository('app').manifests.delete(OTHER.manifest.digest);

    const { findings } = await walk(source);

    expect(findings.map(summarize)).toEqual(['app:v2,v3 manifest/missing']);
    expect(findings[0]).toMatchObject({ digest: OTHER.manifest.digest, path: [OTHER.manifest.digest] });
  });

  test('a tag that was deleted between the list and the question is dropped', async () => {
    const source = sourceWith({ 'app:v1': GOOD, 'app:v2': OTHER });
    source.intercept = ({ reference }) => {
      if (reference === 'v2') source.repository('app').tags.delete('v2');
      return undefined;
    };

    const { findings, counts, complete } = await walk(source);

    expect(findings).toEqual([]);
    expect(counts).toMatchObject({ churned: 1, tags: 1 });
    expect(complete).toBe(true);
  });

  test('a tag that was put back before it is asked again is walked', async () => {
    const source = sourceWith({ 'app:v1': GOOD, 'app:v2': APP });
    source.repository('app').blobs.delete(ARM64.config.digest);
    source.intercept = ({ reference, again }) => (reference === 'v2' && !again ? absent('tag_dangling') : undefined);

    const { findings, counts } = await walk(source);

    expect(findings.map(summarize)).toEqual(['app:v2 config/missing linux/arm64/v8']);
    expect(counts).toMatchObject({ cleared: 1, tags: 2 });
  });

  test('a tag cannot be told to be dangling while the list does not come', async () => {
    const source = sourceWith({ 'app:v1': GOOD, 'app:v2': OTHER });
    source.repository('app').tags.set('v2', '');
    source.intercept = ({ reference, again }) => (reference === '_tags' && again ? noAnswer('timeout') : undefined);

    const { findings, unknowns } = await walk(source);

    expect(findings).toEqual([]);
    expect(unknowns).toMatchObject([{ repository: 'app', reference: 'v2', reason: 'timeout' }]);
  });

  test('a tag that was named and is not there is missing, listed or not', async () => {
    const listed = sourceWith({ 'app:v1': GOOD });
    listed.repository('app').tags.set('v1', '');

    for (const source of [listed, sourceWith({ 'app:other': GOOD }), sourceWith({})]) {
      const { findings, complete } = await verify(source, [V1]);

      const expected = source === listed ? 'app:v1 manifest/tag_dangling' : 'app:v1 manifest/missing';
      expect(findings.map(summarize)).toEqual([expected]);
      expect(complete).toBe(true);
    }
  });

  test('a body that is not what the header says is left to the digest, and that answer decides', async () => {
    const source = sourceWith({ 'app:v1': GOOD });
    putManifest(source, 'app', 'bad', { ...OTHER.manifest, bytes: AMD64.manifest.bytes });

    const { findings } = await walk(source);

    expect(findings.map(summarize)).toEqual(['app:bad manifest/digest_mismatch']);
    expect(asked(source, { again: false })).toContain(`app manifest ${OTHER.manifest.digest}`);
  });

  test('a tag on something that is no manifest is invalid', async () => {
    const source = sourceWith({ 'app:v1': GOOD });
    putManifest(source, 'app', 'bad', { ...OTHER.config, mediaType: 'application/json' });

    const { findings } = await walk(source);

    expect(findings.map(summarize)).toEqual(['app:bad manifest/invalid']);
  });
});
