import { describe, expect, test } from 'vitest';

import { readRequest } from '../../src/demo/request.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;

describe('readRequest', () => {
  test.each([
    ['/v2/', 'base', null, null],
    ['/v2/_catalog?n=5', 'catalog', null, null],
    ['/token?service=x', 'token', null, null],
    ['/v2/app/tags/list', 'tags', 'app', null],
    ['/v2/a/b/c/tags/list', 'tags', 'a/b/c', null],
    ['/v2/team/app/manifests/v1', 'manifest', 'team/app', 'v1'],
    [`/v2/app/manifests/${DIGEST}`, 'manifest', 'app', DIGEST],
    [`/v2/app/blobs/${DIGEST.replace(':', '%3A')}`, 'blob', 'app', DIGEST],
    ['/v2/manifests/manifests/blobs', 'manifest', 'manifests', 'blobs'],
    ['/v2/App/tags/list', 'other', null, null],
    ['/v2', 'other', null, null],
    ['/metrics', 'other', null, null],
    ['//', 'other', null, null],
    ['/v2/%zz', 'other', null, null],
    ['*', 'other', null, null],
  ])('%s is about %s', (target, kind, repository, reference) => {
    expect(readRequest('GET', target, {})).toMatchObject({ kind, repository, reference });
  });

  test('keeps the query, and tells whether an authorization came', () => {
    const read = readRequest('GET', '/v2/_catalog?n=5&last=a%2Fb', { authorization: 'Bearer x' });

    expect(read.search).toBe('?n=5&last=a%2Fb');
    expect(read.query.get('last')).toBe('a/b');
    expect(read.authorization).toBe(true);
  });
});
