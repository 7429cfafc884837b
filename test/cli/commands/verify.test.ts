import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, onTestFinished, test } from 'vitest';

import { createDemoRegistry, type DemoRegistry, type DemoRegistryOptions } from '../../../src/demo/server.ts';
import { unconnectable } from '../../http/servers.ts';
import { probe, type ProbeRun } from '../../support/probe.ts';
import { app, single } from '../../support/reg-fixture.ts';
import { freePort } from '../../support/servers/free-port.ts';
import { until } from '../../support/until.ts';
import { fakeSignals } from '../fake-signals.ts';

const child = app.arm64.manifest.digest;
const index = app.content.manifest.digest;
const ROBOT = { username: 'robot', password: 'secret' };

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

async function configFile(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'verify-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'probe.yaml');
  await writeFile(file, text);
  return file;
}

function verify(...argv: readonly string[]): Promise<ProbeRun> {
  return probe(['verify', '--output', 'json', ...argv]);
}

function kinds(run: ProbeRun): readonly string[] {
  return run.report().registries.flatMap(({ findings }) => findings.map(({ object, fault }) => `${object}/${fault}`));
}

describe('verify', () => {
  test.each([
    { title: 'whole', reference: 'app:v1', code: 0, found: [] },
    { title: 'whole, by its digest', reference: `app@${index}`, code: 0, found: [] },
    { title: 'whole, by its tag and its digest', reference: `app:v1@${index}`, code: 0, found: [] },
    { title: 'not there', reference: 'app:v9', code: 1, found: ['manifest/missing'] },
    { title: 'of a repository that is not there', reference: 'nothing:v1', code: 1, found: ['manifest/missing'] },
    {
      title: 'not the one that its tag points to',
      reference: `app:v1@${child}`,
      code: 1,
      found: ['manifest/tag_moved'],
    },
  ])('an image that is $title ends with $code', async ({ reference, code, found }) => {
    const { url } = await start();

    const run = await verify(`${url.host}/${reference}`);

    expect(kinds(run)).toEqual(found);
    expect(run.code).toBe(code);
  });

  test('an image with a damaged part ends with 1, whatever else is sound', async () => {
    const { registry, url } = await start();
    registry.store.removeManifest('app', child);

    const run = await verify(`${url.host}/single:v1`, `${url.host}/app:v1`);

    expect(run.code).toBe(1);
    expect(kinds(run)).toEqual(['child/missing']);
  });

  test('an image that cannot be told ends with 3, and a break beside it with 1', async () => {
    const { registry, url } = await start();
    registry.faults.add({ when: { repository: 'single' }, action: { kind: 'drop' } });

    const alone = await verify(`${url.host}/single:v1`);
    registry.store.removeManifest('app', child);
    const both = await verify(`${url.host}/single:v1`, `${url.host}/app:v1`);

    expect(alone.code).toBe(3);
    expect(alone.registry()).toMatchObject({ verdict: 'unknown', findings: [] });
    expect(both.code).toBe(1);
  });

  test('a registry that is not there proves nothing', async () => {
    const run = await verify(`127.0.0.1:${await freePort()}/app:v1`);

    expect(run.code).toBe(3);
    expect(run.registry()).toMatchObject({ verdict: 'unknown', findings: [], counts: { unknown: { connection: 1 } } });
  });

  test('a platform that is wanted has to be there', async () => {
    const { url } = await start();

    const there = await verify(`${url.host}/app:v1`, '--platform', 'linux/arm64');
    const missing = await verify(`${url.host}/app:v1`, '--platform', 'linux/s390x');

    expect(there.code).toBe(0);
    expect(missing.code).toBe(1);
    expect(kinds(missing)).toEqual(['manifest/platform_missing']);
  });

  test('asks past every cache from the first request on, and does not list the catalog', async () => {
    const { registry, url } = await start();

    await verify(`${url.host}/app:v1`);

    expect(registry.requests.matching({ kind: 'catalog' })).toEqual([]);
    const asked = registry.requests.all.filter(({ repository }) => repository !== null);
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.every(({ query }) => query.has('probe'))).toBe(true);
  });

  test('reports each host on its own', async () => {
    const one = await start();
    const other = await start();
    other.registry.store.removeManifest('app', child);

    const run = await verify(`${one.url.host}/app:v1`, `${other.url.host}/app:v1`);

    expect(run.code).toBe(1);
    expect(run.report().registries.map(({ url, verdict }) => `${url} ${verdict}`)).toEqual([
      `${one.url.href} sound`,
      `${other.url.href} broken`,
    ]);
  });
});

