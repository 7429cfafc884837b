import { describe, expect, test } from 'vitest';
import { request } from 'undici';

import { createDemoRegistry } from '../../src/demo/server.ts';
import { startRegistry } from './ask.ts';

describe('createDemoRegistry', () => {
  test('speaks the second version of the protocol', async () => {
    const { ask, base } = await startRegistry();

    const answer = await ask('/v2/');

    expect(base.hostname).toBe('127.0.0.1');
    expect(answer).toMatchObject({ status: 200, body: '{}' });
    expect(answer.headers['docker-distribution-api-version']).toBe('registry/2.0');
  });

  test.each(['/', '/v2', '/v2/Upper/manifests/v1', '/v2/app'])('%s is not found, in plain text', async (path) => {
    const { ask } = await startRegistry();

    const answer = await ask(path);

    expect(answer).toMatchObject({ status: 404, body: '404 page not found\n' });
    expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
  });

  test.each(['POST', 'PUT', 'PATCH', 'DELETE'] as const)('a %s is refused, and seen', async (method) => {
    const { ask, registry } = await startRegistry();

    const answer = await ask('/v2/app/manifests/v1', { method });

    expect(answer.status).toBe(405);
    expect(registry.requests.all.map((seen) => seen.method)).toEqual([method]);
  });

  test('keeps what was asked, until it is told to forget', async () => {
    const { ask, registry } = await startRegistry();

    await ask('/v2/_catalog?n=5', { headers: { authorization: 'Bearer x', 'x-probe': 'yes' } });
    await ask('/v2/app/manifests/v1', { method: 'HEAD' });

    expect(registry.requests.all).toMatchObject([
      { method: 'GET', path: '/v2/_catalog', search: '?n=5', authorization: true, headers: { 'x-probe': 'yes' } },
      { method: 'HEAD', path: '/v2/app/manifests/v1', search: '', authorization: false },
    ]);
    expect(registry.requests.matching({ kind: 'manifest', reference: 'v1' })).toHaveLength(1);
    registry.requests.clear();
    expect(registry.requests.all).toEqual([]);
  });

  test('two registries do not know of each other', async () => {
    const [one, other] = [await startRegistry(), await startRegistry()];

    one.registry.store.addEmptyRepository('app');

    expect(one.base.port).not.toBe(other.base.port);
    expect((await other.ask('/v2/app/tags/list')).status).toBe(404);
  });

  test('closes while a request still waits for its answer', async () => {
    const registry = createDemoRegistry();
    const base = await registry.listen();
    registry.faults.add({ action: { kind: 'hang' } });
    const waiting = request(base).then(
      () => 'answered',
      () => 'ended',
    );
    while (registry.requests.all.length === 0) await new Promise((resolve) => setImmediate(resolve));

    await registry.close();

    expect(await waiting).toBe('ended');
  });
});
