import { describe, expect, test } from 'vitest';

import { pullScope, repositoryPath } from '../../src/registry/paths.ts';

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
