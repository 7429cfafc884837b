import { describe, expect, onTestFinished, test } from 'vitest';

import { createDemoRegistry } from '../../src/demo/server.ts';
import { probe, type ProbeRun } from '../support/probe.ts';
import { freePort } from '../support/servers/free-port.ts';
import { startStub, type HttpStub } from '../support/servers/stub-http.ts';
import { single } from '../support/reg-fixture.ts';

async function startGateway(status = 200): Promise<HttpStub> {
  const stub = await startStub((_, response) => void response.writeHead(status).end(status === 200 ? '' : 'no'));
  onTestFinished(() => stub.stop());
  return stub;
}

async function registryUrl(): Promise<string> {
  const registry = createDemoRegistry();
  registry.store.put(single.repository, single.tag, single.content);
  const url = await registry.listen();
  onTestFinished(() => registry.close());
  return url.origin;
}

/** As `helm test` calls it. */
function check(registry: string, gateway: string, ...more: readonly string[]): Promise<ProbeRun> {
  const flags = ['--registry-url', registry, '--registry-name', 'prod', '--pushgateway', gateway];
  return probe(['run', ...flags, '--dry-run', '--repository', '!**', ...more], {
    PROBE_CHECK: 'true',
    PROBE_PUSHGATEWAY_RETRIES: '0',
  });
}

describe('a check', () => {
  test('says what can be reached, and calls nothing sound that was not looked at', async () => {
    const [registry, gateway] = [await registryUrl(), await startGateway()];

    const { code, stdout } = await check(registry, gateway.url.origin);

    expect(code).toBe(0);
    expect(stdout).toBe(
      `prod (${registry}/): its catalog can be listed; no image was looked at\nPushgateway: takes a push, and takes it back\n`,
    );
  });

  test('pushes under a job of its own, and takes that back', async () => {
    const gateway = await startGateway();

    await check(await registryUrl(), gateway.url.origin);

    const path = '/metrics/job/registry-integrity-probe-test/registry/prod';
    expect(gateway.seen.map(({ method, target }) => `${method} ${target}`)).toEqual([`PUT ${path}`, `DELETE ${path}`]);
  });

  test('says why a catalog cannot be listed, and ends with 3', async () => {
    const { code, stdout } = await check(`http://127.0.0.1:${await freePort()}`, (await startGateway()).url.origin);

    expect(code).toBe(3);
    expect(stdout).toMatch(/^prod \(\S+\): it could not be told: connection, /);
    expect(stdout).not.toContain('SOUND');
  });

  test('says why a push is not taken, and ends with 4', async () => {
    const { code, stdout } = await check(await registryUrl(), (await startGateway(403)).url.origin);

    expect(code).toBe(4);
    expect(stdout).toContain('did not take the metrics: HTTP 403: no');
  });
});
