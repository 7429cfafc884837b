import { dirname, join } from 'node:path';

import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';

import { MANIFEST_ACCEPT } from '../../src/oci/media-types.ts';
import type { ReportedRegistry } from '../../src/report/schema.ts';
import { damageOf, type Damage } from '../real/damage.ts';
import { ask, type PlainAnswer } from '../support/ask.ts';
import { readMetrics } from '../support/shown.ts';
import { identity, probe, runFlags } from '../support/probe.ts';
import { app, single } from '../support/reg-fixture.ts';
import type { DockerRegistry } from '../support/servers/docker-registry.ts';
import { startNginx, type RunningNginx } from '../support/servers/nginx.ts';
import { startStocked } from '../support/servers/stocked-registry.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

const index = app.content.manifest.digest;
const child = app.arm64.manifest.digest;
const layer = app.arm64.layers[0]?.digest ?? '';
const CHILD_PATH = `/v2/app/manifests/${child}`;
const LOST_CHILD = {
  repository: 'app',
  tags: ['v1'],
  object: 'child',
  fault: 'missing',
  digest: child,
  path: [index, child],
  platforms: ['linux/arm64'],
};

/** nginx counts in whole seconds: what is valid for one is given out for less than two. */
const LONGEST_SECOND_MS = 2000;
const ROUNDS = 3;
/** So long that the first answer is no longer valid when the last round is over. */
const SLOW = { PROBE_CONFIRM_DELAY: `${Math.ceil(LONGEST_SECOND_MS / ROUNDS) + 50}ms` };

let registry: DockerRegistry;
let damage: Damage;
let nginx: RunningNginx;

async function startBehindNginx(cacheValid: readonly string[]): Promise<void> {
  registry = await startStocked([app, single]);
  onTestFinished(() => registry.stop());
  damage = await damageOf(registry);
  nginx = await startNginx({ upstream: registry.url, cacheValid });
  onTestFinished(() => nginx.stop());
}

/** Asks through nginx as a client does: with no nonce. */
function pull(
  path: string,
  {
    method = 'GET',
    headers = {},
  }: { readonly method?: 'GET' | 'HEAD'; readonly headers?: Record<string, string> } = {},
): Promise<PlainAnswer> {
  return ask(nginx.url, path, { method, headers: { accept: MANIFEST_ACCEPT, ...headers } });
}

/** Status, and whether nginx answered by itself. */
function told({ status, headers }: PlainAnswer): readonly unknown[] {
  return [status, headers['x-cache-status']];
}

function loseChild(): Promise<void> {
  return damage.remove(damage.revision('app', child));
}

function putChildBack(): Promise<void> {
  return damage.write(damage.revision('app', child), child);
}

/** The answers for the child in nginx's cache, the nonce left out. */
async function cachedForChild(): Promise<readonly (readonly [string, number])[]> {
  const answers = (await nginx.cached()).filter(({ target }) => target.startsWith(CHILD_PATH));
  return answers.map(({ target, status }) => [target.slice(CHILD_PATH.length).replace(/=.*/, ''), status]);
}

function times<T>(count: number, value: T): readonly T[] {
  return Array.from({ length: count }, () => value);
}

async function runThroughNginx(env: Readonly<Record<string, string>> = {}) {
  const file = join(await temporaryFolder(), 'probe.prom');
  const run = await probe([...runFlags(nginx.url), '--metrics-file', file], env);
  return { code: run.code, found: run.registry(), shown: await readMetrics(file) };
}

