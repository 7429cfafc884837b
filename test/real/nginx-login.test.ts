import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';

import { ask } from '../support/ask.ts';
import { identity, probe, runFlags } from '../support/probe.ts';
import { app, single } from '../support/reg-fixture.ts';
import type { DockerRegistry } from '../support/servers/docker-registry.ts';
import { startNginx } from '../support/servers/nginx.ts';
import { startStocked } from '../support/servers/stocked-registry.ts';
import { damageOf } from './damage.ts';

const LOGIN = { username: 'probe', password: 'secret' };
const CREDENTIALS = { PROBE_REGISTRY_USERNAME: LOGIN.username, PROBE_REGISTRY_PASSWORD: LOGIN.password };

let registry: DockerRegistry;
let url: URL;

/** A registry that lets everybody in, behind an nginx that does not: its 401 is a page for people. */
beforeAll(async () => {
  registry = await startStocked([app, single]);
  const nginx = await startNginx({ upstream: registry.url, cacheValid: [], login: LOGIN });
  url = nginx.url;
  return async () => {
    await nginx.stop();
    await registry.stop();
  };
});

describe('a registry behind an nginx that asks for the login', () => {
  test('refuses with a web page', async () => {
    const { status, headers } = await ask(url, '/v2/');

    expect([status, headers['content-type'], headers['www-authenticate']]).toEqual([
      401,
      'text/html',
      'Basic realm="Registry"',
    ]);
  });

  test('is walked with the login', async () => {
    const run = await probe(runFlags(url), CREDENTIALS);

    expect(run.code).toBe(0);
    expect(run.registry()).toMatchObject({ complete: true, verdict: 'sound', counts: { repositories: 2, tags: 2 } });
  });

  test('is walked to what is damaged in it', async () => {
    const damage = await damageOf(registry);
    onTestFinished(() => damage.repair());
    await damage.remove(damage.revision('app', app.arm64.manifest.digest));

    const run = await probe(runFlags(url), CREDENTIALS);

    expect(run.registry().findings.map(identity)).toMatchObject([{ repository: 'app', object: 'child' }]);
  });

  test.each([
    ['no login', {}],
    ['another one', { ...CREDENTIALS, PROBE_REGISTRY_PASSWORD: 'wrong' }],
  ])('is not walked with %s, for want of it', async (_, env) => {
    const run = await probe(runFlags(url), env);

    expect(run.code).toBe(3);
    expect(run.registry()).toMatchObject({ catalogAccessible: false, unknowns: [{ reason: 'auth' }] });
  });
});