describe('a host that a configured registry has', () => {
  test.each([
    { title: 'with its scheme', written: (url: URL) => url.origin },
    { title: 'without a scheme', written: (url: URL) => url.host },
  ])('is asked with its settings, written $title', async ({ written }) => {
    const { url } = await start({ auth: { basic: ROBOT } });
    const config = await configFile(
      `registries: { lab: { url: "${written(url)}", auth: { username: robot, password: secret } } }`,
    );

    const known = await verify(`${url.host}/app:v1`, '--config', config);
    const stranger = await verify(`${url.host}/app:v1`);

    expect(known.registry()).toMatchObject({ name: 'lab', url: url.href, verdict: 'sound' });
    expect(known.code).toBe(0);
    expect(stranger.code).toBe(3);
  });

  test('is asked with its login however it is spelled, and once for all spellings', async () => {
    const { registry, url } = await start({ auth: { basic: ROBOT } });
    const local = `http://localhost:${url.port}`;
    const config = await configFile(
      `registries: { lab: { url: "${local}", auth: { username: robot, password: secret } } }`,
    );

    const run = await verify(`LOCALHOST:${url.port}/app:v1`, `localhost:${url.port}/single:v1`, '--config', config);

    expect(run.code).toBe(0);
    expect(run.report().registries).toMatchObject([{ name: 'lab', url: `${local}/`, verdict: 'sound' }]);
    expect(registry.requests.matching({ repository: 'single' }).length).toBeGreaterThan(0);
  });

  test('lends neither its port, nor its scheme, nor its path to another name that it has', async () => {
    const { registry, url } = await start();
    const login = 'auth: { username: robot, password: secret }';
    const config = await configFile(
      `registries: { lab: { url: "${url.origin}/prefix", hosts: ["alias.example.com"], ${login}, retries: 0 } }`,
    );

    const run = await verify('alias.example.com/app:v1', '--config', config);

    expect(run.code).toBe(3);
    expect(run.registry()).toMatchObject({ name: 'lab', url: 'https://alias.example.com/' });
    expect(registry.requests.all).toEqual([]);
  });

  test('is asked under the name that the image has', async () => {
    const { registry, url } = await start();
    const alias = `localhost:${url.port}`;
    const config = await configFile(`registries: { lab: { url: "http://registry.example.com", hosts: ["${alias}"] } }`);

    const run = await verify(`${alias}/app:v1`, '--config', config);

    expect(run.registry()).toMatchObject({ name: 'lab', url: `http://${alias}/`, verdict: 'sound' });
    expect(new Set(registry.requests.all.map(({ headers }) => headers['host']))).toEqual(new Set([alias]));
  });

  test('does not show the login of a pull-through cache to the registry that it stands for', async () => {
    const { registry, url } = await start({ auth: { basic: ROBOT } });
    const upstream = `localhost:${url.port}`;
    const login = 'auth: { username: robot, password: secret }';
    const config = await configFile(
      `registries: { mirror: { url: "http://mirror.example.com", kind: pull-through, hosts: ["${upstream}"], ${login} } }`,
    );

    const run = await verify(`${upstream}/app:v1`, '--config', config);

    expect(run.code).toBe(3);
    expect(run.registry().name).not.toBe('mirror');
    expect(registry.requests.all.length).toBeGreaterThan(0);
    expect(registry.requests.all.filter(({ headers }) => headers['authorization'] !== undefined)).toEqual([]);
  });
});

