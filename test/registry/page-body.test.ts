import { describe, expect, test } from 'vitest';

import { namesOnPage as readNames } from '../../src/registry/page-body.ts';
import type { ListKey } from '../../src/registry/page-reader.ts';
import { response } from './scene.ts';

const namesOnPage = (path: string, key: ListKey, page: ReturnType<typeof response>) =>
  readNames(path, key, page, () => Promise.resolve());

describe('namesOnPage', () => {
  test.each<[ListKey, string, readonly string[]]>([
    ['repositories', '{"repositories":["a","b/c"]}', ['a', 'b/c']],
    ['repositories', '{"Repositories":["a"]}', ['a']],
    ['repositories', '{"repositories":["a"],"repositories":["b"]}', ['b']],
    ['repositories', '{"repositories":["a",null,""]}', ['a', '', '']],
    ['repositories', '{"repositories":null}', []],
    ['repositories', '{}', []],
    ['repositories', 'null', []],
    ['tags', ' {"name":"app","tags":["v1"]}\n', ['v1']],
    ['tags', '{"NAME":"app","TAGS":["v1"]}', ['v1']],
    ['tags', '{"tags":["v1"],"child":[],"manifest":{"a":1}}', ['v1']],
    ['tags', '{"name":"app","tags":null}', []],
    ['tags', '{"name":"app"}', []],
  ])('%s of %s are %j', async (key, body, names) => {
    expect(await namesOnPage('/v2/list', key, response(200, {}, body))).toEqual(names);
  });

  test.each<[ListKey, string, string]>([
    ['repositories', '{"repositories":["a",1]}', 'is not a list of names: '],
    ['repositories', '{"repositories":"a"}', 'is not a list of names: '],
    ['repositories', '{"repositories":{"a":1}}', 'is not a list of names: '],
    ['repositories', '["a"]', 'is not a list of names: '],
    ['repositories', '{"tags":["a"]}', 'is not a list of names'],
    ['repositories', '{"repositories":["a"]}{"repositories":["b"]}', 'is not a list of names: '],
    ['repositories', '\uFEFF{"repositories":["a"]}', 'is not a list of names: '],
    ['repositories', '{"repositories":["a"', 'is not a list of names: '],
    ['repositories', '', 'answers 200 with nothing'],
    ['tags', '{"name":1,"tags":["v1"]}', 'is not a list of names: '],
    ['tags', '{"status":"ok"}', 'is not a list of names'],
    ['tags', '{"errors":[{"code":"DENIED","message":"no"}]}', 'answers 200 with the error DENIED'],
  ])('%s of %s cannot be told', async (key, body, detail) => {
    const answer = await namesOnPage('/v2/list', key, response(200, {}, body));

    expect(answer).toMatchObject({ kind: 'unknown', reason: 'protocol', detail: expect.stringContaining(detail) });
  });

  test('are what the body says, whatever it is called', async () => {
    const headers = { 'content-type': 'text/html; charset=utf-8' };

    expect(await namesOnPage('/v2/list', 'tags', response(200, { headers }, '{"tags":["v1"]}'))).toEqual(['v1']);
  });

  test('of a web page are of another backend, and where it came from is told', async () => {
    const headers = { 'content-type': 'text/html' };
    const url = new URL('https://login.example.com/');
    const page = response(200, { headers, url, redirected: true }, '<html>');

    const detail = 'wrong_backend: /v2/list answers 200 from login.example.com with a web page';
    expect(await namesOnPage('/v2/list', 'tags', page)).toEqual({ kind: 'unknown', reason: 'protocol', detail });
  });
});
