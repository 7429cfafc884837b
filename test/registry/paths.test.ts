import { describe, expect, test } from 'vitest';

import { isAddressable, pullScope, repositoryPath } from '../../src/registry/paths.ts';

describe('repositoryPath', () => {
  test.each<[string, 'manifests' | 'blobs' | 'tags', string, string]>([
    ['app', 'tags', 'list', '/v2/app/tags/list'],
    ['team/app', 'manifests', 'v1', '/v2/team/app/manifests/v1'],
    ['team/app', 'blobs', 'sha256:ab', '/v2/team/app/blobs/sha256:ab'],
    ['a?b/c#d', 'manifests', 'v1', '/v2/a%3Fb/c%23d/manifests/v1'],
    ['app', 'manifests', '../../_catalog', '/v2/app/manifests/..%2F..%2F_catalog'],
    ['app', 'manifests', 'v1?n=2', '/v2/app/manifests/v1%3Fn%3D2'],
  ])('%s, %s, %s', (repository, kind, name, expected) => {
    expect(repositoryPath(repository, kind, name)).toBe(expected);
  });
});

describe('pullScope', () => {
  test('names the repository as it is', () => {
    expect(pullScope('team/app')).toBe('repository:team/app:pull');
  });
});

describe('isAddressable', () => {
  test.each<[string, boolean]>([
    ['app', true],
    ['team/app', true],
    ['Team/App', true],
    ['a..b/.c', true],
    ['', false],
    ['/app', false],
    ['app/', false],
    ['a//b', false],
    ['../app', false],
    ['a/./b', false],
  ])('%j: %s', (name, expected) => {
    expect(isAddressable(name)).toBe(expected);
  });
});
