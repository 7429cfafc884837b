import { describe, expect, test } from 'vitest';

import { summarize, verify } from '../support/walk.ts';
import { APP, ARM64, asked, GOOD, noAnswer, OTHER, sourceWith } from './scene.ts';

const { digest } = GOOD.manifest;
const PINNED = { repository: 'app', tag: 'v1', digest };

describe('a tag that was named with a digest', () => {
  test('that points to it is sound, and both were asked for', async () => {
    const source = sourceWith({ 'app:v1': GOOD });

    const { verdict, counts } = await verify(source, [PINNED]);

    expect(verdict).toBe('sound');
    expect(counts).toMatchObject({ tags: 1, manifests: 1 });
    expect(asked(source, { kind: 'resolve' })).toEqual([`app resolve ${digest}`, 'app resolve v1']);
    expect(asked(source, { kind: 'manifest' })).toEqual([`app manifest ${digest}`]);
  });

  test('that points elsewhere is moved, however sound both images are', async () => {
    const source = sourceWith({ 'app:v1': OTHER });
    source.put('app', null, GOOD);

    const { findings, verdict } = await verify(source, [PINNED]);

    expect(verdict).toBe('broken');
    expect(findings.map(summarize)).toEqual(['app:v1 manifest/tag_moved']);
    expect(findings[0]).toMatchObject({
      digest,
      confirmations: 3,
      observed: { detail: `the tag v1 points to ${OTHER.manifest.digest}, not to ${digest}` },
    });
    expect(asked(source)).not.toContain(`app blob ${OTHER.config.digest}`);
  });

  test('that was moved back before it is asked again is cleared', async () => {
    const source = sourceWith({ 'app:v1': OTHER });
    source.put('app', null, GOOD);
    source.intercept = ({ reference, again }) => {
      if (reference === 'v1' && again) source.repository('app').tags.set('v1', digest);
      return undefined;
    };

    const { verdict, counts } = await verify(source, [PINNED]);

    expect([verdict, counts.cleared]).toEqual(['sound', 1]);
  });

  test('that is not there is missing', async () => {
    const source = sourceWith({});
    source.put('app', null, GOOD);

    const { findings } = await verify(source, [PINNED]);

    expect(findings.map(summarize)).toEqual(['app:v1 manifest/missing']);
    expect(findings[0]?.digest).toBeNull();
  });

  test('that does not answer is unknown', async () => {
    const source = sourceWith({ 'app:v1': GOOD });
    source.intercept = ({ reference }) => (reference === 'v1' ? noAnswer('timeout') : undefined);

    const { verdict, unknowns } = await verify(source, [PINNED]);

    expect(verdict).toBe('unknown');
    expect(unknowns).toMatchObject([{ repository: 'app', reference: 'v1', reason: 'timeout' }]);
  });

  test('whose manifest is gone is one finding, with the tag', async () => {
    const source = sourceWith({ 'app:v1': GOOD });
    source.repository('app').manifests.clear();

    const { findings } = await verify(source, [PINNED]);

    expect(findings.map(summarize)).toEqual(['app:v1 manifest/missing']);
    expect(findings[0]).toMatchObject({ digest, path: [digest] });
  });

  test('reaches what is broken below the digest', async () => {
    const source = sourceWith({ 'app:v1': APP });
    source.repository('app').manifests.delete(ARM64.manifest.digest);

    const { findings } = await verify(source, [{ ...PINNED, digest: APP.manifest.digest }]);

    expect(findings.map(summarize)).toEqual(['app:v1 child/missing linux/arm64/v8']);
  });

  test('may be named without it as well: then what it points to is walked, too', async () => {
    const source = sourceWith({ 'app:v1': OTHER });
    source.put('app', null, GOOD);
    source.repository('app').blobs.delete(OTHER.config.digest);

    const { findings } = await verify(source, [PINNED, { ...PINNED, digest: null }]);

    expect(findings.map(summarize)).toEqual(['app:v1 config/missing', 'app:v1 manifest/tag_moved']);
  });
});
