import { describe, expect, test } from 'vitest';

import { isFromStorage, isRefusedByStorage, isThrottledByStorage } from '../../src/registry/storage-answers.ts';
import { response } from './scene.ts';

const XML = { headers: { 'content-type': 'application/xml' } };
const at = (path: string): { url: URL } => ({ url: new URL(path, 'https://registry.example.com') });

describe('isFromStorage', () => {
  test.each([
    ['/v2/', false],
    ['/v2/_catalog', false],
    ['/v2/team/app/blobs/sha256:0', false],
    ['/prefix/v2/app/manifests/v1', false],
    ['/bucket/docker/registry/v2/blobs/sha256/00/00/data', true],
    ['/pulp/container/app/blobs/sha256:0', true],
  ])('goes by where the answer came from: %s', (path, expected) => {
    expect(isFromStorage(response(404, at(path)))).toBe(expected);
  });

  test('takes another origin for a store', () => {
    expect(isFromStorage(response(404, { redirected: true }))).toBe(true);
  });

  test('knows the XML of a store that the registry hands on, but for content', () => {
    expect([404, 403, 200].map((status) => isFromStorage(response(status, XML)))).toEqual([true, true, false]);
  });
});

describe('isRefusedByStorage', () => {
  test.each([
    [403, true],
    [400, true],
    [409, true],
    [401, false],
    [404, false],
    [408, false],
    [416, false],
    [429, false],
    [500, false],
    [200, false],
  ])('of %i is %s', (status, expected) => {
    expect(isRefusedByStorage(response(status, { redirected: true }))).toBe(expected);
  });

  test("is not said of a registry's own refusal", () => {
    expect(isRefusedByStorage(response(403))).toBe(false);
  });
});

describe('isThrottledByStorage', () => {
  test.each([
    [503, '<Error><Code>SlowDown</Code></Error>', true],
    [503, '<Error><Code>ServerBusy</Code></Error>', true],
    [400, '<Error><Code>ThrottlingException</Code></Error>', true],
    [503, '<Error><Code>ServiceUnavailable</Code></Error>', false],
    [200, '<Error><Code>SlowDown</Code></Error>', false],
  ])('%i %s: %s', (status, body, expected) => {
    expect(isThrottledByStorage(response(status, XML, body))).toBe(expected);
  });
});
