import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';

import type { FaultRule } from '../../src/demo/faults.ts';
import type { ReportedRegistry } from '../../src/report/schema.ts';
import { addressFor, AUTHORITY_FILE, startDemo, type Demo } from '../http/demo.ts';
import { basicOf, type Login } from '../security/logins.ts';
import { startGuarded } from '../security/token-service.ts';
import { probe, type ProbeRun } from '../support/probe.ts';
import { app, single } from '../support/reg-fixture.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const LAYER = app.arm64.layers[0]?.digest ?? '';
const OWN: Login = { username: 'prober', password: 'own-secret' };
const OTHERS: Login = { username: 'mirrorer', password: 'mirror-secret' };

/** A registry whose `app:v1` lacks a layer, asked with a login of its own. */
async function startLab(lose: (lab: Demo) => void = ({ registry }) => registry.store.removeBlob('app', LAYER)) {
  const lab = await startDemo({ auth: { basic: OWN } });
  lose(lab);
  const folder = await temporaryFolder();
  const config = join(folder, 'config.yaml');
  const own = join(folder, 'own');
  await writeFile(own, OWN.password);
  return {
    lab,
    /** A run that looks for copies in this mirror. */
    async run(mirror: object | null, more: object = {}, retries = '0'): Promise<ProbeRun> {
      const others = join(folder, 'others');
      await writeFile(others, OTHERS.password);
      const login = { username: OTHERS.username, passwordFile: others };
      const auth = mirror !== null && 'auth' in mirror ? { auth: { ...login, ...(mirror.auth as object) } } : {};
      const registries = {
        lab: {
          url: lab.url.href,
          auth: { username: OWN.username, passwordFile: own },
          copies: mirror === null ? [] : [{ registry: 'mirror' }],
        },
        ...(mirror !== null && { mirror: { ...mirror, ...auth, onlyForCopies: true } }),
      };
      await writeFile(config, stringify({ ...more, registries }));
      return probe(['run', '--config', config, '--output', 'json'], { PROBE_RETRIES: retries });
    },
  };
}

/** A mirror that has all of the image. */
async function startMirror(...faults: readonly FaultRule[]): Promise<Demo> {
  const mirror = await startDemo();
  mirror.registry.store.put(app.repository, app.tag, app.content);
  for (const fault of faults) mirror.registry.faults.add(fault);
  return mirror;
}

/** What is said of the registry itself, whatever a mirror does. */
function said({ verdict, complete, findings, unknowns }: ReportedRegistry): object {
  return { verdict, complete, findings, unknowns };
}

const EMPTY_PAGE = '<html><body>Welcome</body></html>';

describe('a registry with copies that', () => {
  test.each<[string, readonly FaultRule[]]>([
    ['never answers', [{ action: { kind: 'hang' } }]],
    ['stops in the middle of what it sends', [{ action: { kind: 'stall', bytes: 0 } }]],
    ['asks for an hour of patience', [{ action: { kind: 'status', status: 429, headers: { 'retry-after': '3600' } } }]],
    ['is overloaded', [{ action: { kind: 'status', status: 503 } }]],
    ['resets connections', [{ action: { kind: 'drop', reset: true } }]],
    ['answers everything with 200 and nothing', [{ action: { kind: 'status', status: 200, body: '' } }]],
    ['answers everything with a page', [{ action: { kind: 'status', status: 200, body: EMPTY_PAGE } }]],
    [
      'says yes to HEAD and sends no bytes',
      [{ when: { method: 'GET', kind: 'blob' }, action: { kind: 'cut', bytes: 0 } }],
    ],
    ['has blobs with nothing in them', [{ when: { kind: 'blob' }, action: { kind: 'body', body: '' } }]],
    [
      'sends other bytes than the manifest asked for',
      [{ when: { kind: 'manifest' }, action: { kind: 'body', body: single.content.manifest.bytes } }],
    ],
    ['cuts manifests short', [{ when: { kind: 'manifest' }, action: { kind: 'cut', bytes: 10 } }]],
    ['redirects in a circle', [{ action: { kind: 'redirect', to: ({ path }) => path } }]],
    [
      'wants a login that nobody has',
      [{ action: { kind: 'status', status: 401, headers: { 'www-authenticate': 'Negotiate' } } }],
    ],
    [
      'names a token service where metadata is kept',
      [
        {
          action: {
            kind: 'status',
            status: 401,
            headers: { 'www-authenticate': 'Bearer realm="http://169.254.169.254/token",service="x"' },
          },
        },
      ],
    ],
    [
      'names a token service that is not there',
      [
        {
          action: {
            kind: 'status',
            status: 401,
            headers: { 'www-authenticate': 'Bearer realm="http://127.0.0.1:1/token",service="x"' },
          },
        },
      ],
    ],
  ])('%s has no copy, and changes nothing of what is said', async (_, faults) => {
    const { run } = await startLab();
    const mirror = await startMirror(...faults);
    const alone = await run(null);

    // Whoever waited for it until an answer or its own time limit came would not come to an end here.
    const ended = await run({ url: mirror.url.href, auth: {} }, { deadline: '8s', timeout: '10m' });

    expect(ended.code).toBe(0);
    expect(said(ended.registry())).toEqual(said(alone.registry()));
    expect(mirror.registry.requests.all.length).toBeGreaterThan(0);
    expect(ended.stdout + ended.stderr).not.toMatch(/secret/);
  });

  test('sends the beginning of what is to be whole, where the end was enough for the walk, has no copy', async () => {
    const { run } = await startLab(({ registry }) => registry.store.flipBlobByte('app', LAYER));
    const mirror = await startMirror();
    mirror.registry.store.flipBlobByte('app', LAYER);

    const ended = await run({ url: mirror.url.href }, { blobCheck: 'full' });

    expect(ended.registry().findings).toMatchObject([{ fault: 'digest_mismatch' }]);
    expect(ended.registry().findings[0]?.copies).toBeUndefined();
  });
});