describe('verify --wait', () => {
  test('goes on asking until the image is sound', async () => {
    const { registry, url } = await start();
    const restore = registry.store.removeManifest('app', child);

    const running = verify(`${url.host}/app:v1`, '--wait', '60s');
    await until(() => registry.requests.matching({ reference: child }).length >= 4, 'it was confirmed to be broken');
    restore();

    const run = await running;
    expect(run.code).toBe(0);
    expect(run.stderr).toContain('Not sound yet: asking again');
    expect(run.registry().verdict).toBe('sound');
  });

  // At once it is still confirming, and a while later it waits for the next look.
  test.each([0, 500])('gives the last answer when it is told to stop, %d ms after it knew', async (delay) => {
    const { registry, url } = await start();
    registry.store.removeManifest('app', child);
    const signals = fakeSignals();

    const argv = ['verify', `${url.host}/app:v1`, '--wait', '5m', '--output', 'json'];
    const running = probe(argv, {}, signals.onSignal);
    await until(() => registry.requests.matching({ reference: child }).length >= 4, 'it was confirmed to be broken');
    const sendAt = performance.now() + delay;
    await until(() => performance.now() >= sendAt, 'the time has come');
    signals.send('SIGINT');

    const run = await running;
    expect(run.code).toBe(1);
    expect(kinds(run)).toEqual(['child/missing']);
  });

  test('gives up when the time is over', async () => {
    const { registry, url } = await start();
    registry.store.removeManifest('app', child);

    const run = await verify(`${url.host}/app:v1`, '--wait', '1ms');

    expect(run.code).toBe(1);
    expect(kinds(run)).toEqual(['child/missing']);
  });
});

test('a host that never answers does not hold up a gate that was told to stop', async () => {
  const { registry, url } = await start();
  registry.faults.add({ action: { kind: 'hang' } });
  const signals = fakeSignals();

  const running = probe(['verify', `${url.host}/app:v1`, '--output', 'json'], {}, signals.onSignal);
  await until(() => registry.requests.all.length > 0, 'it was asked');
  const told = performance.now();
  signals.send('SIGTERM');

  const run = await running;
  expect(performance.now() - told).toBeLessThan(10_000);
  expect(run.code).toBe(3);
  expect(run.registry()).toMatchObject({ verdict: 'unknown', findings: [] });
});

