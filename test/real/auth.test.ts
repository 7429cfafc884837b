import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';

import { certificate } from '../http/servers.ts';
import { probe, type ProbeRun, runFlags } from '../support/probe.ts';
import { push } from '../support/push.ts';
import { app, single } from '../support/reg-fixture.ts';
import { type DockerRegistry, startRegistry } from '../support/servers/docker-registry.ts';
import { startReverseProxy } from '../support/servers/reverse-proxy.ts';
import { startStocked } from '../support/servers/stocked-registry.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const USER = 'prober';
const PASSWORD = 'ein-Paß:wort "mit" allem';
const WRONG = 'not-the-password-9431';
const AUTHORITY_FILE = join(import.meta.dirname, '../support/tls/authority.pem');

const basic = (password: string): string => Buffer.from(`${USER}:${password}`).toString('base64');
const login = (password: string) => ({ PROBE_REGISTRY_USERNAME: USER, PROBE_REGISTRY_PASSWORD: password });

let guarded: DockerRegistry;
let open: DockerRegistry;
beforeAll(async () => {
  guarded = await startRegistry({ htpasswd: { user: USER, password: PASSWORD } });
  const options = { authorization: `Basic ${basic(PASSWORD)}` };
  await push(guarded.url, app.repository, app.tag, app.content, options);
  open = await startStocked([single]);
});
afterAll(async () => {
  await guarded.stop();
  await open.stop();
});

/** A Docker configuration that has this password for the guarded registry; what `DOCKER_CONFIG` is to be. */
async function dockerConfig(password: string): Promise<string> {
  const folder = await temporaryFolder();
  const config = { auths: { [guarded.url.host]: { auth: basic(password) } } };
  await writeFile(join(folder, 'config.json'), JSON.stringify(config));
  return folder;
}

function unknownOf(run: ProbeRun) {
  return run.registry().unknowns.map(({ repository, reference, reason }) => ({ repository, reference, reason }));
}

describe('a registry that asks for a password', () => {
  test.each([
    { how: 'by environment variables', env: async () => login(PASSWORD) },
    { how: 'by a Docker configuration', env: async () => ({ DOCKER_CONFIG: await dockerConfig(PASSWORD) }) },
  ])('is walked with the right one, given $how', async ({ env }) => {
    const run = await probe(runFlags(guarded.url), await env());

    expect(run.code).toBe(0);
    expect(run.registry()).toMatchObject({ catalogAccessible: true, complete: true, verdict: 'sound' });
    expect(run.registry().counts).toMatchObject({ tags: 1, indexes: 1, manifests: 3 });
  });

  test.each([
    { what: 'the wrong one', env: async () => login(WRONG) },
    {
      what: 'the wrong one in a Docker configuration',
      env: async () => ({ DOCKER_CONFIG: await dockerConfig(WRONG) }),
    },
    { what: 'none at all', env: async () => ({}) },
  ])('is inaccessible with $what, and nothing in it is missing', async ({ env }) => {
    const run = await probe(runFlags(guarded.url), await env());

    expect(run.code).toBe(3);
    expect(run.registry()).toMatchObject({
      catalogAccessible: false,
      complete: false,
      verdict: 'unknown',
      findings: [],
    });
    expect(unknownOf(run)).toEqual([{ repository: null, reference: '_catalog', reason: 'auth' }]);
  });

  test.each([
    { password: PASSWORD, code: 0, unknowns: [] },
    { password: WRONG, code: 3, unknowns: [{ repository: 'app', reference: 'v1', reason: 'auth' }] },
  ])('lets an image be verified or not: exit code $code', async ({ password, code, unknowns }) => {
    const env = { PROBE_REGISTRY_URL: guarded.url.origin, ...login(password) };

    const run = await probe(['verify', `${guarded.url.host}/app:v1`, '--output', 'json'], env);

    expect(run.code).toBe(code);
    expect(unknownOf(run)).toEqual(unknowns);
    expect(run.registry().findings).toEqual([]);
  });

  test.each([
    { given: 'the right password', password: PASSWORD, docker: false },
    { given: 'a wrong password', password: WRONG, docker: false },
    { given: 'the right password in a Docker configuration', password: PASSWORD, docker: true },
    { given: 'a wrong password in a Docker configuration', password: WRONG, docker: true },
  ])('shows $given to nobody: not in the report, the log or the metrics', async ({ password, docker }) => {
    const env = docker ? { DOCKER_CONFIG: await dockerConfig(password) } : login(password);
    const metrics = join(await temporaryFolder(), 'probe.prom');
    const flags = ['--registry-url', guarded.url.origin, '--log-level', 'debug'];

    const json = await probe(['run', ...flags, '--output', 'json', '--metrics-file', metrics], env);
    const text = await probe(['run', ...flags], env);
    const verify = await probe(['verify', `${guarded.url.host}/app:v1`, ...flags], env);

    const printed = [json, text, verify].flatMap(({ stdout, stderr }) => [stdout, stderr]);
    const everything = [...printed, await readFile(metrics, 'utf8')];
    expect(json.stderr).toContain('"level":"debug"');
    for (const one of everything) {
      expect(one).not.toBe('');
      expect(one).not.toContain(password);
      expect(one).not.toContain(JSON.stringify(password).slice(1, -1));
      expect(one).not.toContain(encodeURIComponent(password));
      expect(one).not.toContain(basic(password));
    }
  });
});

describe('a registry that does not ask for the password that it is given', () => {
  test('is a wrong backend', async () => {
    const run = await probe(runFlags(open.url), login(PASSWORD));

    expect(run.code).toBe(3);
    expect(run.registry()).toMatchObject({ catalogAccessible: false, findings: [] });
    expect(run.registry().unknowns).toMatchObject([{ reference: '_catalog', reason: 'protocol' }]);
    expect(run.registry().unknowns[0]?.detail).toMatch(/^wrong_backend: /);
  });

  test('is walked where it is said that it need not ask', async () => {
    const config = join(await temporaryFolder(), 'config.yaml');
    const auth = { username: USER, password: PASSWORD };
    const registries = { lab: { url: open.url.origin, expectAuth: false, auth } };
    await writeFile(config, JSON.stringify({ registries }));

    const run = await probe(['run', '--config', config, '--output', 'json']);

    expect(run.code).toBe(0);
    expect(run.registry()).toMatchObject({ complete: true, verdict: 'sound' });
  });
});

describe('a registry behind TLS, with a certificate that no system trusts', () => {
  test.each([
    { title: 'is inaccessible, and its images are not missing', flags: [], code: 3, verdict: 'unknown', reason: 'tls' },
    { title: 'is walked with its authority', flags: ['--ca-file', AUTHORITY_FILE], code: 0, verdict: 'sound' },
    { title: 'is walked when told to be insecure', flags: ['--insecure'], code: 0, verdict: 'sound' },
  ])('$title', async ({ flags, code, verdict, reason }) => {
    const proxy = await startReverseProxy(open.url, certificate('server'));
    onTestFinished(() => proxy.stop());
    const unknowns = reason === undefined ? [] : [{ repository: null, reference: '_catalog', reason }];

    const run = await probe([...runFlags(proxy.url), ...flags]);
    const verify = await probe(['verify', `${proxy.url.host}/single:v1`, '--output', 'json', ...flags]);

    expect([run.code, verify.code]).toEqual([code, code]);
    expect(run.registry()).toMatchObject({ catalogAccessible: code === 0, verdict, findings: [] });
    expect(unknownOf(run)).toEqual(unknowns);
    expect(verify.registry().unknowns.map((entry) => entry.reason)).toEqual(unknowns.map((entry) => entry.reason));
  });
});
