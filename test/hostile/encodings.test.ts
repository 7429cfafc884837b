import { brotliCompressSync, deflateRawSync, gzipSync, zstdCompressSync } from 'node:zlib';

import { describe, expect, test } from 'vitest';

import type { Answer } from '../../src/demo/answer.ts';
import type { FaultAction } from '../../src/demo/fault-actions.ts';
import type { DemoRequest } from '../../src/demo/request.ts';
import { single } from '../support/reg-fixture.ts';
import { broken, detailOf, outcome, SOUND, startHostile, untold } from './scene.ts';

/** What a front does that compresses good answers whatever `Accept-Encoding` says, with their length or without. */
function compressing(
  encoding: string,
  compress: (bytes: Uint8Array) => Uint8Array,
  length: 'with its length' | 'without it' = 'with its length',
): FaultAction {
  const rewrite = (answer: Answer, { method }: DemoRequest): Answer => {
    if (answer.status !== 200) return answer;
    const body = compress(answer.body);
    const { 'content-length': _, ...rest } = answer.headers;
    const announced = length === 'with its length' ? { 'content-length': String(body.length) } : {};
    // Nothing is compressed on the fly for a HEAD whose length is left out.
    const coding = method === 'HEAD' && length === 'without it' ? {} : { 'content-encoding': encoding };
    return { ...answer, body, headers: { ...rest, ...announced, ...coding } };
  };
  return { kind: 'rewrite', rewrite };
}

describe('a front that compresses whatever it is asked', () => {
  test.each([
    ['gzip', gzipSync],
    ['zstd', zstdCompressSync],
    ['deflate', deflateRawSync],
    ['GZIP, gzip', (bytes: Uint8Array) => gzipSync(gzipSync(bytes))],
  ])('is seen through where it compresses listings: %s', async (encoding, compress) => {
    const { fail, run } = await startHostile();
    fail(compressing(encoding, compress), { kind: 'catalog' });
    fail(compressing(encoding, compress), { kind: 'tags' });

    expect(outcome(await run())).toEqual(SOUND);
  });

  test('is named where it does so in a way that few understand', async () => {
    const { fail, run } = await startHostile();
    fail(compressing('br', brotliCompressSync), { kind: 'catalog' });

    const done = await run();

    expect(outcome(done)).toEqual(untold('_catalog protocol'));
    expect(detailOf(done)).toBe('/v2/_catalog: the page comes encoded as br, which nobody asked for');
  });

  test('leaves no manifest that nodes come by where HEAD has the length of what is compressed', async () => {
    const { fail, run } = await startHostile();
    fail(compressing('gzip', gzipSync), { kind: 'manifest', repository: 'single' });

    expect(outcome(await run())).toEqual(broken('single:v1 manifest/unresolvable'));
  });

  test('harms nobody where it leaves the length out', async () => {
    const { fail, run } = await startHostile();
    fail(compressing('gzip', gzipSync, 'without it'), { kind: 'manifest' });

    expect(outcome(await run())).toEqual(SOUND);
  });

  test('does not hide that the bytes are others', async () => {
    const { fail, run } = await startHostile();
    const others = (bytes: Uint8Array): Uint8Array => gzipSync(Buffer.from(bytes).fill('x', 0, 1));
    const when = { kind: 'manifest', repository: 'single', method: 'GET' } as const;
    fail(compressing('gzip', others, 'without it'), when);

    expect(outcome(await run())).toEqual(broken('single:v1 manifest/digest_mismatch'));
  });

  test.each([
    ['in a way that nodes do not undo', 'br', brotliCompressSync],
    ['and cuts short what it compresses', 'gzip', (bytes: Uint8Array) => gzipSync(bytes).subarray(0, -1)],
    ['and says something else than it does', 'zstd', gzipSync],
  ])('breaks a manifest that it compresses %s', async (_, encoding, compress) => {
    const { fail, run } = await startHostile();
    fail(compressing(encoding, compress, 'without it'), { kind: 'manifest', repository: 'single', method: 'GET' });

    expect(outcome(await run())).toEqual(broken('single:v1 manifest/unreadable'));
  });

  test('does not fill the memory with a few bytes that become many', async () => {
    const bomb = gzipSync(Buffer.alloc(2 ** 28, ' '));
    const { fail, run } = await startHostile();
    const when = { kind: 'manifest', repository: 'single', method: 'GET' } as const;
    fail({ kind: 'body', body: bomb, headers: { 'content-encoding': 'gzip' } }, when);

    const done = await run();

    expect(outcome(done)).toEqual(untold(`single ${single.content.manifest.digest} protocol`));
    expect(detailOf(done)).toMatch('body_too_large: the manifest is longer than');
  });
});
