import { describe, expect, test } from 'vitest';

import { registryError } from '../../src/demo/registry-error.ts';
import type { FailureClass, HttpResponse } from '../../src/http/exchange.ts';
import { apiError, deniesHaving, observe, undecided } from '../../src/registry/answers.ts';
import { unknown } from '../../src/walk/lookup.ts';
import { response } from './scene.ts';

describe('undecided', () => {
  test.each<[FailureClass, string]>([
    ['refused', 'connection'],
    ['reset', 'connection'],
    ['closed', 'connection'],
    ['proxy', 'connection'],
    ['dns', 'dns'],
    ['tls', 'tls'],
    ['timeout', 'timeout'],
    ['aborted', 'deadline'],
    ['redirect', 'protocol'],
    ['paused', 'rate_limited'],
    ['other', 'connection'],
  ])('a failure of the class %s is %s', (failure, reason) => {
    const url = new URL('https://registry.example.com/');

    expect(undecided('GET', { kind: 'failure', failure, detail: 'why', url })).toEqual(
      unknown(reason as 'dns', `${failure}: why`),
    );
  });

  test('hands on what is unknown already', () => {
    const known = unknown('auth', 'no credentials');

    expect(undecided('GET', known)).toBe(known);
  });
});

describe('apiError', () => {
  test.each<[string, string, string | undefined]>([
    ['the first of several errors', '{"errors":[{"code":"A","message":"m"},{"code":"B"},7]}', 'A'],
    ['an error without a message and a detail', '{"errors":[{"code":"A"}]}', 'A'],
    ['an error with more fields', '{"errors":[{"code":"A","message":1,"extra":true}],"x":1}', 'A'],
    ['an error whose key is written in escapes', '{"\\u0065rrors":[{"code":"A"}]}', 'A'],
    ['no error', '{"errors":[]}', undefined],
    ['JSON of another kind', '{"message":"no"}', undefined],
    ['no JSON', '<html>', undefined],
    ['nothing', '', undefined],
  ])('reads %s', (_, text, code) => {
    expect(apiError(response(404, {}, text))?.code).toBe(code);
  });

  test('reads what the demo registry says', () => {
    const { body } = registryError('MANIFEST_UNKNOWN', { detail: { Tag: 'v1' } });

    const error = apiError(response(404, { body }));

    expect(error).toEqual({ code: 'MANIFEST_UNKNOWN', message: 'manifest unknown', detail: { Tag: 'v1' } });
  });
});

describe('deniesHaving', () => {
  test.each([200, 401, 403, 410, 500])('%i denies nothing', (code) => {
    expect(deniesHaving(response(code))).toBe(false);
  });

  test('the answer to a HEAD, which has no body, denies', () => {
    expect(deniesHaving(response(404, { headers: {} }))).toBe(true);
  });
});

describe('observe', () => {
  test('counts no bytes of a HEAD, which has none', () => {
    expect(observe('HEAD', response(404))).toEqual({
      method: 'HEAD',
      status: 404,
      bytes: null,
      detail: 'HEAD answered 404',
    });
    expect(observe('GET', response(404, { received: 7 })).bytes).toBe(7);
  });

  test.each<[number, string, true | undefined]>([
    [500, '', true],
    [503, '{"errors":[{"code":"UNAVAILABLE"}]}', true],
    [503, '{"errors":[{"code":"TOOMANYREQUESTS"}]}', undefined],
    [404, '', undefined],
    [200, '', undefined],
  ])('tells a server that fails from one that speaks of the thing: %i %s', (status, text, failed) => {
    expect(observe('GET', response(status, {}, text)).failed).toBe(failed);
  });

  const STORE = { redirected: true };
  const PAGE = { headers: { 'content-type': 'text/html' } };
  const CODE = '{"errors":[{"code":"BLOB_UNKNOWN"}]}';
  test.each<[string, 'GET' | 'HEAD', number, Partial<HttpResponse>, string, boolean, boolean]>([
    ["the registry's 404", 'GET', 404, {}, CODE, false, false],
    ["the registry's 404 to HEAD", 'HEAD', 404, {}, '', false, false],
    ['a 404 without its code', 'GET', 404, {}, 'not found', false, true],
    ["a store's 404", 'GET', 404, STORE, '', false, true],
    ["a store's 404 to HEAD", 'HEAD', 404, STORE, '', false, true],
    ['the 404 of another registry that was redirected to', 'GET', 404, STORE, CODE, false, false],
    ["the registry's 403", 'GET', 403, {}, '', false, false],
    ["a store's 403", 'GET', 403, STORE, '', true, true],
    ["a store's page", 'GET', 200, { ...STORE, ...PAGE }, '', true, true],
    ["a store's page with a 404", 'GET', 404, { ...STORE, ...PAGE }, '', false, true],
    ["a page of the registry's host", 'GET', 200, PAGE, '', false, false],
    ["a store's 429", 'GET', 429, STORE, '', false, true],
    ['a store with too much to do', 'GET', 503, STORE, '<Code>SlowDown</Code>', false, true],
  ])('tells %s', (_, method, status, rest, text, failed, hearsay) => {
    const seen = observe(method, response(status, rest, text));

    expect([seen.failed === true, seen.hearsay === true]).toEqual([failed, hearsay]);
  });
});
