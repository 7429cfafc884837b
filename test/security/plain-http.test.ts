import { describe, expect, test } from 'vitest';

import { addressFor, AUTHORITY_FILE, startDemo } from '../http/demo.ts';
import { probe, runFlags } from '../support/probe.ts';
import { basicOf, environmentOf, type Login } from './logins.ts';
import { startGuarded } from './token-service.ts';

const LOGIN: Login = { username: 'prober', password: 'secret' };
const SECURE = ['--ca-file', AUTHORITY_FILE];
const SOUND = { complete: true, verdict: 'sound', unknowns: [] };

describe('a token service over plain HTTP', () => {
  test('of a registry that is asked over https gets nothing, not even a question', async () => {
    const { url, realm } = await startGuarded(LOGIN);
    const registry = await addressFor(url, 'https');

    const run = await probe([...runFlags(registry.url), ...SECURE], environmentOf(LOGIN));

    expect(run.code).toBe(3);
    expect(run.registry().unknowns).toMatchObject([{ reference: '_catalog', reason: 'auth' }]);
    expect(run.registry().unknowns[0]?.detail).toMatch(
      `realm_refused: ${registry.url.host} is asked over https and names the token service ${realm.url.href}token`,
    );
    expect(realm.seen).toEqual([]);
  });

  test('is asked where everything may be insecure', async () => {
    const { url, realm } = await startGuarded(LOGIN);
    const registry = await addressFor(url, 'https');

    const run = await probe([...runFlags(registry.url), '--insecure'], environmentOf(LOGIN));

    expect(run.registry()).toMatchObject(SOUND);
    expect(realm.seen[0]?.headers.authorization).toBe(basicOf(LOGIN));
  });

  test('is asked where the registry itself speaks plain HTTP; one over https is asked, too', async () => {
    const plain = await startGuarded(LOGIN);
    const secure = await startGuarded(LOGIN, 'https');

    const runs = [
      await probe(runFlags(plain.url), environmentOf(LOGIN)),
      await probe([...runFlags(secure.url), ...SECURE], environmentOf(LOGIN)),
    ];

    expect(runs.map((run) => run.registry())).toMatchObject([SOUND, SOUND]);
  });
});

describe('a redirect to plain HTTP', () => {
  /** A registry over https that keeps its blobs in a store over plain HTTP. */
  async function startSplit() {
    const storage = await startDemo();
    const { registry, url } = await startDemo();
    const to = ({ path }: { readonly path: string }): URL => new URL(path, storage.url);
    registry.faults.add({ when: { kind: 'blob' }, action: { kind: 'redirect', to } });
    return { storage, address: await addressFor(url, 'https') };
  }

  test('by a registry that is asked over https is not followed', async () => {
    const { storage, address } = await startSplit();

    const run = await probe([...runFlags(address.url), ...SECURE]);

    const { unknowns, findings } = run.registry();
    expect(run.code).toBe(3);
    expect(findings).toEqual([]);
    expect(new Set(unknowns.map(({ reason, detail }) => `${reason}: ${detail}`))).toEqual(
      new Set([`protocol: redirect: ${address.url.host} redirects from https to plain http at ${storage.url.host}`]),
    );
    expect(storage.registry.requests.all).toEqual([]);
  });

  test('is followed where everything may be insecure', async () => {
    const { storage, address } = await startSplit();

    const run = await probe([...runFlags(address.url), '--insecure']);

    expect(run.registry()).toMatchObject(SOUND);
    expect(storage.registry.requests.all.length).toBeGreaterThan(0);
  });
});

test('a registry that is asked over https is asked over nothing else, whatever answers there', async () => {
  const { registry, url } = await startDemo({ auth: { basic: LOGIN } });
  const address = new URL(`https://${url.host}`);

  const run = await probe(runFlags(address), environmentOf(LOGIN));

  expect(run.registry().unknowns).toMatchObject([{ reference: '_catalog', reason: 'tls' }]);
  expect(registry.requests.all).toEqual([]);
});
