import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';

import { describe, expect, test } from 'vitest';

import type { FaultAction } from '../../src/demo/fault-actions.ts';
import { createApiClient } from '../../src/registry/client.ts';
import { createPageSizes } from '../../src/registry/page-shapes.ts';
import { listAll } from '../../src/registry/pages.ts';
import { respond, scriptedTransport } from './auth/scripted-transport.ts';
import { FIRST, openScene, valueOf, type SceneOptions } from './scene.ts';

const NAMES = ['a', 'b', 'c', 'd'];

function encoded(encoding: string, body: Uint8Array): FaultAction {
  return { kind: 'body', body, headers: { 'content-encoding': encoding } };
}

async function withNames(options: SceneOptions = {}) {
  const scene = await openScene({ pageSize: 1000, ...options });
  for (const name of NAMES) scene.registry.store.addEmptyRepository(name);
  const sizes = () => scene.registry.requests.matching({ kind: 'catalog' }).map(({ query }) => query.get('n'));
  return { ...scene, sizes };
}

describe('a page size', () => {
  test.each<[string, SceneOptions, readonly (string | null)[]]>([
    ['a registry that takes 1000 is asked for 1000', { pageSize: 1000 }, ['1000']],
    [
      'one that takes 100 is asked for less and less',
      { demo: { largestPage: 100 }, pageSize: 5000 },
      ['5000', '1000', '100'],
    ],
    ['one that takes 10 is asked for what it likes', { demo: { largestPage: 10 } }, ['1000', '100', null]],
    ['a small one is stepped down from there', { demo: { largestPage: 40 }, pageSize: 50 }, ['50', null]],
  ])('%s', async (_, options, expected) => {
    const { source, sizes } = await withNames(options);

    expect(valueOf(await source.repositories(FIRST))).toEqual(NAMES);
    expect(sizes()).toEqual(expected);
  });

  test('413 steps down like 400', async () => {
    const { source, sizes, fail } = await withNames();
    fail({ kind: 'status', status: 413 }, { predicate: ({ query }) => query.get('n') === '1000' });

    expect(valueOf(await source.repositories(FIRST))).toEqual(NAMES);
    expect(sizes()).toEqual(['1000', '100']);
  });

  test('that is refused in the middle is a failure, and not the end', async () => {
    const { source, fail } = await withNames({ pageSize: 2 });
    fail({ kind: 'status', status: 400 }, { predicate: ({ query }) => query.has('last') });

    expect(await source.repositories(FIRST)).toMatchObject({ kind: 'unknown', reason: 'protocol' });
  });

  test('of any kind that is refused is a failure', async () => {
    const { source, sizes, fail } = await withNames();
    fail({ kind: 'status', status: 400 }, { kind: 'catalog' });

    expect(await source.repositories(FIRST)).toMatchObject({ kind: 'unknown', reason: 'protocol' });
    expect(sizes()).toEqual(['1000', '100', null]);
  });
});

