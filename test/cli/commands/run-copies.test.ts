import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, onTestFinished, test } from 'vitest';
import { stringify } from 'yaml';

import type { DemoAuth } from '../../../src/demo/auth.ts';
import { buildImage } from '../../../src/demo/content.ts';
import { createDemoRegistry } from '../../../src/demo/server.ts';
import { probe } from '../../support/probe.ts';
import { app, single } from '../../support/reg-fixture.ts';
import { freePort } from '../../support/servers/free-port.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const LAYER = app.arm64.layers[0]?.digest ?? '';
const ROOT = app.content.manifest.digest;

async function serve(auth?: DemoAuth) {
  const registry = createDemoRegistry(auth === undefined ? {} : { auth });
  const url = await registry.listen();
  onTestFinished(() => registry.close());
  return { ...registry, url };
}

/** A registry whose `app:v1` lacks a layer, and one that may have it. */
async function scene(auth?: DemoAuth) {
  const lab = await serve();
  lab.store.put(app.repository, app.tag, app.content);
  lab.store.put(single.repository, single.tag, single.content);
  lab.store.removeBlob(app.repository, LAYER);
  const mirror = await serve(auth);
  mirror.store.put(app.repository, 'other', app.content);
  const folder = await temporaryFolder();
  const metricsFile = join(folder, 'probe.prom');
  const config = join(folder, 'config.yaml');
  return {
    lab,
    mirror,
    folder,
    metrics: () => readFile(metricsFile, 'utf8'),
    async verify(registries: Readonly<Record<string, object>>, reference: string) {
      await writeFile(config, stringify({ registries }));
      return probe(['verify', reference, '--config', config, '--output', 'json']);
    },
    async run(registries: Readonly<Record<string, object>>, env: Readonly<Record<string, string>> = {}) {
      await writeFile(config, stringify({ metricsFile, registries }));
      return probe(['run', '--config', config, '--output', 'json'], env);
    },
  };
}

