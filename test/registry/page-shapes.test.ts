import { describe, expect, test } from 'vitest';

import type { FaultAction } from '../../src/demo/fault-actions.ts';
import type { DemoRequest } from '../../src/demo/request.ts';
import { createPageSizes, otherShapes, sizeOf } from '../../src/registry/page-shapes.ts';
import { AGAIN, FIRST, openScene, valueOf, type SceneOptions } from './scene.ts';

const NAMES = Array.from({ length: 8 }, (_, number) => `name-${number}`);
/** Nothing is tried again by the transport, so that each shape is one request. */
const ONCE: SceneOptions = { transport: { retries: 0 } };

async function withNames(options: SceneOptions = {}) {
  const scene = await openScene({ ...ONCE, ...options });
  for (const name of NAMES) scene.registry.store.addEmptyRepository(name);
  const pages = () => scene.registry.requests.matching({ kind: 'catalog' }).map(({ search }) => search);
  return { ...scene, pages };
}

const failures: readonly [string, FaultAction][] = [
  ['a 500', { kind: 'status', status: 500 }],
  ['a 502', { kind: 'status', status: 502 }],
  ['a closed connection', { kind: 'drop' }],
  ['a reset one', { kind: 'drop', reset: true }],
  ['half a page', { kind: 'cut', bytes: 9 }],
];

describe('a page that makes the registry fail', () => {
  test.each(failures)('with %s is asked for in other sizes', async (_, action) => {
    const { source, fail, pages } = await withNames();
    fail(action, { kind: 'catalog', predicate: ({ query }) => query.has('n') });

    expect(valueOf(await source.repositories(FIRST))).toEqual(NAMES);
    expect(pages()).toEqual(['?n=1000', '?n=100', '']);
  });

  test.each(failures)('after the first with %s is alone asked for in other sizes', async (_, action) => {
    const { source, fail, pages } = await withNames({ pageSize: 3 });
    fail(action, {
      kind: 'catalog',
      predicate: ({ query }) => query.get('last') === 'name-2' && query.get('n') === '3',
    });

    expect(valueOf(await source.repositories(FIRST))).toEqual(NAMES);
    expect(pages()).toEqual(['?n=3', '?last=name-2&n=3', '?n=1000&last=name-2']);
  });

  test('is waited for in its first shape alone', async () => {
    const { source, fail, pages } = await withNames({ transport: { retries: 2 } });
    fail({ kind: 'status', status: 500 }, { kind: 'catalog' });

    expect(await source.repositories(FIRST)).toMatchObject({ kind: 'unknown', reason: 'server_error' });
    expect(pages()).toEqual(['?n=1000', '?n=1000', '?n=1000', '?n=100', '']);
  });

  test('in every size is told as it failed first', async () => {
    const { source, fail } = await withNames();
    fail({ kind: 'status', status: 503 }, { kind: 'catalog' });
    fail({ kind: 'status', status: 403 }, { kind: 'catalog', predicate: ({ query }) => query.get('n') === '100' });

    expect(await source.repositories(FIRST)).toMatchObject({ kind: 'unknown', reason: 'server_error' });
  });

  test.each([401, 403, 429])('is something else than a %i, which no size changes', async (status) => {
    const { source, fail, pages } = await withNames();
    fail({ kind: 'status', status }, { kind: 'catalog' });

    expect((await source.repositories(FIRST)).kind).toBe('unknown');
    expect(pages()).toEqual(['?n=1000']);
  });

  test('is not asked for otherwise once that is pointless', async () => {
    const { source, fail, pages } = await withNames();
    fail({ kind: 'status', status: 500 }, { kind: 'catalog' });

    await source.repositories({ ...FIRST, mayVary: () => false });

    expect(pages()).toEqual(['?n=1000']);
  });

  test('with a list of tags is asked for with a size', async () => {
    const { source, registry, fail, asked } = await openScene({ ...ONCE, demo: { pageTags: true } });
    registry.store.addEmptyRepository('app');
    fail({ kind: 'drop' }, { kind: 'tags', predicate: ({ search }) => search === '' });

    expect(valueOf(await source.tags('app', FIRST))).toEqual([]);
    expect(asked()).toEqual(['GET /v2/app/tags/list', 'GET /v2/app/tags/list?n=1000']);
  });
});

test('the size that worked is the first one from then on, for each kind of listing', async () => {
  const { source, registry, fail, pages, asked } = await withNames();
  registry.store.addEmptyRepository('name-0');
  fail({ kind: 'status', status: 500 }, { kind: 'catalog', predicate: ({ query }) => query.has('n') });

  await source.repositories(FIRST);
  await source.tags('name-0', FIRST);
  expect(valueOf(await source.repositories(AGAIN))).toEqual(NAMES);

  expect(pages()).toEqual(['?n=1000', '?n=100', '', '?probe=nonce-1']);
  expect(asked()).toContain('GET /v2/name-0/tags/list');
});

describe('a registry that refuses every query that it does not know', () => {
  /** Kraken with a backend that does not page: 500 for any `n`, 400 for what it does not know. */
  const isPaged = ({ kind, query }: DemoRequest): boolean => kind === 'catalog' && query.has('n');
  const isStrange = ({ kind, query }: DemoRequest): boolean => kind === 'catalog' && query.has('probe');

  test('is asked again without a nonce, in the size that it takes', async () => {
    const { source, fail, pages } = await withNames();
    fail({ kind: 'status', status: 500, body: 'pagination not supported' }, { predicate: isPaged });
    fail({ kind: 'status', status: 400, body: 'invalid query probe' }, { predicate: isStrange });

    await source.repositories(FIRST);
    expect(valueOf(await source.repositories(AGAIN))).toEqual(NAMES);
    expect(valueOf(await source.repositories(AGAIN))).toEqual(NAMES);

    expect(pages()).toEqual(['?n=1000', '?n=100', '', '?probe=nonce-1', '', '']);
  });
});

describe('page sizes', () => {
  test.each([
    [{ n: '5' }, 5],
    [{ n: '0' }, null],
    [{ n: 'x' }, null],
    [{}, null],
  ])('of %j is %s', (query, size) => {
    expect(sizeOf(query)).toBe(size);
  });

  test('a page that a token of the registry names is not taken apart', () => {
    expect(otherShapes({ n: '1000', next_page: 'x' }, 'failed')).toEqual([]);
  });

  test('what worked without a size is remembered as such', () => {
    const sizes = createPageSizes();

    sizes.worked('repositories', null);

    expect([sizes.first('repositories', 1000), sizes.first('tags', 50)]).toEqual([null, 50]);
  });
});