describe('an nginx that keeps every answer for a second', () => {
  beforeEach(() => startBehindNginx(['any 1s']));

  test('denies by GET what was not there for a HEAD before, and only another URL gets past it', async () => {
    await loseChild();
    const denied = await pull(CHILD_PATH, { method: 'HEAD' });
    await putChildBack();

    const again = await pull(CHILD_PATH);
    const uncached = await pull(CHILD_PATH, { headers: { 'cache-control': 'no-cache', pragma: 'no-cache' } });
    const elsewhere = await pull(`${CHILD_PATH}?probe=1`);

    expect([denied, again, uncached, elsewhere].map(told)).toEqual([
      [404, 'MISS'],
      [404, 'HIT'],
      [404, 'HIT'],
      [200, 'MISS'],
    ]);
  });

  test('makes no finding of a manifest that was gone for a moment, and the doubt is counted', async () => {
    await loseChild();
    const running = runThroughNginx();
    await until(async () => (await nginx.requests()).some(({ target }) => target === CHILD_PATH), 'it was asked for');
    await putChildBack();
    const client = await pull(CHILD_PATH);

    const { code, found, shown } = await running;

    expect(told(client)).toEqual([404, 'HIT']);
    expect(code).toBe(0);
    expect(found).toMatchObject({ complete: true, verdict: 'sound', findings: [], unknowns: [] });
    expect(found.counts.cleared).toBe(1);
    expect(shown('cleared')).toEqual([1]);
    expect(new Set(shown('failures'))).toEqual(new Set([0]));
  });

  test('hides nothing that is really gone: one finding, asked for under a URL of its own each time', async () => {
    await loseChild();

    const { code, found, shown } = await runThroughNginx();

    expect(code).toBe(0);
    expect(found.findings.map(identity)).toEqual([LOST_CHILD]);
    expect(found.counts.cleared).toBe(0);
    expect(shown('failures', { object: 'child', fault: 'missing' })).toEqual([1]);
    const asked = (await nginx.requests()).filter(({ target }) => target.startsWith(CHILD_PATH));
    expect(asked.map(({ status, cache }) => [status, cache])).toEqual(times(1 + ROUNDS, [404, 'MISS']));
    expect(new Set(asked.map(({ target }) => target)).size).toBe(1 + ROUNDS);
  });

  test('is left by a run with one denial that a client could get, that of its first question, and at the end it is too old', async () => {
    await loseChild();

    const { found } = await runThroughNginx(SLOW);
    const left = await cachedForChild();
    await putChildBack();
    const client = await pull(CHILD_PATH);

    expect(found.findings.map(identity)).toEqual([LOST_CHILD]);
    expect(left).toEqual([['', 404], ...times(ROUNDS, ['?probe', 404])]);
    expect(told(client)).toEqual([200, 'EXPIRED']);
  });

  test('is left by verify with no denial that a client would get', async () => {
    await loseChild();

    const run = await probe(['verify', `${nginx.url.host}/app:v1`, '--output', 'json']);
    const left = await cachedForChild();
    await putChildBack();
    const client = await pull(CHILD_PATH);

    expect(run.code).toBe(1);
    expect(run.registry().findings.map(identity)).toEqual([LOST_CHILD]);
    expect(left).toEqual(times(1 + ROUNDS, ['?probe', 404]));
    expect(told(client)).toEqual([200, 'MISS']);
  });
});

describe('an nginx that keeps good answers for minutes', () => {
  let before: ReportedRegistry;
  beforeEach(async () => {
    await startBehindNginx(['200 5m']);
    before = (await runThroughNginx()).found;
  });

  test.each([
    {
      what: 'a tag',
      lose: () => damage.remove(dirname(dirname(damage.tag('app', 'v1')))),
      expected: { object: 'manifest', fault: 'missing', digest: null },
    },
    { what: 'a child', lose: loseChild, expected: { object: 'child', fault: 'missing', digest: child } },
    {
      what: "a layer's data",
      lose: () => damage.remove(damage.blob(layer)),
      expected: { object: 'layer', fault: 'missing', digest: layer },
    },
  ])('cannot deceive verify about $what, and deceives run, which asks what clients ask', async ({ lose, expected }) => {
    await lose();
    await registry.restart();

    const run = await runThroughNginx();
    const verify = await probe(['verify', `${nginx.url.host}/app:v1`, '--output', 'json']);

    expect(before).toMatchObject({ verdict: 'sound', findings: [] });
    expect(verify.code).toBe(1);
    expect(verify.registry().findings).toEqual([expect.objectContaining(expected)]);
    // What the README calls a blind spot: the cache is what was checked.
    expect(run.code).toBe(0);
    expect(run.found).toMatchObject({ complete: true, verdict: 'sound', findings: [] });
  });

  test('is got past by a run that asks the registry itself', async () => {
    await loseChild();

    const run = await probe(runFlags(registry.url));

    expect(before.verdict).toBe('sound');
    expect(run.registry().findings.map(identity)).toEqual([LOST_CHILD]);
  });
});
