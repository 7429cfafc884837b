import { describe, expect, test } from 'vitest';
import { request } from 'undici';

import { MANIFEST_ACCEPT } from '../../src/oci/media-types.ts';
import { buildImage } from '../../src/demo/content.ts';
import type { FaultAction } from '../../src/demo/fault-actions.ts';
import type { FaultRule } from '../../src/demo/faults.ts';
import { rawLayer } from '../../src/demo/layer.ts';
import type { DemoRegistryOptions } from '../../src/demo/server.ts';
import { createTestClock } from '../support/clock.ts';
import { errorIn, startRegistry } from './ask.ts';

const layer = rawLayer(Buffer.from('0123456789'));
const image = buildImage({ seed: 'a', layers: [layer] });
const BLOB = `/v2/app/blobs/${layer.digest}`;
const MANIFEST = '/v2/app/manifests/v1';
const BROKEN: FaultAction = { kind: 'status', status: 503 };

describe('which requests', () => {
  test.each<[string, FaultRule['when'], readonly number[]]>([
    ['all of them', undefined, [503, 503, 503, 503]],
    ['those of a kind', { kind: 'manifest' }, [200, 503, 200, 200]],
    ['those with a method', { method: 'HEAD' }, [200, 200, 503, 200]],
    ['those about one reference', { reference: layer.digest }, [200, 200, 503, 503]],
    ['those in a repository', { repository: 'app' }, [200, 503, 503, 503]],
    ['those in another repository', { repository: 'other' }, [200, 200, 200, 200]],
    ['those that fit every field', { kind: 'blob', method: 'GET' }, [200, 200, 200, 503]],
    ['those that a function picks', { predicate: ({ search }) => search === '?n=5' }, [503, 200, 200, 200]],
    ['those with an authorization', { authorization: true }, [200, 200, 200, 200]],
  ])('%s go wrong', async (_which, when, expected) => {
    const { ask } = await withFault({ ...(when !== undefined && { when }), action: BROKEN });

    const statuses = [
      await ask('/v2/_catalog?n=5'),
      await ask(MANIFEST),
      await ask(BLOB, { method: 'HEAD' }),
      await ask(BLOB),
    ].map(({ status }) => status);

    expect(statuses).toEqual(expected);
  });

  test('the first ones may be let through, and only some go wrong then', async () => {
    const { ask } = await withFault({ when: { kind: 'manifest' }, after: 1, times: 2, action: BROKEN });

    const statuses: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      await ask(BLOB);
      statuses.push((await ask(MANIFEST)).status);
    }

    expect(statuses).toEqual([200, 503, 503, 200, 200]);
  });

  test('a fault can be taken away, alone or with all others', async () => {
    const { ask, registry } = await withFault({ when: { kind: 'blob' }, action: BROKEN });
    const remove = registry.faults.add({ when: { kind: 'manifest' }, action: BROKEN });

    remove();
    const [manifest, blob] = [await ask(MANIFEST), await ask(BLOB)];
    registry.faults.clear();
    const again = await ask(BLOB);

    expect([manifest.status, blob.status, again.status]).toEqual([200, 503, 200]);
  });
});

