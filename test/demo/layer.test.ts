import { gunzipSync } from 'node:zlib';

import { describe, expect, test } from 'vitest';

import { digestOf } from '../../src/oci/digest.ts';
import { buildLayer, rawLayer } from '../../src/demo/layer.ts';
import { noise } from '../../src/demo/noise.ts';

describe('buildLayer', () => {
  test('unpacks to the archive that its diff id names', () => {
    const layer = buildLayer('a');

    expect(digestOf(gunzipSync(layer.bytes))).toBe(layer.diffId);
  });

  test('holds one file with the bytes of its seed, behind a header with a right checksum', () => {
    const tar = gunzipSync(buildLayer('a', 700).bytes);

    expect(tar.subarray(0, 12).toString()).toBe('opt/data.bin');
    expect(tar.subarray(257, 262).toString()).toBe('ustar');
    expect(Number.parseInt(tar.subarray(124, 135).toString(), 8)).toBe(700);
    expect(new Uint8Array(tar.subarray(512, 512 + 700))).toEqual(noise('a', 700));
    expect(tar.length).toBe(512 + 1024 + 1024);
    expect(Number.parseInt(tar.subarray(148, 154).toString(), 8)).toBe(checksum(tar.subarray(0, 512)));
  });

  test('has the same digest on every machine', () => {
    expect(buildLayer('a').digest).toBe('sha256:0deba118deb02d7e5c7ce2f7bbc44c76b49243a968ec960ac173312fcf2e6e35');
  });
});

describe('rawLayer', () => {
  test('takes any bytes, also none at all', () => {
    const layer = rawLayer(new Uint8Array());

    expect(layer.size).toBe(0);
    expect(layer.digest).toBe('sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });
});

function checksum(header: Uint8Array): number {
  return header.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 0x20 : byte), 0);
}
