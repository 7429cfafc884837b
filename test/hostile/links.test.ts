import { describe, expect, test } from 'vitest';

import { probe } from '../support/probe.ts';
import { IN_THREES, NAMES, namesOf, pages, relink, startNames, CATALOG } from './names.ts';
import { startPrefixed } from './prefixed.ts';
import { detailOf, outcome, SOUND, untold } from './scene.ts';

describe('a link to the next page', () => {
  test.each<[string, (query: string, url: URL) => string]>([
    ['relative', (query) => `</v2/_catalog?${query}>; rel="next"`],
    ['relative to the page', (query) => `<_catalog?${query}>; rel="next"`],
    ['without a path', (query) => `<?${query}>; rel="next"`],
    ['absolute', (query, { origin }) => `<${origin}/v2/_catalog?${query}>; rel="next"`],
    [
      'to the path of another door',
      (query, { origin }) => `<${origin}/repository/docker/v2/_catalog?${query}>; rel="next"`,
    ],
    ['to another port', (query) => `<http://127.0.0.1:1/v2/_catalog?${query}>; rel="next"`],
    ['without the port', (query) => `<http://127.0.0.1/v2/_catalog?${query}>; rel="next"`],
    ['with another scheme', (query, { host }) => `<https://${host}/v2/_catalog?${query}>; rel="next"`],
    ['that is not escaped', (query) => `</v2/_catalog?${decodeURIComponent(query)}>; rel="next"`],
    ['without quotes', (query) => `</v2/_catalog?${query}>;rel=next`],
    ['without brackets', (query, { host }) => `http://${host}/v2/_catalog?${query}; rel=next`],
    ['without brackets, relative', (query) => `/v2/_catalog?${query}; rel="next"`],
    ['that says no more than where', (query) => `/v2/_catalog?${query}`],
    ['beside others', (query) => `</v2/_catalog>; rel="first", </v2/_catalog?${query}>; rel="next"`],
    ['to another host', (query) => `<https://registry.example.com/v2/_catalog?${query}>; rel="next"`],
    ['to the metadata of a cloud', (query) => `<http://169.254.169.254/latest?${query}>; rel="next"`],
    ['to a file', (query) => `<file:///etc/passwd?${query}>; rel="next"`],
    ['with several relations', (query) => `</v2/_catalog?${query}>; rel="last next"`],
    ['to no URL', () => '<http://[/>; rel="next"'],
    ['without a query', () => '</v2/_catalog>; rel="next"'],
    ['that is broken', () => '<>>; rel=next, <'],
    ['by a token', (query) => `</v2/_catalog?next_page=gAAAAA%3D%3D&${query}>; rel="next"`],
  ])('is followed %s, to the same door', async (_, write) => {
    const hostile = await startNames();
    relink(hostile, (query) => (query === '' ? null : write(query, hostile.url)));

    const done = await hostile.run(IN_THREES);

    expect(outcome(done)).toEqual(SOUND);
    expect(done.registry().counts.repositories).toBe(NAMES.length);
    expect(pages(hostile)).toHaveLength(3);
  });

  test('by a token alone is asked for by that token', async () => {
    const hostile = await startNames();
    relink(hostile, (query) => (query === '' ? null : `</v2/_catalog?next_page=page-two>; rel="next"`));
    const rest = JSON.stringify({ repositories: NAMES.slice(3, 5) });
    hostile.fail(
      { kind: 'body', body: rest, headers: { link: null } },
      { ...CATALOG, predicate: ({ query }) => query.get('next_page') === 'page-two' },
    );

    expect((await hostile.run(IN_THREES)).registry().counts.repositories).toBe(5);
    expect(pages(hostile)).toEqual(['?n=3', '?next_page=page-two']);
  });

  test('that lost the path of a proxy is followed below that path', async () => {
    const hostile = await startNames();
    const below = await startPrefixed(hostile.url, '/registry');

    const done = await probe(['run', '--registry-url', below.href, '--output', 'json'], IN_THREES);

    expect(outcome(done)).toEqual(SOUND);
    expect(done.registry().counts.repositories).toBe(NAMES.length);
  });

  test('that is always there, to a page after nothing, ends with the short page', async () => {
    const hostile = await startNames();
    const { host } = hostile.url;
    relink(hostile, (query) => `http://${host}/v2/_catalog?${query === '' ? 'n=3&last=' : query}; rel=next`);

    const done = await hostile.run(IN_THREES);

    expect(outcome(done)).toEqual(SOUND);
    expect(done.registry().counts.repositories).toBe(NAMES.length);
    expect(pages(hostile)).toHaveLength(3);
  });

  test('that is always there, after the last name, ends with the empty page', async () => {
    const hostile = await startNames();
    relink(hostile, (_, page) => `</v2/_catalog?n=3&last=${namesOf(page).at(-1) ?? ''}>; rel="next"`);

    expect((await hostile.run(IN_THREES)).registry().counts.repositories).toBe(NAMES.length);
    expect(pages(hostile)).toEqual(['?n=3', '?n=3&last=delta', '?n=3&last=team%2Flib', '?n=3&last=zeta']);
  });

  test.each<[string, string, string, number]>([
    ['back to the first page', '</v2/_catalog?n=3>; rel="next"', 'lead back to ?n=3', 1],
    ['to the same page over and over', '</v2/_catalog?last=x&n=3>; rel="next"', 'lead back to ?last=x&n=3', 2],
  ])('%s makes the list unknown, not shorter', async (_, link, detail, requests) => {
    const hostile = await startNames();
    relink(hostile, () => link);

    const done = await hostile.run(IN_THREES);

    expect(outcome(done)).toEqual(untold('_catalog protocol'));
    expect(detailOf(done)).toContain(detail);
    expect(pages(hostile)).toHaveLength(requests);
  });
});