describe('whole copies are found', () => {
  test('behind a redirect to a store on another host, which learns no login', async () => {
    const { lab, run } = await startLab();
    const store = await startMirror();
    const mirror = await startDemo({ auth: { basic: OTHERS } });
    const to = ({ path }: { readonly path: string }): URL => new URL(path, store.url);
    mirror.registry.faults.add({ when: { kind: 'blob', authorization: true }, action: { kind: 'redirect', to } });

    const ended = await run({ url: mirror.url.href, auth: {} });

    expect(ended.registry().findings[0]?.copies).toMatchObject([{ where: 'mirror' }]);
    expect(store.registry.requests.all.length).toBeGreaterThan(0);
    expect(loginsOf(store)).toEqual(new Set([undefined]));
    expect(loginsOf(mirror)).toEqual(new Set([undefined, basicOf(OTHERS)]));
    expect(loginsOf(lab)).toEqual(new Set([undefined, basicOf(OWN)]));
  });

  test('with a token of a service on another host, which learns the login of the copies alone', async () => {
    const { lab, run } = await startLab();
    const mirror = await startGuarded(OTHERS);

    const ended = await run({ url: mirror.url.href, auth: {} });

    expect(ended.registry().findings[0]?.copies).toMatchObject([{ where: 'mirror' }]);
    expect(new Set(mirror.realm.seen.map(({ headers }) => headers.authorization))).toEqual(new Set([basicOf(OTHERS)]));
    expect(loginsOf(lab)).toEqual(new Set([undefined, basicOf(OWN)]));
  });

  test('with a token service that insecure extends to by the own tokenHosts of the copies alone', async () => {
    const { run } = await startLab();
    const target = new URL('http://127.0.0.1/');
    const realm = await addressFor(target, 'http');
    const host = `localhost:${realm.url.port}`;
    const mirror = await startDemo({ auth: { bearer: { ...OTHERS, realm: `http://${host}/token` } } });
    target.port = mirror.url.port;
    const front = await addressFor(mirror.url, 'https');
    const insecure = { url: front.url.href, insecure: true };

    const without = await run({ ...insecure, auth: {} });
    expect(without.registry().findings[0]?.copies).toBeUndefined();
    expect(realm.seen).toEqual([]);

    const withHost = await run({ ...insecure, auth: { tokenHosts: [host] } });
    expect(withHost.registry().findings[0]?.copies).toMatchObject([{ where: 'mirror' }]);
  });

  test('behind a certificate of an authority of their own, which is trusted for them where they name it', async () => {
    const { run } = await startLab();
    const mirror = await startMirror();
    const front = await addressFor(mirror.url, 'https');

    const without = await run({ url: front.url.href });
    expect(without.code).toBe(0);
    expect(without.registry().findings[0]?.copies).toBeUndefined();

    const withAuthority = await run({ url: front.url.href, caFile: AUTHORITY_FILE });
    const [copy] = withAuthority.registry().findings[0]?.copies ?? [];
    expect(copy?.where).toBe('mirror');
    expect(copy?.command).not.toContain(`reg=${front.url.host},tls=disabled`);
  });

  test('where only the first answer asks for patience', async () => {
    const { run } = await startLab();
    const slow = { kind: 'status', status: 429, headers: { 'retry-after': '1' } } as const;
    const mirror = await startMirror({ times: 1, action: slow });

    const ended = await run({ url: mirror.url.href }, {}, '1');

    expect(ended.registry().findings[0]?.copies).toMatchObject([{ where: 'mirror' }]);
  });
});

function loginsOf({ registry }: Demo): ReadonlySet<string | undefined> {
  return new Set(registry.requests.all.map(({ headers }) => headers['authorization']));
}
