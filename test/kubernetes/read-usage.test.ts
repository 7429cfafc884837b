import { describe, expect, test } from 'vitest';

import { readUsage } from '../../src/kubernetes/read-usage.ts';
import { workloadName } from '../../src/kubernetes/workload.ts';
import { keepLog } from '../cli/kept-log.ts';
import { refuse } from '../support/servers/kube-api.ts';
import { cronJob, DIGEST, ownedBy, pod, podThatRan, templated } from './objects.ts';
import { connectedApi, NEVER } from './scene.ts';

const HOST = 'registry.example.com';
const REGISTRIES = [{ name: 'prod', url: `https://${HOST}`, hosts: [] }];
const V1 = { repository: 'app', tags: ['v1'], roots: [] };

describe('reading which images are in use', () => {
  test('reads all kinds of workloads of the cluster', async () => {
    const { api, server } = await connectedApi();
    const log = keepLog();
    server.objects.set('deployments.apps', [templated('shop/web', [`${HOST}/app:v1`])]);
    server.objects.set('statefulsets.apps', [templated('shop/db', [`${HOST}/app:v1`])]);
    server.objects.set('daemonsets.apps', [templated('ops/agent', [`${HOST}/app:v1`])]);
    server.objects.set('cronjobs.batch', [cronJob('shop/report', [`${HOST}/app:v1`])]);
    server.objects.set('jobs.batch', [templated('shop/migrate', [`${HOST}/app:v1`])]);
    server.objects.set('pods', [
      pod('shop/web-1', [`${HOST}/app:v1`], ownedBy('ReplicaSet', 'web-abc', { 'pod-template-hash': 'abc' })),
      pod('shop/shell', [`${HOST}/app:v1`, `${HOST}/tool@${DIGEST}`]),
    ]);

    const usage = await readUsage(REGISTRIES, { api, log }, NEVER);

    expect(usage.complete).toBe(true);
    expect(usage.usersOf('prod', V1).map(workloadName)).toEqual([
      'ops/DaemonSet/agent',
      'shop/CronJob/report',
      'shop/Deployment/web',
      'shop/Job/migrate',
      'shop/Pod/shell',
      'shop/StatefulSet/db',
    ]);
    expect([...usage.pinned('prod')]).toEqual([['tool', [DIGEST]]]);
    expect(log.lines).toEqual([]);
  });

  test('reads those of single namespaces where it is told to, each once', async () => {
    const { api, server } = await connectedApi();
    const log = keepLog();

    const usage = await readUsage(REGISTRIES, { api, log, namespaces: ['shop', 'ops', 'shop'] }, NEVER);

    expect(usage.complete).toBe(true);
    expect([...new Set(server.calls.map(({ namespace }) => namespace))]).toEqual(['shop', 'ops']);
    expect(server.calls).toHaveLength(12);
  });

  test('a right that is missing in one of several namespaces is told with its name', async () => {
    const { api, server } = await connectedApi();
    const log = keepLog();
    server.denied.add('list pods');

    const usage = await readUsage(REGISTRIES, { api, log, namespaces: ['shop', 'ops'] }, NEVER);

    expect(usage.complete).toBe(false);
    expect(log.lines).toMatchObject([{ verb: 'list', resource: 'pods', namespace: 'shop, ops' }]);
  });

  test('a missing right is told once, names itself, and does not hide what can be read', async () => {
    const { api, server } = await connectedApi();
    const log = keepLog();
    server.objects.set('deployments.apps', [templated('shop/web', [`${HOST}/app:v1`])]);
    server.denied.add('list cronjobs.batch');

    const usage = await readUsage(REGISTRIES, { api, log }, NEVER);

    expect(usage.complete).toBe(false);
    expect(usage.usersOf('prod', V1).map(workloadName)).toEqual(['shop/Deployment/web']);
    expect(server.calls.map(({ resource }) => resource)).toContain('pods');
    expect(log.lines).toEqual([
      {
        level: 'warn',
        verb: 'list',
        resource: 'cronjobs.batch',
        namespace: 'all namespaces',
        detail: expect.stringContaining('cannot list resource "cronjobs" in API group "batch" at the cluster scope'),
        message: 'Not every image in use is known: the cluster cannot be read',
      },
    ]);
  });

  test('rights that are missing are told together', async () => {
    const { api, server } = await connectedApi();
    const log = keepLog();
    server.denied.add('list cronjobs.batch').add('list pods');

    const usage = await readUsage(REGISTRIES, { api, log }, NEVER);

    expect(usage.complete).toBe(false);
    expect(log.lines).toMatchObject([{ level: 'warn', verb: 'list', resource: 'cronjobs.batch, pods' }]);
  });

  test('a list whose place has expired begins anew, once, and nothing counts twice', async () => {
    const { api, server } = await connectedApi();
    const log = keepLog();
    let expired = 0;
    const gone = pod('shop/gone', [`${HOST}/app:v1`]);
    const others = Array.from({ length: 150 }, (_, index) => pod(`shop/p${index}`, [`${HOST}/app:v1`]));
    server.objects.set('pods', [gone, ...others]);
    server.intercept = ({ query }, response) => {
      if (query['continue'] === undefined || expired > 0) return false;
      expired += 1;
      server.objects.set('pods', others);
      refuse(response, 410, 'The provided continue parameter is too old');
      return true;
    };

    const usage = await readUsage(REGISTRIES, { api, log }, NEVER);

    const users = usage.usersOf('prod', V1).map(workloadName);
    expect(usage.complete).toBe(true);
    expect(users).toHaveLength(150);
    expect(users).not.toContain('shop/Pod/gone');
    expect(log.lines).toEqual([]);
  });

  test('a list that expires again and again is not read to its end', async () => {
    const { api, server } = await connectedApi();
    const log = keepLog();
    server.objects.set(
      'pods',
      Array.from({ length: 150 }, (_, index) => pod(`shop/p${index}`, [`${HOST}/app:v1`])),
    );
    server.intercept = ({ query }, response) => {
      if (query['continue'] === undefined) return false;
      refuse(response, 410, 'too old');
      return true;
    };

    const usage = await readUsage(REGISTRIES, { api, log }, NEVER);

    expect(usage.complete).toBe(false);
    expect(usage.usersOf('prod', V1)).toHaveLength(100);
    expect(server.calls.filter(({ resource }) => resource === 'pods')).toHaveLength(4);
    expect(log.lines).toMatchObject([{ resource: 'pods', detail: 'HTTP 410: too old' }]);
  });

  test('a list of another shape does not hide the next ones', async () => {
    const { api, server } = await connectedApi();
    server.objects.set('pods', [pod('shop/shell', [`${HOST}/app:v1`])]);
    server.intercept = ({ resource }, response) => {
      if (resource !== 'deployments.apps') return false;
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end('{"items": 5}');
      return true;
    };

    const usage = await readUsage(REGISTRIES, { api, log: keepLog() }, NEVER);

    expect(usage.complete).toBe(false);
    expect(usage.usersOf('prod', V1).map(workloadName)).toEqual(['shop/Pod/shell']);
  });

  test('an API that does not answer is asked no further, and told once', async () => {
    const { api, server } = await connectedApi();
    const log = keepLog();
    server.intercept = (_, response) => {
      response.destroy();
      return true;
    };

    const usage = await readUsage(REGISTRIES, { api, log }, NEVER);

    expect(usage.complete).toBe(false);
    expect(server.calls).toHaveLength(1);
    expect(log.lines).toMatchObject([{ resource: 'deployments.apps' }]);
  });

  test('a namespace that names too many different images is told, and not everything is known then', async () => {
    const { api, server } = await connectedApi();
    const log = keepLog();
    const images = Array.from({ length: 20_001 }, (_, index) => `${HOST}/app:v${index}`);
    server.objects.set('deployments.apps', [templated('crowd/web', images)]);

    const usage = await readUsage(REGISTRIES, { api, log }, NEVER);

    expect(usage.complete).toBe(false);
    expect(log.lines).toMatchObject([{ level: 'warn', namespaces: ['crowd'] }]);
  });
});

