import { describe, expect, test } from 'vitest';

import type { FaultAction } from '../../src/demo/fault-actions.ts';
import type { RequestMatch } from '../../src/demo/request-match.ts';
import { FIRST, openScene, valueOf, type SceneOptions } from './scene.ts';

const GOES_ON: RequestMatch = { kind: 'catalog', predicate: ({ query }) => query.has('last') };
const SIZED: RequestMatch = { kind: 'catalog', predicate: ({ query }) => query.has('n') };

/** A registry that lists so many names, all at once and without a link, however it is asked; or `cut` of them at most. */
async function withoutLinks(count: number, options: SceneOptions & { readonly cut?: number } = {}) {
  const scene = await openScene({ transport: { retries: 0 }, ...options });
  const names = Array.from({ length: count }, (_, number) => `name-${String(number).padStart(5, '0')}`);
  const page = (most: number): string => JSON.stringify({ repositories: names.slice(0, most) });
  const whole = page(options.cut ?? count);
  scene.fail({ kind: 'rewrite', rewrite: (answer) => ({ ...answer, headers: {}, body: Buffer.from(whole) }) });
  const pages = () => scene.registry.requests.matching({ kind: 'catalog' }).map(({ search }) => search);
  return { ...scene, names, page, pages };
}

const refusals: readonly [string, FaultAction][] = [
  ['a 400', { kind: 'status', status: 400 }],
  ['a 404', { kind: 'status', status: 404 }],
  ['a 422', { kind: 'status', status: 422 }],
  ['a 500', { kind: 'status', status: 500 }],
  ['a closed connection', { kind: 'drop' }],
];

describe('a guess that there is more', () => {
  test.each(refusals)('that is answered with %s is held against one name more, and that is all', async (_, action) => {
    const { source, names, fail, pages } = await withoutLinks(100);
    fail(action, GOES_ON);

    expect(valueOf(await source.repositories(FIRST))).toEqual(names);
    expect(pages()).toEqual(['?n=1000', '?n=1000&last=name-00099', '?n=101']);
  });

  test.each(refusals)('that is answered with %s where one name more comes fails the listing', async (_, action) => {
    const { source, fail, page, pages } = await withoutLinks(200, { cut: 100 });
    fail({ kind: 'body', body: page(101) }, { kind: 'catalog', predicate: ({ query }) => query.get('n') === '101' });
    fail(action, GOES_ON);

    expect(await source.repositories(FIRST)).toMatchObject({ kind: 'unknown' });
    expect(pages().slice(0, 3)).toEqual(['?n=1000', '?n=1000&last=name-00099', '?n=101']);
  });

  test('is asked for in other sizes where one name more comes', async () => {
    const { source, names, page, fail, pages } = await withoutLinks(150, { cut: 100 });
    const rest = JSON.stringify({ repositories: names.slice(100) });
    fail({ kind: 'body', body: page(101) }, { kind: 'catalog', predicate: ({ query }) => query.get('n') === '101' });
    fail({ kind: 'body', body: rest }, GOES_ON);
    fail({ kind: 'status', status: 500 }, { predicate: ({ search }) => search === '?n=1000&last=name-00099' });

    expect(valueOf(await source.repositories(FIRST))).toEqual(names);
    expect(pages()).toEqual(['?n=1000', '?n=1000&last=name-00099', '?n=101', '?n=100&last=name-00099']);
  });

  test('by a registry that knows no pages at all is the end, as long as its list still comes', async () => {
    const { source, names, fail, pages } = await withoutLinks(100);
    fail({ kind: 'status', status: 500 }, SIZED);
    fail({ kind: 'status', status: 400 }, GOES_ON);

    expect(valueOf(await source.repositories(FIRST))).toEqual(names);
    expect(pages()).toEqual(['?n=1000', '?n=100', '', '?last=name-00099', '?n=101', '']);
  });

  test('while the registry goes down is not the end', async () => {
    const { source, fail, registry } = await withoutLinks(100);
    fail({ kind: 'status', status: 500 }, SIZED);
    fail({ kind: 'status', status: 500 }, GOES_ON);
    const isSecond = (): boolean => registry.requests.matching({ kind: 'catalog' }).length > 4;
    fail({ kind: 'status', status: 500 }, { kind: 'catalog', predicate: isSecond });

    expect(await source.repositories(FIRST)).toMatchObject({ kind: 'unknown', reason: 'server_error' });
  });

  test.each([401, 403, 429])('that is answered with %i says nothing of where the list ends', async (status) => {
    const { source, fail, pages } = await withoutLinks(100);
    fail({ kind: 'status', status }, GOES_ON);

    expect((await source.repositories(FIRST)).kind).toBe('unknown');
    expect(pages()).toHaveLength(2);
  });
});
