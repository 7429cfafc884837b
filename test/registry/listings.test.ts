import { describe, expect, test } from 'vitest';

import type { FaultAction } from '../../src/demo/fault-actions.ts';
import { single } from '../support/reg-fixture.ts';
import { FIRST, openScene, valueOf, type RegistryScene } from './scene.ts';

const CREDENTIALS = { username: 'probe', password: 'secret' };

function tagsOf(scene: RegistryScene, count: number): readonly string[] {
  const tags = Array.from({ length: count }, (_, n) => `v${n}`);
  for (const tag of tags) scene.registry.store.put('single', tag, single.content);
  return tags;
}

describe('listRepositories', () => {
  test('without a catalog there is none', async () => {
    const { source, fail } = await openScene();
    fail({ kind: 'status', status: 404 }, { kind: 'catalog' });

    expect(await source.repositories(FIRST)).toMatchObject({ kind: 'absent', observed: { status: 404 } });
  });

  test.each(['../_catalog', 'a//b', '', 'a/./b'])(
    '%j is listed as it comes, and does not spoil the list',
    async (name) => {
      const { source, fail } = await openScene();
      fail({ kind: 'body', body: JSON.stringify({ repositories: ['app', name] }) }, { kind: 'catalog' });

      expect(valueOf(await source.repositories(FIRST))).toEqual(['app', name]);
    },
  );

  test('asks for the right to list, and for nothing else', async () => {
    const { source, registry } = await openScene({
      demo: { auth: { bearer: CREDENTIALS } },
      credentials: { kind: 'basic', ...CREDENTIALS },
    });
    registry.store.put('single', 'v1', single.content);

    expect(valueOf(await source.repositories(FIRST))).toEqual(['single']);
    valueOf(await source.tags('single', FIRST));

    const scopes = registry.requests.matching({ kind: 'token' }).map(({ query }) => query.getAll('scope'));
    expect(scopes).toEqual([['registry:catalog:*'], ['repository:single:pull']]);
  });
});

describe('listTags', () => {
  test.each([0, 1, 99, 101, 250])('reads %i tags at once, as they come', async (count) => {
    const scene = await openScene();
    scene.registry.store.addEmptyRepository('single');
    const tags = tagsOf(scene, count);

    expect(valueOf(await scene.source.tags('single', FIRST))).toEqual(tags);
    expect(scene.asked()).toEqual(['GET /v2/single/tags/list']);
  });

  test.each([100, 1000])('%i tags may be a page, and the next one is asked for', async (count) => {
    const scene = await openScene();
    const tags = tagsOf(scene, count);

    expect(valueOf(await scene.source.tags('single', FIRST))).toEqual(tags);
    expect(scene.asked()).toEqual(['GET /v2/single/tags/list', `GET /v2/single/tags/list?last=v${count - 1}`]);
  });

  test('follows the links of a registry that pages', async () => {
    const scene = await openScene();
    const page = (tags: readonly string[], link: string | null): FaultAction => ({
      kind: 'body',
      body: JSON.stringify({ name: 'single', tags }),
      headers: { link },
    });
    scene.registry.store.addEmptyRepository('single');
    scene.fail(page(['v1', 'v2'], '</v2/single/tags/list?n=2&last=v2>; rel="next"'), {
      predicate: ({ search }) => search === '',
    });
    scene.fail(page(['v3'], null), { predicate: ({ query }) => query.get('last') === 'v2' });

    expect(valueOf(await scene.source.tags('single', FIRST))).toEqual(['v1', 'v2', 'v3']);
  });

  test('null tags are none', async () => {
    const { source, registry } = await openScene();
    registry.store.addEmptyRepository('empty');

    expect(await source.tags('empty', FIRST)).toEqual({ kind: 'found', value: [] });
  });

  test('a repository that the registry does not know is absent', async () => {
    const { source, registry } = await openScene();
    registry.store.addHalfPushedRepository('half');

    expect(await source.tags('half', FIRST)).toEqual({
      kind: 'absent',
      fault: 'missing',
      observed: {
        method: 'GET',
        status: 404,
        bytes: expect.any(Number),
        detail: 'GET answered 404 NAME_UNKNOWN: repository name not known to registry',
      },
    });
  });

  test.each<[string, FaultAction, string]>([
    ['a 404 in plain text', { kind: 'status', status: 404, body: '404 page not found' }, 'protocol'],
    [
      'a 404 with a web page',
      { kind: 'status', status: 404, body: '<p>', headers: { 'content-type': 'text/html' } },
      'protocol',
    ],
    ['a 404 MANIFEST_UNKNOWN', { kind: 'status', status: 404 }, 'protocol'],
    ['a 404 DENIED', { kind: 'status', status: 404, body: '{"errors":[{"code":"DENIED"}]}' }, 'forbidden'],
    ['a list of repositories', { kind: 'body', body: '{"repositories":["a"]}' }, 'protocol'],
  ])('%s is unknown', async (_, action, reason) => {
    const { source, fail } = await openScene();
    fail(action);

    expect(await source.tags('single', FIRST)).toMatchObject({ kind: 'unknown', reason });
  });
});