describe('a page', () => {
  test.each<[string, Uint8Array]>([
    ['gzip', gzipSync('{"repositories":["a"]}')],
    ['x-gzip', gzipSync('{"repositories":["a"]}')],
    ['zstd', zstdCompressSync('{"repositories":["a"]}')],
    ['deflate', deflateSync('{"repositories":["a"]}')],
    ['gzip, gzip', gzipSync(gzipSync('{"repositories":["a"]}'))],
  ])('that comes as %s is read', async (encoding, body) => {
    const { source, fail } = await withNames();
    fail(encoded(encoding, body), { kind: 'catalog' });

    expect(valueOf(await source.repositories(FIRST))).toEqual(['a']);
  });

  test('that comes in an encoding that nobody asked for is told with its name', async () => {
    const { source, fail } = await withNames();
    fail(encoded('br', brotliCompressSync('{"repositories":["a"]}')), { kind: 'catalog' });

    expect(await source.repositories(FIRST)).toMatchObject({
      detail: '/v2/_catalog: the page comes encoded as br, which nobody asked for',
    });
  });

  test.each(['{"repositories":null}', '{"repositories":[]}', '{}'])('of %s is empty', async (body) => {
    const { source, fail } = await withNames();
    fail({ kind: 'body', body }, { kind: 'catalog' });

    expect(valueOf(await source.repositories(FIRST))).toEqual([]);
  });

  test.each<[string, FaultAction, string]>([
    ['JSON of another kind', { kind: 'body', body: '{"status":"ok"}' }, 'protocol'],
    ['a list of something else', { kind: 'body', body: '{"repositories":["a",1]}' }, 'protocol'],
    ['several documents', { kind: 'body', body: '{"repositories":["a"]}\n{"repositories":["b"]}' }, 'protocol'],
    ['an error all the same', { kind: 'body', body: '{"errors":[{"code":"DENIED"}]}' }, 'protocol'],
    ['no JSON', { kind: 'body', body: 'ok' }, 'protocol'],
    ['an encoding that nobody asked for', encoded('br', brotliCompressSync('{"repositories":["a"]}')), 'protocol'],
    ['gzip that ends too early', encoded('gzip', gzipSync('{"repositories":["a"]}').subarray(0, -9)), 'connection'],
    ['nothing', { kind: 'body', body: '' }, 'protocol'],
    ['a web page', { kind: 'body', body: '<p>', headers: { 'content-type': 'text/html' } }, 'protocol'],
    ['half of it', { kind: 'cut', bytes: 9 }, 'connection'],
    ['a 500', { kind: 'status', status: 500 }, 'server_error'],
    ['a 403', { kind: 'status', status: 403 }, 'forbidden'],
    ['a closed connection', { kind: 'drop' }, 'connection'],
  ])('that is %s fails the listing', async (_, action, reason) => {
    const { source, fail } = await withNames();
    fail(action, { kind: 'catalog' });

    expect(await source.repositories(FIRST)).toMatchObject({ kind: 'unknown', reason });
  });

  test.each<[string, FaultAction, string]>([
    ['a 503', { kind: 'status', status: 503 }, 'server_error'],
    ['a 404', { kind: 'status', status: 404 }, 'protocol'],
    ['no JSON', { kind: 'body', body: 'ok' }, 'protocol'],
    ['half of it', { kind: 'cut', bytes: 9 }, 'connection'],
  ])('after the first that is %s fails all of it', async (_, action, reason) => {
    const { source, fail } = await withNames({ pageSize: 2 });
    fail(action, { predicate: ({ query }) => query.has('last') });

    expect(await source.repositories(FIRST)).toMatchObject({ kind: 'unknown', reason });
  });

  test('that stops coming fails the listing', async () => {
    const { source, fail } = await withNames({ impatient: true });
    fail({ kind: 'stall', bytes: 9 }, { kind: 'catalog' });

    expect(await source.repositories(FIRST)).toMatchObject({ kind: 'unknown', reason: 'timeout' });
  });

  test('of more than 32 MiB fails the listing', async () => {
    const { source, fail } = await withNames();
    fail({ kind: 'body', body: new Uint8Array(33 * 1024 * 1024).fill(0x20) }, { kind: 'catalog' });

    const detail = expect.stringContaining('body_too_large');
    expect(await source.repositories(FIRST)).toMatchObject({ kind: 'unknown', reason: 'protocol', detail });
  });
});

test('a listing of more than 10,000 pages is none', async () => {
  const transport = scriptedTransport(({ url }, count) =>
    respond(url, { body: { repositories: [`name-${count}`] }, headers: { link: `<?last=${count}>; rel="next"` } }),
  );
  const authorizer = { send: (_: unknown, __: unknown, attempt: (headers: object) => Promise<never>) => attempt({}) };
  const url = new URL('https://registry.example.com');
  const client = createApiClient(url, false, { transport, authorizer: authorizer as never, nonce: () => '' });

  const answer = await listAll(
    client,
    createPageSizes(),
    { path: '/v2/_catalog', scope: '', key: 'repositories', pageSize: 1, isAbsent: () => false },
    FIRST,
  );

  expect(answer).toMatchObject({ kind: 'unknown', detail: '/v2/_catalog: more than 10000 pages' });
  expect(transport.requests).toHaveLength(10_000);
});
