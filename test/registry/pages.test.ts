import { describe, expect, test } from 'vitest';

import type { FaultAction } from '../../src/demo/fault-actions.ts';
import { FIRST, openScene, valueOf, type RegistryScene, type SceneOptions } from './scene.ts';

const NAMES = ['alpha', 'beta/x', 'delta', 'gamma', 'team/app', 'team/lib', 'zeta'];

async function withNames(options: SceneOptions = {}, names: readonly string[] = NAMES) {
  const scene = await openScene({ pageSize: 3, ...options });
  for (const name of names) scene.registry.store.addEmptyRepository(name);
  return scene;
}

/** The queries of the catalog's pages that were asked for. */
function pages({ registry }: RegistryScene): readonly string[] {
  return registry.requests.matching({ kind: 'catalog' }).map(({ search }) => search);
}

/** Writes the catalog's links in another way; null leaves them out. */
function relink(scene: RegistryScene, write: (query: string, host: string) => string | null): void {
  const rewrite: FaultAction & { kind: 'rewrite' } = {
    kind: 'rewrite',
    rewrite: (answer) => {
      const { link, ...headers } = answer.headers;
      const query = /\?([^>]*)>/.exec(String(link))?.[1];
      const written = query === undefined ? null : write(query, scene.url.host);
      return { ...answer, headers: written === null ? headers : { ...headers, link: written } };
    },
  };
  scene.fail(rewrite, { kind: 'catalog' });
}

describe('listAll', () => {
  test('reads one page where all fit on it', async () => {
    const scene = await withNames({ pageSize: 1000 });

    expect(valueOf(await scene.source.repositories(FIRST))).toEqual(NAMES);
    expect(pages(scene)).toEqual(['?n=1000']);
  });

  test('follows the links to the end', async () => {
    const scene = await withNames();

    expect(valueOf(await scene.source.repositories(FIRST))).toEqual(NAMES);
    expect(pages(scene)).toEqual(['?n=3', '?last=delta&n=3', '?last=team%2Flib&n=3']);
  });

  test.each<[string, (query: string, host: string) => string]>([
    ['absolute', (query, host) => `<http://${host}/v2/_catalog?${query}>; rel="next"`],
    [
      'absolute under another path',
      (query, host) => `<http://${host}/repository/docker/v2/_catalog?${query}>; rel="next"`,
    ],
    ['absolute with another scheme', (query, host) => `<https://${host}/v2/_catalog?${query}>; rel="next"`],
    ['without its path', (query) => `<?${query}>; rel="next"`],
    ['without quotes', (query) => `</v2/_catalog?${query}>; rel=next`],
    ['with more parameters', (query) => `</v2/_catalog?${query}>; rel="next"; title="more"`],
    ['beside other links', (query) => `</v2/_catalog>; rel="first", </v2/_catalog?${query}>; rel="next"`],
    ['with a parameter of the registry', (query) => `</v2/_catalog?next_page=t&${query}>; rel="next"`],
    ['on another host', (query) => `<http://registry.example.com:5000/v2/_catalog?${query}>; rel="next"`],
    ['with several relations', (query) => `</v2/_catalog?${query}>; rel="last next"`],
    ['without a query, and so after the last name', () => '</v2/_catalog>; rel="next"'],
    ['no URL, and so after the last name', () => '<http://[/>; rel="next"'],
    ['broken, and so after the last name', () => '<>>; rel=next, <'],
  ])('follows a link that is %s', async (_, write) => {
    const scene = await withNames();
    relink(scene, write);

    expect(valueOf(await scene.source.repositories(FIRST))).toEqual(NAMES);
  });

  test.each<[string, string, string]>([
    ['back to the first page', '</v2/_catalog?n=3>; rel="next"', 'lead back to ?n=3'],
    ['to the same page over and over', '</v2/_catalog?last=x&n=3>; rel="next"', 'lead back to ?last=x&n=3'],
  ])('does not take half a list for the whole one at a link %s', async (_, link, detail) => {
    const scene = await withNames();
    scene.fail({ kind: 'rewrite', rewrite: (answer) => ({ ...answer, headers: { ...answer.headers, link } }) });
    scene.fail({ kind: 'body', body: '{"repositories":["a","b","c"]}' }, { kind: 'catalog' });

    const answer = await scene.source.repositories(FIRST);

    expect(answer).toMatchObject({ kind: 'unknown', reason: 'protocol', detail: expect.stringContaining(detail) });
  });

  test('ends at links that do not lead on', async () => {
    const scene = await withNames();
    relink(scene, () => '</v2/_catalog>; rel="prev"');

    expect(valueOf(await scene.source.repositories(FIRST))).toHaveLength(3);
  });

  test('ends at a page without names, whatever it links to', async () => {
    const scene = await withNames({}, []);
    scene.fail({ kind: 'headers', headers: { link: '</v2/_catalog?last=>; rel="next"' } }, { kind: 'catalog' });

    expect(valueOf(await scene.source.repositories(FIRST))).toEqual([]);
    expect(pages(scene)).toHaveLength(1);
  });

  test.each([
    [7, 3],
    [6, 3],
    [2, 1],
  ])('asks on after a full page without a link: %i names make %i requests', async (count, requests) => {
    const scene = await withNames({}, NAMES.slice(0, count));
    relink(scene, () => null);

    expect(valueOf(await scene.source.repositories(FIRST))).toEqual(NAMES.slice(0, count));
    expect(pages(scene)).toHaveLength(requests);
  });

  test('ends where a full page brings nothing new', async () => {
    const scene = await withNames();
    scene.fail({ kind: 'body', body: '{"repositories":["a","b","c"]}', headers: { link: null } }, { kind: 'catalog' });

    expect(valueOf(await scene.source.repositories(FIRST))).toEqual(['a', 'b', 'c']);
    expect(pages(scene)).toHaveLength(2);
  });

  test('names that are repeated on the next page count once', async () => {
    const scene = await withNames();
    scene.fail({
      kind: 'rewrite',
      rewrite: (answer, { kind, search }) => {
        if (kind !== 'catalog' || !search.includes('last=')) return answer;
        return { ...answer, body: new TextEncoder().encode('{"repositories":["delta","gamma"]}'), headers: {} };
      },
    });

    expect(valueOf(await scene.source.repositories(FIRST))).toEqual(['alpha', 'beta/x', 'delta', 'gamma']);
  });
});
