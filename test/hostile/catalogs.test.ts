import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import type { FaultAction } from '../../src/demo/fault-actions.ts';
import type { DemoRequest } from '../../src/demo/request.ts';
import { probe } from '../support/probe.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { startPrefixed } from './prefixed.ts';
import { detailOf, outcome, SOUND, startHostile, untold } from './scene.ts';

const CATALOG = { kind: 'catalog' } as const;
const LOGIN = { username: 'probe', password: 'secret' };
const CREDENTIALS = { PROBE_REGISTRY_USERNAME: LOGIN.username, PROBE_REGISTRY_PASSWORD: LOGIN.password };
const BY_LIST = { PROBE_REPOSITORIES_SOURCE: 'list', PROBE_REPOSITORIES_INCLUDE: 'app,single' };

const body = (text: string, type = 'application/json'): FaultAction => ({
  kind: 'body',
  body: text,
  headers: { 'content-type': type },
});
const status = (code: number, text?: string): FaultAction => ({
  kind: 'status',
  status: code,
  ...(text === undefined ? {} : { body: text, headers: { 'content-type': 'application/json' } }),
});
const error = (code: string, message: string): string => JSON.stringify({ errors: [{ code, message }] });

describe('a catalog that is no catalog', () => {
  test.each<[string, FaultAction, string, string]>([
    ['an empty list', body('{"repositories":[]}'), 'protocol', 'empty_catalog: the registry lists no repository'],
    ['no list', body('{"repositories":null}'), 'protocol', 'empty_catalog: the registry lists no repository'],
    ['a bare list', body('[]'), 'protocol', 'wrong_backend: /v2/_catalog answers 200 with something that is not'],
    ['another document', body('{"a":1}'), 'protocol', 'wrong_backend: /v2/_catalog answers 200 with something'],
    ['an empty document', body('{}'), 'protocol', 'empty_catalog: the registry lists no repository'],
    ['nothing that has a name', body('{"repositories":["../admin"]}'), 'protocol', 'empty_catalog: the registry lists'],
    ['nothing', body(''), 'protocol', 'wrong_backend: /v2/_catalog answers 200 with nothing'],
    ['a 204', status(204), 'protocol', 'GET answered 204'],
    ['a part', status(206, '{"repositories":["app"]}'), 'protocol', 'GET answered 206'],
    ['a login page', body('<html>', 'text/html; charset=utf-8'), 'protocol', 'wrong_backend'],
    ['half a document', body('{"repositories":["a'), 'protocol', 'wrong_backend'],
    ['a document that is cut', { kind: 'cut', bytes: 8 }, 'connection', 'the page was cut short'],
    ['a 404', status(404), 'protocol', 'no_catalog: GET answered 404'],
    ['a 401', status(401, error('UNAUTHORIZED', 'unauthorized to list catalog')), 'auth', 'no usable challenge'],
    ['a 403', status(403, error('DENIED', 'access forbidden')), 'forbidden', '403 DENIED: access forbidden'],
    ['a 405', status(405, error('UNSUPPORTED', 'not supported')), 'protocol', '405 UNSUPPORTED: not supported'],
    ['a 500', status(500), 'server_error', 'GET answered 500'],
  ])('but %s is inaccessible, and says how', async (_, action, reason, detail) => {
    const { fail, run, asked } = await startHostile();
    fail(action, CATALOG);

    const done = await run();

    expect(outcome(done)).toEqual(untold(`_catalog ${reason}`));
    expect(done.registry()).toMatchObject({ catalogAccessible: false, complete: false, counts: { tags: 0 } });
    expect(detailOf(done)).toContain(detail);
    expect(asked({ kind: 'tags' })).toEqual([]);
  });

  test('may be empty where that is said', async () => {
    const { run } = await startHostile({}, []);

    expect(outcome(await run({ PROBE_ALLOW_EMPTY_CATALOG: 'true' }))).toEqual(SOUND);
  });

  test('is not asked for by the list of names that stands in for it', async () => {
    const { fail, run, asked } = await startHostile();
    fail(status(404), CATALOG);

    const done = await run(BY_LIST);

    expect(outcome(done)).toEqual(SOUND);
    expect(done.registry().counts).toMatchObject({ repositories: 2, tags: 2 });
    expect(asked(CATALOG)).toEqual([]);
  });

  test('is asked for again where the failure may pass', async () => {
    const { fail, run, asked } = await startHostile();
    fail(status(502), CATALOG, { times: 2 });

    expect(outcome(await run())).toEqual(SOUND);
    expect(asked(CATALOG)).toHaveLength(3);
  });
});

