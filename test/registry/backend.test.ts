import { describe, expect, test } from 'vitest';

import type { FaultAction } from '../../src/demo/fault-actions.ts';
import { checkBackend } from '../../src/registry/backend.ts';
import { AGAIN, FIRST, openScene } from './scene.ts';

const CREDENTIALS = { username: 'probe', password: 'secret' };
const PAGE: FaultAction = { kind: 'body', body: '<p>', headers: { 'content-type': 'text/html' } };

describe('checkBackend', () => {
  test.each<[string, FaultAction | null, boolean, object | null]>([
    ['an open registry', null, false, null],
    [
      'an open registry where it should not be',
      null,
      true,
      { reason: 'protocol', detail: expect.stringMatching(/^wrong_backend: /) },
    ],
    ['a closed one', { kind: 'status', status: 401 }, true, null],
    ['a closed one where nothing is known of that', { kind: 'status', status: 401 }, false, null],
    ['one that refuses otherwise', { kind: 'status', status: 403 }, true, null],
    ['one that has no /v2/', { kind: 'status', status: 404 }, false, null],
    ['a web page', PAGE, false, null],
    ['a web page where a login should be asked for', PAGE, true, null],
    ['an empty page', { ...PAGE, body: '' }, true, null],
    ['JSON that is called a web page', { ...PAGE, body: ' {}' }, true, { reason: 'protocol' }],
    ['a 401 with a web page', { ...PAGE, kind: 'status', status: 401 }, true, null],
    ['a 404 with a web page', { ...PAGE, kind: 'status', status: 404 }, true, null],
    ['a redirect to nowhere', { kind: 'redirect', to: 'file:///' }, false, null],
    ['a 503', { kind: 'status', status: 503 }, false, { reason: 'server_error' }],
    ['a 429', { kind: 'status', status: 429 }, false, { reason: 'rate_limited' }],
    ['a closed connection', { kind: 'drop' }, false, { reason: 'connection' }],
  ])('%s: %#', async (_, action, expectAuth, expected) => {
    const { transport, client, fail } = await openScene();
    if (action !== null) fail(action);

    const wrong = await checkBackend(transport, client.url('/v2/'), expectAuth, FIRST);

    expect([wrong]).toMatchObject([expected]);
  });

  test('asks without credentials, even where there are some', async () => {
    const { source, registry } = await openScene({
      demo: { auth: { basic: CREDENTIALS } },
      credentials: { kind: 'basic', ...CREDENTIALS },
      expectAuth: true,
    });
    registry.store.addEmptyRepository('app');

    await source.repositories(FIRST);
    expect(await source.repositories(AGAIN)).toEqual({ kind: 'found', value: ['app'] });

    const asked = registry.requests.matching({ kind: 'base' });
    expect(asked.map(({ authorization }) => authorization)).toEqual([false, false]);
  });

  test('a catalog is not even asked for where another backend answers', async () => {
    const { source, registry } = await openScene({ expectAuth: true });
    registry.store.addEmptyRepository('app');

    expect(await source.repositories(FIRST)).toMatchObject({ kind: 'unknown', reason: 'protocol' });
    expect(registry.requests.matching({ kind: 'catalog' })).toEqual([]);
  });
});
