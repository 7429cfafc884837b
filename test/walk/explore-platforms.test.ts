import { describe, expect, test } from 'vitest';

import { buildAttestation, buildIndex } from '../../src/demo/content.ts';
import { summarize, walk } from '../support/walk.ts';
import { AMD64, ARM64, asked, descriptorOf, GOOD, indexOf, noAnswer, putManifest, sourceWith } from './scene.ts';

const ATTESTED = buildIndex([AMD64, ARM64, buildAttestation(AMD64)]);
const SPARSE = buildIndex([AMD64, ARM64]);
const arm64 = ARM64.manifest.digest;

describe('excludePlatforms', () => {
  test('children of these platforms are not asked for, and each is counted once', async () => {
    const source = sourceWith({ 'app:v1': ATTESTED, 'app:v2': SPARSE });
    source.repository('app').manifests.delete(arm64);

    const { verdict, counts } = await walk(source, { excludePlatforms: ['linux/arm64/*', 'unknown/*'] });

    expect(verdict).toBe('sound');
    expect(counts.skipped.excluded).toBe(2);
    const wanted = [ATTESTED, SPARSE, AMD64].map(({ manifest }) => `app manifest ${manifest.digest}`);
    expect(asked(source, { kind: 'manifest' })).toEqual(wanted);
  });

  test('attestations are asked for unless they are excluded', async () => {
    const source = sourceWith({ 'app:v1': ATTESTED });

    const { counts } = await walk(source);

    expect(counts.manifests).toBe(3);
  });

  test('a child that names no platform is asked for', async () => {
    const source = sourceWith({ 'app:good': GOOD });
    putManifest(source, 'app', 'v1', indexOf(descriptorOf(ARM64.manifest)));

    const { findings } = await walk(source, { excludePlatforms: ['**'] });

    expect(findings.map(summarize)).toEqual(['app:v1 child/missing']);
  });
});

describe('allowMissingPlatforms', () => {
  const options = { allowMissingPlatforms: ['linux/arm64*', 'linux/arm64/*'] };

  test('a child that is missing on purpose is left out, and asked for only once', async () => {
    const source = sourceWith({ 'app:v1': SPARSE });
    source.repository('app').manifests.delete(arm64);

    const { verdict, counts } = await walk(source, options);

    expect(verdict).toBe('sound');
    expect(counts).toMatchObject({ manifests: 1, skipped: { excluded: 1 } });
    expect(asked(source, { reference: arm64 })).toHaveLength(1);
  });

  test('one that is there is walked like any other', async () => {
    const source = sourceWith({ 'app:v1': SPARSE });
    source.repository('app').blobs.delete(ARM64.config.digest);

    const { findings } = await walk(source, options);

    expect(findings.map(summarize)).toEqual(['app:v1 config/missing linux/arm64/v8']);
  });

  test('one that answers otherwise than missing is asked again', async () => {
    const source = sourceWith({ 'app:v1': SPARSE });
    source.intercept = ({ reference }) => (reference === arm64 ? noAnswer('timeout') : undefined);

    const { unknowns, complete } = await walk(source, options);

    expect(complete).toBe(false);
    expect(unknowns).toMatchObject([{ reference: arm64, reason: 'timeout' }]);
  });

  test('one that turns out to be missing when it is asked again is no finding either', async () => {
    const source = sourceWith({ 'app:v1': SPARSE });
    source.repository('app').manifests.delete(arm64);
    source.intercept = ({ reference, again }) => (reference === arm64 && !again ? noAnswer('timeout') : undefined);

    expect((await walk(source, options)).verdict).toBe('sound');
  });

  test.each(['a', 'z'])(
    'the same child is missing for an index that needs it, in whatever order: tag %s',
    async (tag) => {
      const source = sourceWith({ 'app:m': SPARSE });
      putManifest(source, 'app', tag, indexOf(descriptorOf(ARM64.manifest)));
      source.repository('app').manifests.delete(arm64);

      const { findings } = await walk(source, options);

      expect(findings.map(summarize)).toEqual([`app:${tag} child/missing`]);
    },
  );

  test('an index that needs the child finds out after others have left it out', async () => {
    const source = sourceWith({ 'app:m': SPARSE });
    const needing = indexOf(descriptorOf(ARM64.manifest));
    const outer = indexOf(descriptorOf(indexOf(descriptorOf(needing))));
    for (const manifest of [needing, indexOf(descriptorOf(needing))]) putManifest(source, 'app', null, manifest);
    putManifest(source, 'app', 'z', outer);
    source.repository('app').manifests.delete(arm64);

    const { findings } = await walk(source, options);

    expect(findings.map(summarize)).toEqual(['app:z child/missing']);
  });
});
