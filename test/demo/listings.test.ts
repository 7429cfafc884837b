import { describe, expect, test } from 'vitest';

import { buildImage } from '../../src/demo/content.ts';
import { errorIn, startRegistry, type Ask, type Asked } from './ask.ts';

const image = buildImage({ seed: 'a' });

describe('the catalog', () => {
  test('lists every repository, empty ones and those with a slash too', async () => {
    const { ask } = await withRepositories(['team/app', 'alpha', 'zeta']);

    const { status, body } = await ask('/v2/_catalog');

    expect(status).toBe(200);
    expect(JSON.parse(body)).toEqual({ repositories: ['alpha', 'team/app', 'zeta'] });
  });

  test('gives out pages with a relative link to the next one, and none on the last', async () => {
    const { ask } = await withRepositories(['a/b', 'c', 'd']);

    const first = await ask('/v2/_catalog?n=1');
    const second = await ask(nextOf(first));
    const third = await ask(nextOf(second));

    expect(first.headers['link']).toBe('</v2/_catalog?last=a%2Fb&n=1>; rel="next"');
    expect([first, second, third].map(({ body }) => JSON.parse(body))).toEqual([
      { repositories: ['a/b'] },
      { repositories: ['c'] },
      { repositories: ['d'] },
    ]);
    expect(third.headers['link']).toBeUndefined();
  });

  test('gives out 100 repositories when nobody says how many', async () => {
    const { ask } = await withRepositories(Array.from({ length: 101 }, (_, at) => `repository-${at}`));

    const { body, headers } = await ask('/v2/_catalog');

    expect((JSON.parse(body) as { repositories: string[] }).repositories).toHaveLength(100);
    expect(headers['link']).toBeDefined();
  });

  test.each([
    [1000, '/v2/_catalog?n=1001'],
    [10, '/v2/_catalog?n=11'],
  ])('refuses pages over %i', async (largestPage, path) => {
    const { ask } = await startRegistry({ largestPage });

    const answer = await ask(path);

    expect(answer.status).toBe(400);
    expect(errorIn(answer).code).toBe('PAGINATION_NUMBER_INVALID');
  });

  test('is empty for n=0, and takes what is no number for no n at all', async () => {
    const { ask } = await withRepositories(['alpha']);

    const [none, all] = [await ask('/v2/_catalog?n=0'), await ask('/v2/_catalog?n=x')];

    expect(JSON.parse(none.body)).toEqual({ repositories: [] });
    expect(JSON.parse(all.body)).toEqual({ repositories: ['alpha'] });
  });
});

describe('tag lists', () => {
  test('hold all tags at once in the order in which they came, whatever n says', async () => {
    const { ask } = await withTags(['v2', 'v1', 'v3']);

    const { body, headers } = await ask('/v2/app/tags/list?n=1');

    expect(JSON.parse(body)).toEqual({ name: 'app', tags: ['v2', 'v1', 'v3'] });
    expect(headers['link']).toBeUndefined();
  });

  test('are sorted and paged as distribution 3 does, where told to', async () => {
    const { ask } = await withTags(['v2', 'v1', 'v3'], true);

    const first = await ask('/v2/app/tags/list?n=2');
    const second = await ask(nextOf(first));

    expect(JSON.parse(first.body)).toEqual({ name: 'app', tags: ['v1', 'v2'] });
    expect(JSON.parse(second.body)).toEqual({ name: 'app', tags: ['v3'] });
    expect(second.headers['link']).toBeUndefined();
  });

  test('are null for a repository whose tags are all gone', async () => {
    const { ask, registry } = await startRegistry();
    registry.store.addEmptyRepository('empty');

    expect(JSON.parse((await ask('/v2/empty/tags/list')).body)).toEqual({ name: 'empty', tags: null });
  });

  test('are a 404 for a repository that nobody knows, or that was half pushed', async () => {
    const { ask, registry } = await startRegistry();
    registry.store.addHalfPushedRepository('half');

    const answers = [await ask('/v2/nope/tags/list'), await ask('/v2/half/tags/list')];

    expect(answers.map(({ status }) => status)).toEqual([404, 404]);
    expect(answers.map((answer) => errorIn(answer))).toMatchObject([
      { code: 'NAME_UNKNOWN', detail: { name: 'nope' } },
      { code: 'NAME_UNKNOWN', detail: { name: 'half' } },
    ]);
  });
});

test.each(['/v2/_catalog', '/v2/app/tags/list'])('a HEAD of %s is not allowed', async (path) => {
  const { ask } = await withTags(['v1']);

  const { status, headers } = await ask(path, { method: 'HEAD' });

  expect(status).toBe(405);
  expect(headers['allow']).toBe('GET');
});

async function withRepositories(names: readonly string[]): Promise<{ readonly ask: Ask }> {
  const { registry, ask } = await startRegistry();
  for (const name of names) registry.store.addEmptyRepository(name);
  return { ask };
}

async function withTags(tags: readonly string[], pageTags = false): Promise<{ readonly ask: Ask }> {
  const { registry, ask } = await startRegistry({ pageTags });
  for (const tag of tags) registry.store.put('app', tag, image);
  return { ask };
}

function nextOf({ headers }: Asked): string {
  return /^<(.+)>; rel="next"$/.exec(String(headers['link']))?.[1] ?? '';
}
