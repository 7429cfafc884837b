import { describe, expect, test } from 'vitest';

import { isForeignLayer, type Descriptor } from '../../src/oci/descriptor.ts';

const LAYER: Descriptor = {
  mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
  digest: `sha256:${'b'.repeat(64)}`,
  size: 42,
};

describe('isForeignLayer', () => {
  test.each<[string, Partial<Descriptor>, boolean]>([
    ['an ordinary layer', {}, false],
    ['a layer with an empty list of places', { urls: [] }, false],
    ['a layer with another place', { urls: ['https://example.com/layer'] }, true],
    ['a foreign layer', { mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip' }, true],
    ['a layer not for distribution', { mediaType: 'application/vnd.oci.image.layer.nondistributable.v1.tar' }, true],
  ])('%s: %s', (_, change, expected) => {
    const foreign = isForeignLayer({ ...LAYER, ...change });

    expect(foreign).toBe(expected);
  });
});