describe('a catalog that asks for a right of its own', () => {
  test('is inaccessible to an account that may only pull, although /v2/ is fine', async () => {
    const auth = { bearer: { ...LOGIN, deny: ['registry:catalog:*'] } };
    const { run } = await startHostile({ auth });

    const done = await run(CREDENTIALS);

    expect(outcome(done)).toEqual(untold('_catalog auth'));
    expect(detailOf(done)).toBe('GET answered 401 UNAUTHORIZED: authentication required');
  });

  test('is done without by naming the repositories, with the same account', async () => {
    const auth = { bearer: { ...LOGIN, deny: ['registry:catalog:*'] } };
    const { run } = await startHostile({ auth });

    expect(outcome(await run({ ...CREDENTIALS, ...BY_LIST }))).toEqual(SOUND);
  });

  test('is listed with the password, where it takes no token, and the rest with tokens', async () => {
    const { fail, run, asked } = await startHostile({ auth: { bearer: LOGIN } });
    const basic = `Basic ${Buffer.from(`${LOGIN.username}:${LOGIN.password}`).toString('base64')}`;
    const knows = (authorization: string | undefined): boolean => authorization === basic;
    const isRefused = { ...CATALOG, predicate: ({ headers }: DemoRequest) => !knows(headers['authorization']) };
    const isTaken = { ...CATALOG, predicate: ({ headers }: DemoRequest) => knows(headers['authorization']) };
    fail({ kind: 'status', status: 401, headers: { 'www-authenticate': 'Basic realm="harbor"' } }, isRefused);
    fail({ kind: 'status', status: 200, body: '{"repositories":["app","single"]}' }, isTaken);

    expect(outcome(await run(CREDENTIALS))).toEqual(SOUND);
    expect([asked(CATALOG).length, asked({ kind: 'token' }).length]).toEqual([2, 2]);
  });

  test('is told from a registry that lets everyone in, which is another backend', async () => {
    const { run } = await startHostile();

    const done = await run(CREDENTIALS);

    expect(outcome(done)).toEqual(untold('_catalog protocol'));
    expect(detailOf(done)).toContain('wrong_backend: /v2/ answers without credentials');
  });
});

describe('a registry below a path', () => {
  test('is asked there alone, as where one host has many', async () => {
    const { url } = await startHostile();
    const below = await startPrefixed(url, '/artifactory/docker-local');
    const flags = ['run', '--registry-name', 'local', '--output', 'json'];

    const done = await probe([...flags, '--registry-url', below.href]);
    const wrong = await probe([...flags, '--registry-url', below.origin]);

    expect(outcome(done)).toEqual(SOUND);
    expect(done.registry().counts.tags).toBe(2);
    expect(outcome(wrong)).toEqual(untold('_catalog protocol'));
  });
});

describe('a pull-through cache', () => {
  async function runCache(url: URL) {
    const config = join(await temporaryFolder(), 'config.yaml');
    await writeFile(config, `registries:\n  mirror:\n    url: ${url.origin}\n    kind: pull-through\n`);
    return probe(['run', '--config', config, '--output', 'json']);
  }

  test('is only listed, since to walk it would fill it', async () => {
    const { store, url, asked } = await startHostile();
    store.removeManifest('app', [...(store.repository('app')?.manifests.keys() ?? [])][0] ?? '');

    const done = await runCache(url);

    expect(outcome(done)).toEqual(SOUND);
    expect(done.registry().counts).toMatchObject({ tags: 0, skipped: { pull_through: 2 } });
    expect(asked()).toEqual(['GET /v2/', 'GET /v2/_catalog?n=1000']);
  });

  test('that cannot be listed is inaccessible', async () => {
    const { fail, url } = await startHostile();
    fail(status(503), CATALOG);

    expect(outcome(await runCache(url))).toEqual(untold('_catalog server_error'));
  });
});
