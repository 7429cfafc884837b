import { afterAll, beforeAll, expect, test } from 'vitest';

import type { Values } from '../support/chart.ts';
import { createNamespace, install, type Release, RESTRICTED } from '../support/cluster/release.ts';
import { push } from '../support/push.ts';
import { app } from '../support/reg-fixture.ts';
import { scrape } from '../support/scrape.ts';
import { type DockerRegistry, startRegistry } from '../support/servers/docker-registry.ts';
import { type Cluster, startCluster } from '../support/servers/kubernetes.ts';
import { type RunningPushgateway, startPushgateway } from '../support/servers/pushgateway.ts';

const NAMESPACE = 'probe';
const USER = { user: 'probe', password: 'open-sesame' };
const LOGIN = Buffer.from(`${USER.user}:${USER.password}`).toString('base64');

let cluster: Cluster;
let registry: DockerRegistry;
let gateway: RunningPushgateway;
let release: Release;
beforeAll(async () => {
  [cluster, registry, gateway] = await Promise.all([
    startCluster(),
    startRegistry({ htpasswd: USER }),
    startPushgateway(),
  ]);
  await push(registry.url, app.repository, app.tag, app.content, { authorization: `Basic ${LOGIN}` });
  await createNamespace(cluster, NAMESPACE, RESTRICTED);
  const login = ['--docker-username', USER.user, '--docker-password', USER.password];
  const secret = ['docker-registry', 'pull', '--docker-server', registry.url.host, ...login];
  await cluster.kubectl(['create', 'secret', ...secret, '--namespace', NAMESPACE]);
  release = await install(cluster, { name: 'lab', namespace: NAMESPACE, values: values({ pullSecret: 'pull' }) });
});
afterAll(async () => {
  await gateway.stop();
  await registry.stop();
  await cluster.stop();
});

function values(auth: Values): Values {
  return { registries: { prod: { url: registry.url.href, auth } }, pushgateway: { url: gateway.url.href } };
}

async function walked(): Promise<number | null> {
  return (await scrape(gateway, 'prod')).value('tags_checked');
}

test('a pull secret is read through the API with the right on it alone, and nothing of it is mounted', async () => {
  await release.upgrade(values({ pullSecret: 'pull' }));

  const [pod] = await release.start('prod');
  const run = await release.walk('prod');

  expect(JSON.stringify(pod?.spec)).not.toContain('"pull"');
  expect(run).toMatchObject({ code: 0, warnings: [] });
  expect(await walked()).toBe(1);
});

test('a docker configuration is mounted as the kubelet has it', async () => {
  await release.upgrade(values({ existingSecret: 'pull', dockerConfigKey: '.dockerconfigjson' }));

  const run = await release.walk('prod');

  expect(run).toMatchObject({ code: 0, warnings: [] });
  expect(await walked()).toBe(1);
});

test('a user name and a password in the values become a Secret', async () => {
  await release.upgrade(values({ username: USER.user, password: USER.password }));

  const run = await release.walk('prod');

  expect(run).toMatchObject({ code: 0, warnings: [] });
});

test('a pull secret that may not be read is told, and the registry is not walked as somebody else', async () => {
  await release.upgrade(values({ pullSecret: 'pull' }));
  await cluster.kubectl(['delete', 'rolebinding', 'lab-registry-integrity-probe-pull-secrets', '-n', NAMESPACE]);

  const run = await release.walk('prod');
  await release.upgrade(values({ pullSecret: 'pull' }));

  expect(run.code).not.toBe(0);
  expect(run.warnings).toContain('The pull secret cannot be used');
  expect(run.stderr).not.toContain(USER.password);
});
