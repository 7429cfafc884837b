import { describe, expect, test } from 'vitest';

import { probe } from '../../support/probe.ts';
import { basicOf, configFile } from '../../security/logins.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { clusterScene, HOST, warnings } from './cluster-scene.ts';

const ROBOT = { username: 'robot', password: 'hunter2' };
const AUTH = { auth: { pullSecret: 'pull' } };

function secret(host: string, more: object = {}) {
  const auths = { [host]: { auth: Buffer.from(`${ROBOT.username}:${ROBOT.password}`).toString('base64') } };
  const content = Buffer.from(JSON.stringify({ auths, ...more })).toString('base64');
  return { type: 'kubernetes.io/dockerconfigjson', data: { '.dockerconfigjson': content } };
}

describe('a login from a pull secret', () => {
  test('is read through the API, and used under a name of the registry that images have', async () => {
    const { registry, api, run } = await clusterScene({ auth: { basic: ROBOT } });
    api.secrets.set('probe/pull', secret(HOST));

    const ran = await run({ lab: AUTH, kubernetes: {} });

    expect(ran.registry()).toMatchObject({ complete: true, verdict: 'sound' });
    expect(api.calls).toEqual([{ verb: 'get', resource: 'secrets', namespace: 'probe', name: 'pull', query: {} }]);
    expect(registry.requests.all.at(-1)?.authorization).toBe(true);
    expect(ran.stderr + ran.stdout).not.toContain(ROBOT.password);
    expect(ran.stderr + ran.stdout).not.toContain(basicOf(ROBOT));
  });

  test('is read as a kubelet reads it: by globs, and the one of a part of the registry for that part', async () => {
    const { registry, api, run } = await clusterScene({ auth: { basic: ROBOT } });
    const wrong = { auth: Buffer.from('other:wrong').toString('base64') };
    const { data } = secret('*.example.com');
    const { auths } = JSON.parse(Buffer.from(data['.dockerconfigjson'], 'base64').toString('utf8')) as {
      auths: object;
    };
    const more = { 'registry.example.com/single': wrong, 'evil.example': wrong, '*.*.example.com': wrong };
    api.secrets.set('probe/pull', secret(HOST, { auths: { ...auths, ...more } }));

    const ran = await run({ lab: AUTH, kubernetes: {} });

    expect(ran.registry().unknowns).toMatchObject([{ repository: 'single', reason: 'auth' }]);
    expect(ran.registry().counts).toMatchObject({ tags: 1 });
    const sent = new Set(registry.requests.all.map(({ headers }) => headers['authorization']));
    expect(sent).toEqual(new Set([undefined, basicOf(ROBOT), basicOf({ username: 'other', password: 'wrong' })]));
  });

  test('runs no credential helper because a Secret says so', async () => {
    const { api, run } = await clusterScene({ auth: { basic: ROBOT } });
    api.secrets.set('probe/pull', secret(HOST, { credsStore: 'no-such-helper' }));

    const ran = await run({ lab: AUTH, kubernetes: {} });

    expect(ran.code).toBe(0);
  });

  test.each([
    ['that is not there', null, 'HTTP 404: secrets "pull" not found'],
    ['that may not be read', 'get secrets', 'cannot get resource "secrets"'],
  ])('%s leaves the registry inaccessible, and holds up nothing else', async (_, denied, detail) => {
    const { api, run } = await clusterScene({ auth: { basic: ROBOT } });
    if (denied !== null) api.denied.add(denied);

    const ran = await run({ lab: AUTH, kubernetes: { configMap: 'report' } });

    expect(ran.code).toBe(3);
    expect(ran.registry()).toMatchObject({ catalogAccessible: false, unknowns: [{ reason: 'auth' }] });
    expect(warnings(ran)[0]).toMatchObject({
      registry: 'lab',
      verb: 'get',
      resource: 'secrets',
      namespace: 'probe',
      name: 'pull',
      detail: expect.stringContaining(detail),
    });
    expect(api.calls.map(({ verb }) => verb)).toContain('patch');
  });

  test('that is malformed for the registry leaves it inaccessible, and holds up nothing else', async () => {
    const { api, run } = await clusterScene({ auth: { basic: ROBOT } });
    const auths = { [HOST]: { auth: 'hunter2!' } };
    api.secrets.set('probe/pull', secret(HOST, { auths }));

    const ran = await run({ lab: AUTH, kubernetes: {} });

    expect(ran.code).toBe(3);
    expect(ran.registry().unknowns).toMatchObject([{ reason: 'auth' }]);
    expect(warnings(ran)[0]).toMatchObject({ name: 'pull', detail: expect.stringContaining(HOST) });
    expect(ran.stderr + ran.stdout).not.toContain(ROBOT.password);
  });

  test('without a cluster leaves the registry inaccessible', async () => {
    const { run } = await clusterScene({ auth: { basic: ROBOT } });

    const ran = await run({ lab: AUTH, kubernetes: {}, env: { KUBECONFIG: '' } });

    expect(ran.code).toBe(3);
    expect(ran.registry().unknowns).toMatchObject([{ reason: 'auth' }]);
  });

  test("is not looked for where the registry's own user goes before it", async () => {
    const { api, run } = await clusterScene({ auth: { basic: ROBOT } });

    const ran = await run({ lab: { auth: { pullSecret: 'pull', ...ROBOT } }, kubernetes: {} });

    expect(ran.code).toBe(0);
    expect(api.calls).toEqual([]);
  });

  test('is the one that verify takes, too', async () => {
    const { url, api } = await clusterScene({ auth: { basic: ROBOT } });
    api.secrets.set('probe/pull', secret(HOST));
    const config = await configFile({ registries: { lab: { url: url.href, hosts: [HOST], ...AUTH } } });
    const env = { KUBECONFIG: await api.kubeconfig(await temporaryFolder()) };

    const ran = await probe(['verify', `${url.host}/app:v1`, '--config', config, '--output', 'json'], env);

    expect(ran.registry()).toMatchObject({ verdict: 'sound' });
  });
});
