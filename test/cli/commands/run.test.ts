import { describe, expect, onTestFinished, test } from 'vitest';

import { createDemoRegistry, type DemoRegistry, type DemoRegistryOptions } from '../../../src/demo/server.ts';
import { probe, runFlags } from '../../support/probe.ts';
import { app, single } from '../../support/reg-fixture.ts';

const ROBOT = { username: 'robot', password: 'hunter2' };

async function start(
  options: DemoRegistryOptions = {},
): Promise<{ readonly registry: DemoRegistry; readonly url: URL }> {
  const registry = createDemoRegistry(options);
  registry.store.put(app.repository, app.tag, app.content);
  registry.store.put(single.repository, single.tag, single.content);
  const url = await registry.listen();
  onTestFinished(() => registry.close());
  return { registry, url };
}

describe('run', () => {
  test('walks a registry from flags alone', async () => {
    const { url } = await start();

    const run = await probe(runFlags(url));

    expect(run.code).toBe(0);
    expect(run.registry()).toMatchObject({
      name: 'lab',
      url: url.href,
      complete: true,
      catalogAccessible: true,
      verdict: 'sound',
      counts: { repositories: 2, tags: 2 },
    });
  });

  test('only ever asks', async () => {
    const { registry, url } = await start();
    registry.store.removeBlob(single.repository, single.content.config.digest);

    await probe(runFlags(url));

    expect(new Set(registry.requests.all.map(({ method }) => method))).toEqual(new Set(['GET', 'HEAD']));
  });

  test('counts every request that was sent', async () => {
    const { registry, url } = await start();

    const run = await probe(runFlags(url));

    const { requests } = run.registry().counts;
    expect(requests).toBe(registry.requests.all.length);
  });

  test('takes a host without a scheme, and calls it by its host', async () => {
    const { url } = await start();

    const run = await probe(['run', '--registry-url', url.host, '--output', 'json']);

    expect(run.code).toBe(0);
    expect(run.registry()).toMatchObject({ name: `127-0-0-1-${url.port}`, url: url.href, verdict: 'sound' });
  });

  test('logs in as the environment says, and tells nobody how', async () => {
    const { registry, url } = await start({ auth: { basic: ROBOT } });
    const env = { PROBE_REGISTRY_USERNAME: ROBOT.username, PROBE_REGISTRY_PASSWORD: ROBOT.password };

    const run = await probe([...runFlags(url), '--log-level', 'debug'], env);

    expect(run.code).toBe(0);
    expect(registry.requests.all.some(({ authorization }) => authorization)).toBe(true);
    expect(`${run.stdout}${run.stderr}`).not.toContain(ROBOT.password);
    expect(`${run.stdout}${run.stderr}`).not.toContain(Buffer.from('robot:hunter2').toString('base64'));
  });

  test('cannot tell where a login is wanted and there is none', async () => {
    const { url } = await start({ auth: { basic: ROBOT } });

    const run = await probe(runFlags(url));

    expect(run.code).toBe(3);
    expect(run.registry()).toMatchObject({ catalogAccessible: false, verdict: 'unknown', findings: [] });
    expect(run.registry().unknowns).toMatchObject([{ repository: null, reference: '_catalog', reason: 'auth' }]);
  });

  test('cannot tell where an open door should be closed', async () => {
    const { url } = await start();
    const env = { PROBE_REGISTRY_USERNAME: ROBOT.username, PROBE_REGISTRY_PASSWORD: ROBOT.password };

    const run = await probe(runFlags(url), env);

    expect(run.code).toBe(3);
    expect(run.registry()).toMatchObject({ catalogAccessible: false, findings: [] });
  });

  test('walks only what the patterns let through', async () => {
    const { registry, url } = await start();

    const run = await probe([...runFlags(url), '--repository', 'si*', '--tag', '!v2']);

    expect(run.registry().counts).toMatchObject({ repositories: 1, tags: 1 });
    expect(run.registry().counts.skipped.excluded).toBe(1);
    expect(registry.requests.matching({ repository: 'app' })).toEqual([]);
  });
});