describe('what goes wrong', () => {
  test.each([
    [429, 'TOOMANYREQUESTS'],
    [403, 'DENIED'],
    [500, 'UNKNOWN'],
    [502, 'UNKNOWN'],
    [503, 'UNAVAILABLE'],
  ])('a status %i comes with the error %s', async (status, code) => {
    const { ask } = await withFault({ action: { kind: 'status', status, headers: { 'retry-after': '7' } } });

    const answer = await ask(MANIFEST);

    expect(answer.status).toBe(status);
    expect(answer.headers['retry-after']).toBe('7');
    expect(errorIn(answer).code).toBe(code);
  });

  test('a status comes with any body', async () => {
    const headers = { 'content-type': 'text/html' };
    const { ask } = await withFault({ action: { kind: 'status', status: 404, headers, body: '<h1>gone</h1>' } });

    const answer = await ask(MANIFEST);

    expect(answer).toMatchObject({ status: 404, body: '<h1>gone</h1>', headers });
  });

  test.each([{ reset: false }, { reset: true }])('a drop ends the connection before the headers: %o', async (how) => {
    const { base } = await withFault({ action: { kind: 'drop', ...how } });

    const error: unknown = await request(new URL(MANIFEST, base)).catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ code: how.reset ? 'ECONNRESET' : 'UND_ERR_SOCKET' });
  });

  test('a hang never answers', async () => {
    const { base } = await withFault({ action: { kind: 'hang' } });

    const error: unknown = await request(new URL(MANIFEST, base), { headersTimeout: 50 }).catch(
      (thrown: unknown) => thrown,
    );

    expect(error).toMatchObject({ code: 'UND_ERR_HEADERS_TIMEOUT' });
  });

  test.each([0, 4])('a cut sends the whole length and %i bytes', async (bytes) => {
    const { ask } = await withFault({ action: { kind: 'cut', bytes } });

    const answer = await ask(BLOB);

    expect(answer).toMatchObject({ status: 200, body: '0123'.slice(0, bytes), cut: true });
    expect(answer.headers['content-length']).toBe('10');
  });

  test('a cut leaves a HEAD alone, which has no body', async () => {
    const { ask } = await withFault({ action: { kind: 'cut', bytes: 0 } });

    expect(await ask(BLOB, { method: 'HEAD' })).toMatchObject({ status: 200, cut: false });
  });

  test('a stall sends some bytes, and then nothing more', async () => {
    const { base } = await withFault({ action: { kind: 'stall', bytes: 4 } });
    const { statusCode, body } = await request(new URL(BLOB, base), { bodyTimeout: 50 });

    const error: unknown = await body.text().catch((thrown: unknown) => thrown);

    expect(statusCode).toBe(200);
    expect(error).toMatchObject({ code: 'UND_ERR_BODY_TIMEOUT' });
  });

  test('a delay waits by the clock that was handed in', async () => {
    const clock = createTestClock();
    const { ask } = await withFault({ action: { kind: 'delay', ms: 1500 } }, { clock });

    const { status } = await ask(MANIFEST);

    expect(status).toBe(200);
    expect(clock.sleeps).toEqual([1500]);
  });

  test('a delay without a clock is a mistake', async () => {
    const { registry } = await startRegistry();

    expect(() => registry.faults.add({ action: { kind: 'delay', ms: 1 } })).toThrow('needs a clock');
  });

  test('a redirect leads elsewhere', async () => {
    const elsewhere = await startRegistry();
    const to = (path: string): URL => new URL(path, elsewhere.base);
    const { ask } = await withFault({ action: { kind: 'redirect', to: ({ path }) => to(path), status: 302 } });

    const answer = await ask(BLOB);

    expect(answer).toMatchObject({ status: 302, headers: { location: to(BLOB).href } });
  });

  test('another body comes under the headers of the right one', async () => {
    const { ask } = await withFault({ action: { kind: 'body', body: '{}' } });

    const answer = await ask(MANIFEST);

    expect(answer).toMatchObject({ status: 200, body: '{}', cut: false });
    expect(answer.headers['docker-content-digest']).toBe(image.manifest.digest);
  });

  test('headers can be taken away and put in place of others', async () => {
    const headers = {
      'docker-content-digest': null,
      'content-length': null,
      'content-type': 'text/plain',
      'x-new': 'yes',
    };
    const { ask } = await withFault({ action: { kind: 'headers', headers } });

    const [answer, head] = [await ask(MANIFEST), await ask(MANIFEST, { method: 'HEAD' })];

    expect(answer.headers).toMatchObject({
      'content-type': 'text/plain',
      'x-new': 'yes',
      'transfer-encoding': 'chunked',
    });
    expect(answer.headers['docker-content-digest']).toBeUndefined();
    expect(answer.body).toBe(Buffer.from(image.manifest.bytes).toString());
    expect(head.headers['content-length']).toBeUndefined();
  });

  test('a header can come twice', async () => {
    const challenges = ['Bearer realm="https://auth.registry.example.com"', 'Basic realm="x"'];
    const { ask } = await withFault({
      action: { kind: 'status', status: 401, headers: { 'www-authenticate': challenges } },
    });

    expect((await ask('/v2/')).headers['www-authenticate']).toEqual(challenges);
  });

  test('a range can be ignored', async () => {
    const { ask } = await withFault({ action: { kind: 'ignoreRange' } });

    const answer = await ask(BLOB, { headers: { range: 'bytes=9-9' } });

    expect(answer).toMatchObject({ status: 200, body: '0123456789' });
    expect(answer.headers['content-range']).toBeUndefined();
  });

  test('an answer can be rewritten at will', async () => {
    const { ask } = await withFault({
      action: { kind: 'rewrite', rewrite: (answer, { path }) => ({ ...answer, headers: { 'x-asked': path } }) },
    });

    expect((await ask(MANIFEST)).headers['x-asked']).toBe(MANIFEST);
  });

  test('a fault works on what the one before it left', async () => {
    const { ask, registry } = await withFault({ action: { kind: 'status', status: 503, body: 'not now' } });
    registry.faults.add({ action: { kind: 'headers', headers: { 'retry-after': '1' } } });

    expect(await ask(MANIFEST)).toMatchObject({ status: 503, body: 'not now', headers: { 'retry-after': '1' } });
  });

  test('a request that is let in later does not change what goes wrong with it', async () => {
    const { ask } = await withFault(
      { when: { authorization: true }, times: 1, action: BROKEN },
      { auth: { basic: { username: 'a', password: 'b' } } },
    );
    const headers = { authorization: `Basic ${Buffer.from('a:b').toString('base64')}`, accept: MANIFEST_ACCEPT };

    const statuses = [await ask(MANIFEST), await ask(MANIFEST, { headers }), await ask(MANIFEST, { headers })];

    expect(statuses.map(({ status }) => status)).toEqual([401, 503, 200]);
  });
});

async function withFault(
  rule: FaultRule,
  options: DemoRegistryOptions = {},
): Promise<Awaited<ReturnType<typeof startRegistry>>> {
  const started = await startRegistry(options);
  started.registry.store.put('app', 'v1', image);
  started.registry.faults.add(rule);
  return started;
}