describe('what pods ran', () => {
  const pinned = templated('shop/web', [`${HOST}/app@${DIGEST}`]);
  const ran = (named: string, phase: string) => podThatRan(named, `docker-pullable://${HOST}/app@${DIGEST}`, phase);

  function endedAsked({ calls }: Awaited<ReturnType<typeof connectedApi>>['server']): number {
    return calls.filter(({ query }) => query['fieldSelector']?.includes('!=Running') === true).length;
  }

  test.each([
    ['is read from pods that run, and not asked of others then', 'Running', 0],
    ['is read from pods that have ended, where no other one has run it', 'Succeeded', 1],
  ])('%s', async (_, phase, asked) => {
    const { api, server } = await connectedApi();
    server.objects.set('deployments.apps', [pinned]);
    server.objects.set('pods', [ran('shop/web-1', phase)]);

    const usage = await readUsage(REGISTRIES, { api, log: keepLog() }, NEVER);

    expect(usage.ran?.has(DIGEST)).toBe(true);
    expect(endedAsked(server)).toBe(asked);
  });

  test('is not asked of pods that have ended where no digest is named', async () => {
    const { api, server } = await connectedApi();
    server.objects.set('deployments.apps', [templated('shop/web', [`${HOST}/app:v1`])]);

    const usage = await readUsage(REGISTRIES, { api, log: keepLog() }, NEVER);

    expect(usage.ran?.size).toBe(0);
    expect(endedAsked(server)).toBe(0);
  });

  test.each([
    ['pods may not be listed', { denied: 'list pods', namespaces: [] }],
    ['those of some namespaces alone are read', { denied: '', namespaces: ['shop'] }],
  ])('is not known where %s', async (_, { denied, namespaces }) => {
    const { api, server } = await connectedApi();
    server.objects.set('deployments.apps', [pinned]);
    server.denied.add(denied);

    const usage = await readUsage(REGISTRIES, { api, log: keepLog(), namespaces }, NEVER);

    expect(usage.ran).toBeNull();
  });

  test('is known where a right on something else is missing', async () => {
    const { api, server } = await connectedApi();
    server.objects.set('pods', [ran('shop/web-1', 'Running')]);
    server.denied.add('list cronjobs.batch');

    const usage = await readUsage(REGISTRIES, { api, log: keepLog() }, NEVER);

    expect([usage.complete, usage.ran?.has(DIGEST)]).toEqual([false, true]);
  });

  test('is not known where those that have ended do not come, and who uses what is known all the same', async () => {
    const { api, server } = await connectedApi();
    const log = keepLog();
    server.objects.set('deployments.apps', [pinned]);
    server.intercept = ({ query }, response) => {
      if (query['fieldSelector']?.includes('!=Running') !== true) return false;
      refuse(response, 500, 'etcd is slow');
      return true;
    };

    const usage = await readUsage(REGISTRIES, { api, log }, NEVER);

    expect([usage.complete, usage.ran]).toEqual([true, null]);
    expect(log.lines).toMatchObject([{ level: 'warn', verb: 'list', resource: 'pods' }]);
  });
});
