import { describe, expect, onTestFinished, test } from 'vitest';

import type { RequestMatch } from '../../src/demo/request-match.ts';
import { createDemoRegistry, type DemoRegistry, type DemoRegistryOptions } from '../../src/demo/server.ts';
import { certificate } from '../http/servers.ts';
import { probe, runFlags } from '../support/probe.ts';
import { app, single } from '../support/reg-fixture.ts';
import { startReverseProxy } from '../support/servers/reverse-proxy.ts';
import { broken, detailOf, nobody, outcome, RANGED, SOUND, startHostile, untold, type Hostile } from './scene.ts';

const layer = app.arm64.layers[0]?.digest ?? '';
const LOGIN = { username: 'probe', password: 'secret' };
const CREDENTIALS = { PROBE_REGISTRY_USERNAME: LOGIN.username, PROBE_REGISTRY_PASSWORD: LOGIN.password };

interface Stored extends Hostile {
  readonly storage: DemoRegistry;
}

/** A registry that sends whoever wants a blob to its object storage, with a signature for one method. */
async function startStored(options: DemoRegistryOptions = {}): Promise<Stored> {
  const hostile = await startHostile(options);
  const storage = createDemoRegistry();
  onTestFinished(() => storage.close());
  for (const { repository, content } of [app, single]) storage.store.put(repository, null, content);
  const url = await storage.listen();
  hostile.fail(
    { kind: 'redirect', to: ({ path, method }) => new URL(`${path}?X-Signature=${method}-hunter2`, url) },
    { kind: 'blob' },
  );
  return { ...hostile, storage };
}

function refuse(storage: DemoRegistry, status: number, when: RequestMatch): void {
  const body = '<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>';
  const headers = { 'content-type': 'application/xml' };
  storage.faults.add({ when, action: { kind: 'status', status, body, headers } });
}

describe('a registry that redirects blobs to object storage', () => {
  test('is walked through the redirects, each with its own method', async () => {
    const { run, storage } = await startStored();

    const done = await run();

    expect(outcome(done)).toEqual(SOUND);
    const mixed = storage.requests.all.filter(({ method, search }) => search !== `?X-Signature=${method}-hunter2`);
    expect([storage.requests.all.length, mixed.length]).toEqual([2 * done.registry().counts.blobs, 0]);
  });

  test('whose signature is good for GET alone is judged by the GET', async () => {
    const { run, storage } = await startStored();
    refuse(storage, 403, { method: 'HEAD' });

    expect(outcome(await run())).toEqual(SOUND);
  });

  test('never shows the storage the credentials of the registry', async () => {
    const { run, storage } = await startStored({ auth: { basic: LOGIN } });
    refuse(storage, 400, { authorization: true });

    expect(outcome(await run(CREDENTIALS))).toEqual(SOUND);
    expect(storage.requests.matching({ authorization: true })).toEqual([]);
    expect(storage.requests.all.length).toBeGreaterThan(0);
  });

  test.each([['HEAD and GET', {}] as const, ['GET alone', { method: 'GET' }] as const])(
    'is believed when its storage has nothing for %s',
    async (_, when) => {
      const { run, storage } = await startStored();
      refuse(storage, 404, { ...when, reference: layer });

      expect(outcome(await run())).toEqual(broken('app:v1 layer/missing linux/arm64'));
    },
  );

  test('whose storage refuses one layer is damaged, with the storage named and the signature kept secret', async () => {
    const { run, storage } = await startStored();
    refuse(storage, 403, { reference: layer });

    const done = await run();

    expect(outcome(done)).toEqual(broken('app:v1 layer/unreadable linux/arm64'));
    const { detail } = done.registry().findings[0]?.observed ?? { detail: '' };
    expect(detail).toMatch(/^GET answered 403 from the redirect target 127\.0\.0\.1:\d+$/);
    expect(done.stdout + done.stderr).not.toContain('hunter2');
  });

  test('whose storage is down is unknown, with the storage named', async () => {
    const { fail, run } = await startHostile();
    const target = await nobody();
    fail({ kind: 'redirect', to: target }, { reference: layer });

    const done = await run();

    expect(outcome(done)).toEqual(untold(`app ${layer} connection`));
    expect(detailOf(done)).toContain(`redirect target ${target.host}`);
  });

  test('whose storage serves bytes that break off has lost them', async () => {
    const { run, storage } = await startStored();
    storage.store.loseBlobData('app', layer);

    expect(outcome(await run())).toEqual(broken('app:v1 layer/unreadable linux/arm64'));
  });
});

describe('a redirect that leads nowhere', () => {
  test.each([
    ['in a circle', ({ path }: { path: string }) => path, 'redirects in a circle'],
    ['to another protocol', () => 'ftp://storage.example.com/blob', 'redirects to ftp:'],
    ['to no URL', () => 'http://[', 'redirects to something that is not a URL'],
  ])('%s is unknown', async (_, to, detail) => {
    const { fail, run } = await startHostile();
    fail({ kind: 'redirect', to }, { reference: layer });

    const done = await run();

    expect(outcome(done)).toEqual(untold(`app ${layer} protocol`));
    expect(detailOf(done)).toContain(detail);
  });

  test('from one URL to the next is followed five times', async () => {
    const { fail, run, asked } = await startHostile({}, [single]);
    const config = single.content.config.digest;
    let count = 0;
    fail({ kind: 'redirect', to: ({ path }) => `${path}?hop=${(count += 1)}` }, { ...RANGED, reference: config });

    const done = await run({ PROBE_CONFIRM_ROUNDS: '1' });

    expect(outcome(done)).toEqual(untold(`single ${config} protocol`));
    expect(detailOf(done)).toContain('once more after 5 redirects');
    expect(asked({ ...RANGED, reference: config })).toHaveLength(12);
  });

  test('from https to plain HTTP is not followed, unless insecure', async () => {
    const { fail, url } = await startHostile({}, [single]);
    const plain = createDemoRegistry();
    onTestFinished(() => plain.close());
    plain.store.put(single.repository, null, single.content);
    const target = await plain.listen();
    fail({ kind: 'redirect', to: ({ path }) => new URL(path, target) }, { kind: 'blob' });
    const front = await startReverseProxy(url, certificate('server'));
    onTestFinished(() => front.stop());
    const ca = ['--ca-file', 'test/support/tls/authority.pem'];

    const strict = await probe([...runFlags(front.url), ...ca]);
    const lax = await probe([...runFlags(front.url), '--insecure']);

    expect(strict.registry()).toMatchObject({ verdict: 'unknown', counts: { unknown: { protocol: 3 } } });
    expect(detailOf(strict)).toContain('redirects from https to plain http at 127.0.0.1');
    expect(outcome(lax)).toEqual(SOUND);
  });
});
