import { describe, expect, test } from 'vitest';

import { summarize, walk } from '../support/walk.ts';
import { absent, AMD64, ARM64, asked, descriptorOf, GOOD, indexOf, OTHER, putManifest, sourceWith } from './scene.ts';

/** An index that says something else about its child's length than the child is long. */
const WRONG = indexOf(descriptorOf(AMD64.manifest, { size: AMD64.manifest.size + 1 }), descriptorOf(ARM64.manifest));
const RIGHT = indexOf(descriptorOf(AMD64.manifest));

function scene() {
  const source = sourceWith({ 'app:good': GOOD });
  source.put('app', null, AMD64);
  source.put('app', null, ARM64);
  return source;
}

describe("a child's length", () => {
  test('that is not the one in the index is a finding of the index, and the child is walked', async () => {
    const source = scene();
    putManifest(source, 'app', 'wrong', WRONG);
    putManifest(source, 'app', 'right', RIGHT);
    source.repository('app').blobs.delete(AMD64.config.digest);

    const { findings } = await walk(source);

    expect(findings.map(summarize)).toEqual(['app:right,wrong config/missing', 'app:wrong child/size_mismatch']);
    expect(findings[1]).toMatchObject({
      digest: AMD64.manifest.digest,
      path: [WRONG.digest, AMD64.manifest.digest],
      expectedSize: AMD64.manifest.size + 1,
      observed: { bytes: AMD64.manifest.size },
      confirmations: 3,
    });
  });

  test('is compared where a tag had brought the child before', async () => {
    const source = scene();
    putManifest(source, 'app', 'wrong', WRONG);
    source.repository('app').tags.set('amd64', AMD64.manifest.digest);

    const { findings } = await walk(source);

    expect(findings.map(summarize)).toEqual(['app:wrong child/size_mismatch']);
    expect(asked(source, { reference: AMD64.manifest.digest, again: false })).toHaveLength(1);
  });

  test('is asked for once more before it counts', async () => {
    const source = scene();
    putManifest(source, 'app', 'wrong', WRONG);
    source.intercept = ({ reference, again }) => {
      return again && reference === AMD64.manifest.digest ? absent('missing') : undefined;
    };

    const { findings } = await walk(source);

    expect(asked(source, { reference: AMD64.manifest.digest, again: true })).toHaveLength(3);
    expect(findings.map(summarize)).toEqual(['app:wrong child/missing']);
  });

  test('that the index does not give is 0, and no node takes the child for that', async () => {
    const source = scene();
    putManifest(source, 'app', 'v1', indexOf(descriptorOf(AMD64.manifest, { size: undefined })));

    const { findings } = await walk(source);

    expect(findings.map(summarize)).toEqual(['app:v1 child/size_mismatch']);
  });
});

describe("a blob's length", () => {
  test('is compared for every descriptor that names it', async () => {
    const source = sourceWith({ 'app:v1': GOOD, 'app:v2': OTHER });
    source.repository('app').blobs.set(GOOD.config.digest, GOOD.config.size - 1);

    const { findings } = await walk(source);

    expect(findings.map(summarize)).toEqual(['app:v1 config/size_mismatch']);
    expect(findings[0]?.expectedSize).toBe(GOOD.config.size);
  });
});
