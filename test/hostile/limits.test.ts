import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, onTestFinished, test } from 'vitest';

import { buildImage } from '../../src/demo/content.ts';
import { createRealClock } from '../support/clock.ts';
import { readMetrics } from '../support/shown.ts';
import { app } from '../support/reg-fixture.ts';
import { startStub, type HttpStub } from '../support/servers/stub-http.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { nobody, outcome, startHostile, type Entry, type Hostile } from './scene.ts';

/** More than can be asked for before the deadline, at this latency. */
const SERVICES: readonly Entry[] = Array.from({ length: 40 }, (_, number) => ({
  repository: `service-${String(number).padStart(2, '0')}`,
  tag: 'v1',
  content: buildImage({ seed: `limits/${number}`, layers: 1 }),
}));
const GONE = app.arm64.manifest.digest;

/** Every request after the first hundred: far too slow for the deadline. */
const SLOW = { action: { kind: 'delay', ms: 100 }, after: 100 } as const;

/** A registry of many images, the first of which is broken. */
async function startMany(): Promise<Hostile> {
  const hostile = await startHostile({ clock: createRealClock() }, [app, ...SERVICES]);
  hostile.store.removeManifest('app', GONE);
  return hostile;
}

async function startGateway(answer: Parameters<typeof startStub>[0]): Promise<HttpStub> {
  const gateway = await startStub(answer);
  onTestFinished(() => gateway.stop());
  return gateway;
}

test('a run that is longer than its deadline keeps what it found, and the numbers of the last complete one', async () => {
  const { registry, run } = await startMany();
  const file = join(await temporaryFolder(), 'probe.prom');
  const complete = await run({}, '--metrics-file', file);
  const before = await readMetrics(file);
  registry.faults.add(SLOW);

  const cut = await run({}, '--metrics-file', file, '--deadline', '1000ms');
  const after = await readMetrics(file);

  expect([complete.code, cut.code]).toEqual([0, 3]);
  expect(outcome(cut)).toMatchObject({ verdict: 'broken', findings: ['app:v1 child/missing linux/arm64'] });
  expect(cut.registry()).toMatchObject({ complete: false, catalogAccessible: true });
  expect(cut.registry().unknowns).toMatchObject([{ repository: null, reference: '_rest', reason: 'deadline' }]);
  for (const name of ['last_success_timestamp_seconds', 'tags_checked', 'failures']) {
    expect([name, after(name)]).toEqual([name, before(name)]);
  }
  expect([before('last_run_success'), after('last_run_success')]).toEqual([[1], [0]]);
  expect(after('partial_failures', { object: 'child', fault: 'missing' })).toEqual([1]);
});

describe('a Pushgateway', () => {
  const push = { PROBE_PUSHGATEWAY_RETRIES: '0', PROBE_PUSHGATEWAY_TIMEOUT: '300ms' };

  test.each<[string, () => Promise<URL>]>([
    ['that is down', nobody],
    [
      'that refuses the numbers',
      async () => (await startGateway((_, answer) => void answer.writeHead(400).end('inconsistent'))).url,
    ],
    ['that does not answer', async () => (await startGateway(() => {})).url],
    [
      'that sends whoever pushes elsewhere',
      async () => (await startGateway((_, answer) => void answer.writeHead(302, { location: '/login' }).end())).url,
    ],
  ])('%s fails the run, and changes nothing in what was found', async (_, open) => {
    const { store, run } = await startHostile();
    store.removeManifest('app', GONE);

    const done = await run(push, '--pushgateway', (await open()).href);

    expect(done.code).toBe(4);
    expect(outcome(done).findings).toEqual(['app:v1 child/missing linux/arm64']);
  });

  test('gets everything anew after a complete walk, so that what was repaired is gone', async () => {
    const gateway = await startGateway((_, answer) => void answer.writeHead(200).end());
    const { store, run } = await startHostile();
    const repair = store.removeManifest('app', GONE);

    await run(push, '--pushgateway', gateway.url.href);
    repair();
    await run(push, '--pushgateway', gateway.url.href);

    const bodies = gateway.seen.filter(({ method }) => method === 'PUT').map(({ body }) => body);
    expect(gateway.seen.map(({ method }) => method)).toEqual(['PUT', 'PUT']);
    expect(bodies.map((body) => body.includes('registry_integrity_tag_failures{'))).toEqual([true, false]);
  });

  test('gets only what was measured after a walk that was not complete', async () => {
    const gateway = await startGateway((_, answer) => void answer.writeHead(200).end());
    const { fail, run } = await startHostile();
    fail({ kind: 'status', status: 500 }, { kind: 'catalog' });

    expect((await run(push, '--pushgateway', gateway.url.href)).code).toBe(3);

    const [sent, ...others] = gateway.seen;
    expect([sent?.method, others.length]).toEqual(['POST', 0]);
    expect(sent?.body).toContain('registry_integrity_catalog_accessible 0');
    expect(sent?.body).not.toMatch(/registry_integrity_(failures|tags_checked|last_success_timestamp_seconds)/);
  });

  test('keeps two probes apart that name themselves differently', async () => {
    const gateway = await startGateway((_, answer) => void answer.writeHead(200).end());
    const { url, run } = await startHostile();
    const config = join(await temporaryFolder(), 'config.yaml');
    await writeFile(config, `registries:\n  one:\n    url: ${url.origin}\n  two:\n    url: ${url.origin}\n`);

    await run({ ...push, PROBE_PUSHGATEWAY_GROUPING_LABELS: 'cluster=eu' }, '--pushgateway', gateway.url.href);
    await run({ ...push, PROBE_PUSHGATEWAY_GROUPING_LABELS: 'cluster=us' }, '--pushgateway', gateway.url.href);
    await run(push, '--pushgateway', gateway.url.href, '--config', config);

    const groups = gateway.seen.map(({ target }) => target);
    expect(new Set(groups).size).toBe(5);
    expect(groups.every((target) => target.startsWith('/metrics/job/'))).toBe(true);
  });
});