describe('a host without a scheme that does not answer to TLS', () => {
  const WAY_OUT = 'speaks http? say http:// in the config file, or --insecure';
  // Connecting to this address leads to this machine, and it is none of its names.
  const elsewhere = (url: URL): string => `0.0.0.0:${url.port}`;

  test('is asked once, and cannot be told', async () => {
    const { url, connections } = await unconnectable();
    const started = performance.now();

    const run = await verify(`${elsewhere(url)}/app:v1`, `${elsewhere(url)}/single:v1`, '--timeout', '1s');

    expect(run.code).toBe(3);
    expect(run.registry().unknowns).toMatchObject([{ reason: 'timeout' }, { reason: 'timeout' }]);
    expect(run.registry().unknowns.map(({ detail }) => detail.endsWith(`; ${WAY_OUT}`))).toEqual([true, true]);
    expect(connections()).toBe(1);
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  test('but with plain HTTP is not asked in it, unless that is allowed', async () => {
    const { registry, url } = await start();

    const refused = await verify(`${elsewhere(url)}/app:v1`);
    const asked = registry.requests.all.length;
    const allowed = await verify(`${elsewhere(url)}/app:v1`, '--insecure');

    expect([refused.code, asked, allowed.code]).toEqual([3, 0, 0]);
    expect(refused.registry().unknowns).toMatchObject([{ reason: 'tls', detail: expect.stringContaining(WAY_OUT) }]);
  });

  test('has a hint of its own in the text', async () => {
    const { url } = await start();

    const run = await probe(['verify', `${elsewhere(url)}/app:v1`, '--output', 'text']);

    expect(run.stdout.replaceAll(/\s+/g, ' ')).toContain(
      'next: It speaks plain HTTP? Write the address with `http://`',
    );
    expect(run.stdout).not.toContain('--ca-file');
  });

  test('as a registry of the config file is not walked either', async () => {
    const { registry, url } = await start();
    const config = await configFile(`registries: { lab: { url: "${elsewhere(url)}" } }`);

    const run = await probe(['run', '--config', config, '--output', 'json']);

    expect(run.code).toBe(3);
    expect(run.registry().unknowns).toMatchObject([{ reference: '_catalog', reason: 'tls' }]);
    expect(registry.requests.all).toEqual([]);
  });
});

describe('verify --copy-of', () => {
  test('two references that are one image, whole in both places, end with 0', async () => {
    const [origin, mirror] = [await start(), await start()];

    const run = await verify(`${mirror.url.host}/app:v1`, '--copy-of', `${origin.url.host}/app:v1`);

    expect(run.code).toBe(0);
    expect(
      run.report().registries.map(({ url, verdict, counts }) => [new URL(url).host, verdict, counts.tags]),
    ).toEqual([
      [origin.url.host, 'sound', 1],
      [mirror.url.host, 'sound', 1],
    ]);
  });

  test('a tag that points to another image has moved, with both digests in the detail', async () => {
    const [origin, mirror] = [await start(), await start()];
    mirror.registry.store.put(app.repository, app.tag, single.content);
    mirror.registry.store.put(app.repository, 'old', app.content);

    const run = await verify(`${mirror.url.host}/app:v1`, '--copy-of', `${origin.url.host}/app:v1`);

    expect(run.code).toBe(1);
    expect(kinds(run)).toEqual(['manifest/tag_moved']);
    const detail = run.report().registries[1]?.findings[0]?.observed.detail;
    expect(detail).toContain(single.content.manifest.digest);
    expect(detail).toContain(index);
  });

  test.each(['origin', 'mirror'] as const)('what is lost in the %s alone is found there', async (where) => {
    const places = { origin: await start(), mirror: await start() };
    places[where].registry.store.removeManifest('app', child);

    const run = await verify(`${places.mirror.url.host}/app:v1`, '--copy-of', `${places.origin.url.host}/app:v1`);

    expect(run.code).toBe(1);
    const found = run
      .report()
      .registries.flatMap(({ url, findings }) => findings.map(({ object }) => [new URL(url).host, object]));
    expect(found).toEqual([[places[where].url.host, 'child']]);
  });

  test('a copy in the same registry is compared in one walk', async () => {
    const { registry, url } = await start();
    registry.store.put('copy/app', 'v1', app.content);
    const whole = await verify(`${url.host}/copy/app:v1`, '--copy-of', `${url.host}/app:v1`);
    registry.store.removeManifest('copy/app', child);
    const broken = await verify(`${url.host}/copy/app:v1`, '--copy-of', `${url.host}/app:v1`);

    expect([whole.code, broken.code]).toEqual([0, 1]);
    expect(broken.registry().findings).toMatchObject([{ repository: 'copy/app', object: 'child', fault: 'missing' }]);
  });

  test('an origin whose tag is not there is a finding, and one that does not answer cannot be told', async () => {
    const [origin, mirror] = [await start(), await start()];
    const gone = await verify(`${mirror.url.host}/app:v1`, '--copy-of', `${origin.url.host}/app:v9`);
    origin.registry.faults.add({ action: { kind: 'drop' } });
    const silent = await verify(`${mirror.url.host}/app:v1`, '--copy-of', `${origin.url.host}/app:v1`);

    expect([gone.code, silent.code]).toEqual([1, 3]);
  });

  test('a tag of the origin is held against the digest that is named of the copy', async () => {
    const [origin, mirror] = [await start(), await start()];
    origin.registry.store.put(app.repository, app.tag, single.content);

    const run = await verify(`${mirror.url.host}/app@${index}`, '--copy-of', `${origin.url.host}/app:v1`);

    expect(run.code).toBe(1);
    expect(run.report().registries[0]?.findings.map(({ fault }) => fault)).toContain('tag_moved');
  });

  test.each([
    [['r.example.com/app:v1', '--copy-of', 'r.example.com/app:v1'], 'is what is to be verified itself'],
    [['r.example.com/app', '--copy-of', 'r.example.com/app:latest'], 'is what is to be verified itself'],
    [
      ['r.example.com/app:v1', 'r.example.com/app:v2', '--copy-of', 'o.example.com/app:v1'],
      'expected one reference to compare with it, got 2',
    ],
    [['r.example.com/app:v1', '--copy-of', 'app:v1'], 'expected HOST/REPOSITORY[:TAG][@DIGEST]'],
    [[`r.example.com/app@${index}`, '--copy-of', `o.example.com/app@${child}`], 'is another image'],
  ])('%j is refused before anything is asked', async (argv, problem) => {
    const run = await verify(...argv);

    expect(run.code).toBe(2);
    expect(run.stderr).toContain(problem);
    expect(run.stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});
