import { describe, expect, test } from 'vitest';

import type { FaultAction } from '../../src/demo/fault-actions.ts';
import { single } from '../support/reg-fixture.ts';
import { FIRST, openElsewhere, openScene } from './scene.ts';

const { digest } = single.content.manifest;
const HTML = { 'content-type': 'text/html; charset=utf-8' };
const JSON_TYPE = { 'content-type': 'application/json' };

/** A 404 with this error code. */
function notFound(code: string): FaultAction {
  return {
    kind: 'status',
    status: 404,
    headers: JSON_TYPE,
    body: JSON.stringify({ errors: [{ code, message: 'm' }] }),
  };
}

function status(code: number, body?: string): FaultAction {
  return { kind: 'status', status: code, ...(body === undefined ? {} : { body, headers: HTML }) };
}

async function ask(action: FaultAction, impatient = false) {
  const { source, registry, fail } = await openScene({ impatient });
  registry.store.put('single', 'v1', single.content);
  fail(action);
  return source.manifest('single', digest, FIRST);
}

describe('an answer of a real server', () => {
  test.each<[string, FaultAction, object]>([
    ['404 MANIFEST_UNKNOWN', notFound('MANIFEST_UNKNOWN'), { kind: 'absent', fault: 'missing' }],
    ['404 NAME_UNKNOWN', notFound('NAME_UNKNOWN'), { kind: 'absent', fault: 'missing' }],
    ['404 in plain text', { kind: 'status', status: 404, body: 'no' }, { kind: 'absent', fault: 'missing' }],
    ['404 with an HTML body', status(404, '<p>no</p>'), { kind: 'unknown', reason: 'protocol' }],
    ['404 DENIED', notFound('DENIED'), { kind: 'unknown', reason: 'forbidden' }],
    ['404 UNAUTHORIZED', notFound('UNAUTHORIZED'), { kind: 'unknown', reason: 'auth' }],
    ['403', status(403), { kind: 'unknown', reason: 'forbidden' }],
    ['403 with an HTML body', status(403, '<p>no</p>'), { kind: 'unknown', reason: 'forbidden' }],
    ['429', status(429), { kind: 'unknown', reason: 'rate_limited' }],
    ['400', status(400), { kind: 'unknown', reason: 'protocol' }],
    ['405', status(405), { kind: 'unknown', reason: 'protocol' }],
    ['410', status(410), { kind: 'unknown', reason: 'protocol' }],
    ['204', status(204, ''), { kind: 'unknown', reason: 'protocol' }],
    ['200 with an HTML body', status(200, '<p>log in</p>'), { kind: 'unknown', reason: 'protocol' }],
    ['500', status(500), { kind: 'unknown', reason: 'server_error' }],
    ['502 with an HTML body', status(502, '<p>no</p>'), { kind: 'unknown', reason: 'server_error' }],
    ['503', status(503), { kind: 'unknown', reason: 'server_error' }],
    ['504', status(504), { kind: 'unknown', reason: 'server_error' }],
  ])('%s', async (title, action, expected) => {
    const answer = await ask(action);

    const observed = expect.objectContaining({ method: 'GET', status: Number(title.slice(0, 3)) });
    expect(answer).toMatchObject({ ...expected, observed });
  });

  test('comes with all that was seen', async () => {
    const [missing, denied] = [await ask(notFound('MANIFEST_UNKNOWN')), await ask(status(403))];

    const detail = 'GET answered 403 DENIED: requested access to the resource is denied';
    expect(missing).toEqual({
      kind: 'absent',
      fault: 'missing',
      observed: { method: 'GET', status: 404, bytes: 54, detail: 'GET answered 404 MANIFEST_UNKNOWN: m' },
    });
    expect(denied).toEqual({
      kind: 'unknown',
      reason: 'forbidden',
      detail,
      observed: { method: 'GET', status: 403, bytes: expect.any(Number), detail },
    });
  });

  test('401 that nothing can be answered to is auth', async () => {
    expect(await ask(status(401))).toMatchObject({ kind: 'unknown', reason: 'auth' });
  });

  test.each<[string, FaultAction, string]>([
    ['a connection that is closed before the answer', { kind: 'drop' }, 'connection'],
    ['a connection that is reset', { kind: 'drop', reset: true }, 'connection'],
    ['silence', { kind: 'hang' }, 'timeout'],
    ['a body that stops coming', { kind: 'stall', bytes: 5 }, 'timeout'],
    ['a redirect without a target', { kind: 'status', status: 307 }, 'protocol'],
    ['a redirect in a circle', { kind: 'redirect', to: '/v2/' }, 'protocol'],
  ])('%s is unknown, without evidence', async (_, action, reason) => {
    const answer = await ask(action, true);

    expect(answer).toMatchObject({ kind: 'unknown', reason });
    expect(answer).not.toHaveProperty('observed');
  });

  test.each<[string, FaultAction, object]>([
    ['404', status(404, '<p>no</p>'), { kind: 'absent', fault: 'missing' }],
    ['403', status(403), { kind: 'unknown', reason: 'forbidden' }],
    ['401', status(401), { kind: 'unknown', reason: 'auth' }],
    ['503', status(503), { kind: 'unknown', reason: 'server_error' }],
  ])('a redirect target that answers %s is named', async (code, action, expected) => {
    const elsewhere = await openElsewhere();
    elsewhere.registry.faults.add({ action });

    const answer = await ask({ kind: 'redirect', to: new URL('/storage', elsewhere.url) });

    const detail = expect.stringContaining(`answered ${code}`);
    expect(answer).toMatchObject({ ...expected, observed: { status: Number(code), detail } });
    expect(JSON.stringify(answer)).toContain(`from the redirect target ${elsewhere.url.host}`);
  });

  test('a canceled run is out of time', async () => {
    const { source } = await openScene();

    const answer = await source.manifest('single', digest, { again: false, signal: AbortSignal.abort() });

    expect(answer).toMatchObject({ kind: 'unknown', reason: 'deadline' });
  });
});
