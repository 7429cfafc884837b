import { describe, expect, test } from 'vitest';

import type { Answer } from '../../src/demo/answer.ts';
import { CATALOG, IN_THREES, NAMES, namesOf, pages, relink, startNames } from './names.ts';
import { outcome, SOUND, untold } from './scene.ts';

function firstHundred(page: Answer): Answer {
  const body = new TextEncoder().encode(JSON.stringify({ repositories: namesOf(page).slice(0, 100) }));
  return { ...page, body, headers: { 'content-type': 'application/json', 'content-length': String(body.length) } };
}

describe('a full page without a link', () => {
  test('may have been cut, so the names after its last one are asked for', async () => {
    const hostile = await startNames();
    relink(hostile, () => null);

    expect((await hostile.run(IN_THREES)).registry().counts.repositories).toBe(NAMES.length);
    expect(pages(hostile)).toEqual(['?n=3', '?n=3&last=delta', '?n=3&last=team%2Flib']);
  });

  test('by a registry that knows no pages ends where nothing new comes', async () => {
    const hostile = await startNames();
    hostile.fail({ kind: 'body', body: JSON.stringify({ repositories: NAMES }), headers: { link: null } }, CATALOG);

    expect((await hostile.run(IN_THREES)).registry().counts.repositories).toBe(NAMES.length);
    expect(pages(hostile)).toEqual(['?n=3', '?n=3&last=zeta']);
  });

  test('at the end of pages that go by tokens is the end, although the first page comes again', async () => {
    const hostile = await startNames(NAMES.slice(0, 6));
    const isSecond = { ...CATALOG, predicate: ({ search }: { search: string }) => search.endsWith('?next_page=two') };
    relink(hostile, () => '</v2/_catalog?next_page=two>; rel="next"');
    const first = JSON.stringify({ repositories: NAMES.slice(0, 3) });
    const second = JSON.stringify({ repositories: NAMES.slice(3, 6) });
    hostile.fail({ kind: 'body', body: first }, CATALOG);
    hostile.fail({ kind: 'body', body: second, headers: { link: null } }, isSecond);

    const done = await hostile.run(IN_THREES);

    expect(outcome(done)).toEqual(SOUND);
    expect(done.registry().counts.repositories).toBe(6);
    expect(pages(hostile)).toEqual(['?n=3', '?next_page=two', '?n=3&last=team%2Flib']);
  });

  test('by a registry that makes its pages smaller than asked for is asked on all the same', async () => {
    const many = Array.from({ length: 130 }, (_, number) => `name-${String(number).padStart(3, '0')}`);
    const hostile = await startNames(many);
    hostile.fail({ kind: 'rewrite', rewrite: (page) => firstHundred(page) }, CATALOG);

    expect((await hostile.run()).registry().counts.repositories).toBe(130);
    expect(pages(hostile)).toEqual(['?n=1000', '?n=1000&last=name-099']);
  });

  test('is no list of which the second half is a 500', async () => {
    const hostile = await startNames();
    relink(hostile, () => null);
    hostile.fail({ kind: 'status', status: 500 }, { ...CATALOG, predicate: ({ query }) => query.has('last') });

    expect(outcome(await hostile.run(IN_THREES))).toEqual(untold('_catalog server_error'));
  });
});

test('a page that repeats the last name of the one before counts it once', async () => {
  const hostile = await startNames();
  const repeated = JSON.stringify({ repositories: ['delta', 'gamma', 'team/app', 'team/lib', 'zeta'] });
  hostile.fail(
    { kind: 'body', body: repeated, headers: { link: null } },
    { ...CATALOG, predicate: ({ query }) => query.get('last') === 'delta' },
  );

  expect((await hostile.run(IN_THREES)).registry().counts.repositories).toBe(NAMES.length);
});

test('a last page with null in the place of its names is the end', async () => {
  const hostile = await startNames();
  relink(hostile, (_, page) => `</v2/_catalog?n=3&last=${namesOf(page).at(-1) ?? ''}>; rel="next"`);
  const isLast = { ...CATALOG, predicate: ({ search }: { search: string }) => search.endsWith('last=zeta') };
  hostile.fail({ kind: 'body', body: '{"repositories":null}' }, isLast);

  expect((await hostile.run(IN_THREES)).registry().counts.repositories).toBe(NAMES.length);
});