describe('a run that finds something broken', () => {
  test('asks the copy for it by digest, about nothing else, and tells where it is whole', async () => {
    const { lab, mirror, run, metrics } = await scene();

    const ended = await run({
      lab: { url: lab.url.href, copies: [{ registry: 'mirror' }] },
      mirror: { url: mirror.url.href, onlyForCopies: true },
    });

    const { findings, verdict } = ended.registry();
    expect([ended.code, verdict, findings.length]).toEqual([0, 'broken', 1]);
    expect(findings[0]?.copies).toEqual([
      { where: 'mirror', reference: `${mirror.url.host}/app@${ROOT}`, command: expect.stringContaining('regctl ') },
    ]);
    const asked = mirror.requests.all.map(({ method, path }) => `${method} ${path}`);
    expect(asked[0]).toBe(`GET /v2/app/blobs/${LAYER}`);
    expect(asked.every((one) => /^GET \/v2\/app\/(?:blobs|manifests)\/sha256:[0-9a-f]{64}$/.test(one))).toBe(true);
    expect(await metrics()).toMatch(/^registry_integrity_failures_recoverable\{.*registry="lab"\} 1$/m);
    expect(await metrics()).toMatch(/^registry_integrity_tag_finding_info\{.*repository="app".*,copies="mirror"\} /m);
  });

  test('asks nobody for copies where nothing is broken', async () => {
    const { lab, mirror, run, metrics } = await scene();
    lab.store.put(app.repository, app.tag, app.content);

    const ended = await run({ lab: { url: lab.url.href, copies: [{ registry: mirror.url.href }] } });

    expect(ended.registry().verdict).toBe('sound');
    expect(mirror.requests.all).toEqual([]);
    expect(await metrics()).toMatch(/^registry_integrity_failures_recoverable\{.*\} 0$/m);
  });

  test('finds it in another repository of the same registry without being told where', async () => {
    const { lab, run } = await scene();
    lab.store.put('team/other', 'v7', app.content);

    const ended = await run({ lab: { url: lab.url.href } });

    const [finding] = ended.registry().findings;
    expect(finding?.cause.code).toBe('link_gone');
    expect(finding?.copies).toMatchObject([{ where: 'lab', reference: `${lab.url.host}/team/other@${LAYER}` }]);
  });

  test('takes nothing for a copy that is rotten in the other repository, or under another name of the registry', async () => {
    const { lab, run } = await scene();
    lab.store.put('team/app', 'v7', app.content);
    lab.store.putBlob('team/app', { digest: LAYER, bytes: Buffer.alloc(app.arm64.layers[0]?.bytes.length ?? 0) });
    const copies = [{ registry: 'lab', repository: 'team/{repository}' }];

    const ended = await run({ lab: { url: lab.url.href, blobCheck: 'full', copies } });

    const { findings } = ended.registry();
    expect(findings.map(({ repository, fault }) => `${repository} ${fault}`).toSorted()).toEqual([
      'app missing',
      'team/app digest_mismatch',
    ]);
    expect(findings.flatMap((finding) => finding.copies ?? [])).toEqual([]);
  });

  test.each<[string, DemoAuth, object]>([
    ['its own settings', { basic: { username: 'me', password: 'secret' } }, { username: 'me' }],
    ['a token', { bearer: { username: 'me', password: 'secret' } }, { username: 'me' }],
  ])('asks a copy that has a name with %s', async (_, auth, { username }: { username?: string }) => {
    const { lab, mirror, run, folder } = await scene(auth);
    const passwordFile = join(folder, 'password');
    await writeFile(passwordFile, 'secret');

    const ended = await run({
      lab: { url: lab.url.href, copies: [{ registry: 'mirror' }] },
      mirror: { url: mirror.url.href, onlyForCopies: true, auth: { username, passwordFile } },
    });

    expect(ended.registry().findings[0]?.copies).toHaveLength(1);
    expect(ended.stdout + ended.stderr).not.toContain('secret');
  });

  test('asks a copy that has a URL with the login of the Docker configuration, and never with its own', async () => {
    const { lab, mirror, run, folder } = await scene({ basic: { username: 'me', password: 'secret' } });
    const auth = Buffer.from('me:secret').toString('base64');
    const registries = { lab: { url: lab.url.href, copies: [{ registry: mirror.url.href }] } };

    const without = await run(registries, { DOCKER_CONFIG: folder });
    expect(without.registry().findings[0]?.copies).toBeUndefined();

    await writeFile(join(folder, 'config.json'), JSON.stringify({ auths: { [mirror.url.host]: { auth } } }));
    const withLogin = await run(registries, { DOCKER_CONFIG: folder });
    expect(withLogin.registry().findings[0]?.copies).toMatchObject([{ where: mirror.url.host }]);
    expect(lab.requests.all.every(({ headers }) => headers['authorization'] === undefined)).toBe(true);
  });

  test('says the same of the registry when the copy is out of reach, fails or lies', async () => {
    const { lab, mirror, run } = await scene();
    const nobody = `http://127.0.0.1:${await freePort()}`;
    const alone = (await run({ lab: { url: lab.url.href } })).registry();
    mirror.store.removeBlob(app.repository, app.amd64.config.digest);
    mirror.store.removeBlob(app.repository, app.arm64.config.digest);

    const ended = await run({
      lab: { url: lab.url.href, copies: [{ registry: nobody }, { registry: mirror.url.href }] },
    });

    const { verdict, complete, findings, unknowns } = ended.registry();
    expect({ verdict, complete, findings, unknowns, code: ended.code }).toEqual({
      verdict: alone.verdict,
      complete: alone.complete,
      findings: alone.findings,
      unknowns: alone.unknowns,
      code: 0,
    });
  });

  test('asks 500 times at most, whatever is broken, and counts that', async () => {
    const { lab, mirror, run } = await scene();
    const images = Array.from({ length: 140 }, (_, index) => buildImage({ seed: `lost/${index}` }));
    for (const [index, image] of images.entries()) {
      const repository = `crowd/app-${index % 40}`;
      lab.store.put(repository, `v${index}`, image);
      mirror.store.put(repository, null, image);
      lab.store.removeBlob(repository, image.layers[0]?.digest ?? '');
    }

    const ended = await run({ lab: { url: lab.url.href, copies: [{ registry: mirror.url.href }] } });

    const { findings, counts, verdict } = ended.registry();
    expect([verdict, findings.length]).toEqual(['broken', 141]);
    expect(mirror.requests.all.length).toBeGreaterThan(400);
    expect(mirror.requests.all.length).toBeLessThanOrEqual(500);
    expect(counts.requests).toBe(lab.requests.all.length + mirror.requests.all.length);
    const found = findings.filter(({ copies }) => copies !== undefined);
    expect(new Set(found.map(({ repository }) => repository)).size).toBe(41);
  });

  test('does not go over what a run may ask of the registry itself', async () => {
    const { lab, run } = await scene();
    lab.store.put('team/other', 'v7', app.content);

    const ended = await run({ lab: { url: lab.url.href, requestsPerRun: 100 } });

    expect(ended.registry().findings).toHaveLength(1);
    expect(lab.requests.all.length).toBeLessThanOrEqual(100);
  });

  test('says of no number that can be copied back where nothing may be asked any more', async () => {
    const { lab, run, metrics } = await scene();

    lab.store.put('team/other', 'v7', app.content);
    const most = { lab: { url: lab.url.href, requestsPerRun: 48 } };

    const { complete, findings } = (await run(most)).registry();

    expect([complete, findings.map(({ copies }) => copies)]).toEqual([true, [undefined]]);
    expect(await metrics()).toMatch(/^registry_integrity_failures\{.*\} 1$/m);
    expect(await metrics()).not.toContain('registry_integrity_failures_recoverable{');
  });
});

describe('verify', () => {
  test('names the copies that are configured for the host of a reference, and still says that it is broken', async () => {
    const { lab, mirror, verify } = await scene();

    const ended = await verify(
      {
        lab: { url: lab.url.href, copies: [{ registry: 'mirror' }] },
        mirror: { url: mirror.url.href, onlyForCopies: true },
      },
      `${lab.url.host}/app:v1`,
    );

    expect(ended.code).toBe(1);
    expect(ended.registry().findings[0]?.copies).toMatchObject([{ where: 'mirror' }]);
  });
});
