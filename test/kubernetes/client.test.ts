import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import type { ApiAnswer, Page } from '../../src/kubernetes/api.ts';
import { connect } from '../../src/kubernetes/client.ts';
import { brokenImageEvent } from '../../src/kubernetes/event.ts';
import { workloadName, type WorkloadKind } from '../../src/kubernetes/workload.ts';
import { freePort } from '../support/servers/free-port.ts';
import { refuse, startKubeApi } from '../support/servers/kube-api.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';
import { cronJob, DIGEST, ownedBy, pod, templated, workload } from './objects.ts';
import { connectedApi, NEVER } from './scene.ts';

const IMAGE = 'registry.example.com/app:v1';

function answerWith(response: ServerResponse, body: unknown): true {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
  return true;
}

function kubeconfigWith(user: object): string {
  return JSON.stringify({
    clusters: [{ name: 'fake', cluster: { server: 'https://127.0.0.1:1' } }],
    users: [{ name: 'fake', user }],
    contexts: [{ name: 'fake', context: { cluster: 'fake', user: 'fake' } }],
    'current-context': 'fake',
  });
}

function objectsOf(answer: ApiAnswer<Page>): unknown {
  if (answer.kind === 'failed') return answer;
  return answer.value.objects.map((object) => [workloadName(object), object.controller, ...object.images]);
}

describe('the client of the API', () => {
  test.each<[WorkloadKind, string]>([
    ['Deployment', 'deployments.apps'],
    ['StatefulSet', 'statefulsets.apps'],
    ['DaemonSet', 'daemonsets.apps'],
    ['Job', 'jobs.batch'],
  ])('lists every %s in all namespaces, with the images of its template', async (kind, resource) => {
    const { api, server } = await connectedApi();
    server.objects.set(resource, [templated('shop/web', [IMAGE, 'sidecar:1']), templated('ops/idle', [IMAGE])]);

    const answer = await api.list(kind, '', NEVER);

    expect(objectsOf(answer)).toEqual([
      [`shop/${kind}/web`, null, IMAGE, 'sidecar:1'],
      [`ops/${kind}/idle`, null, IMAGE],
    ]);
    expect(server.calls).toEqual([{ verb: 'list', resource, namespace: '', name: '', query: { limit: '100' } }]);
  });

  test.each<[WorkloadKind, string]>([
    ['Deployment', 'deployments.apps'],
    ['StatefulSet', 'statefulsets.apps'],
    ['DaemonSet', 'daemonsets.apps'],
    ['CronJob', 'cronjobs.batch'],
    ['Job', 'jobs.batch'],
    ['Pod', 'pods'],
  ])('asks for every %s of one namespace where it is told to', async (kind, resource) => {
    const { api, server } = await connectedApi();

    const answer = await api.list(kind, '', NEVER, 'shop');

    expect(answer.kind).toBe('done');
    expect(server.calls).toMatchObject([{ verb: 'list', resource, namespace: 'shop', query: { limit: '100' } }]);
  });

  test('lists workloads that are scaled to zero or suspended: they will pull tomorrow', async () => {
    const { api, server } = await connectedApi();
    server.objects.set('deployments.apps', [templated('shop/web', [IMAGE], { status: { replicas: 0 } })]);
    server.objects.set('cronjobs.batch', [cronJob('shop/report', [IMAGE], { suspend: true })]);
    server.objects.set('jobs.batch', [
      templated('shop/migrate', [IMAGE], { status: { conditions: [{ type: 'Suspended', status: 'True' }] } }),
    ]);

    const answers = [];
    for (const kind of ['Deployment', 'CronJob', 'Job'] as const) answers.push(await api.list(kind, '', NEVER));

    expect(answers.map(objectsOf)).toEqual([
      [['shop/Deployment/web', null, IMAGE]],
      [['shop/CronJob/report', null, IMAGE]],
      [['shop/Job/migrate', null, IMAGE]],
    ]);
  });

  test('leaves out what has ended: finished Jobs, and pods that will not pull again', async () => {
    const { api, server } = await connectedApi();
    const finished = { status: { conditions: [{ type: 'Complete', status: 'True' }] } };
    server.objects.set('jobs.batch', [templated('shop/done', [IMAGE], finished)]);
    server.objects.set('pods', [
      pod('shop/done-x', [IMAGE], {}, 'Succeeded'),
      pod('shop/failed-x', [IMAGE], {}, 'Failed'),
      pod('shop/web-1', [IMAGE], ownedBy('ReplicaSet', 'web-abc', { 'pod-template-hash': 'abc' }), 'Pending'),
    ]);

    const jobs = await api.list('Job', '', NEVER);
    const pods = await api.list('Pod', '', NEVER);

    expect(objectsOf(jobs)).toEqual([]);
    expect(objectsOf(pods)).toEqual([['shop/Pod/web-1', 'shop/Deployment/web', IMAGE]]);
    expect(server.calls.at(-1)?.query['fieldSelector']).toBe('status.phase!=Succeeded,status.phase!=Failed');
  });

  test('lists pods that have ended by themselves: they use nothing, and say what they ran', async () => {
    const { api, server } = await connectedApi();
    const status = (phase: string) => ({ phase, containerStatuses: [{ name: 'c0', imageID: `app@${DIGEST}` }] });
    server.objects.set('pods', [
      { ...pod('shop/done-x', [IMAGE]), status: status('Succeeded') },
      { ...pod('shop/failed-x', [IMAGE]), status: status('Failed') },
      { ...pod('shop/web-1', [IMAGE]), status: status('Running') },
    ]);

    const ended = await api.list('EndedPod', '', NEVER);
    const pods = await api.list('Pod', '', NEVER);

    expect(ended).toMatchObject({
      value: {
        objects: [
          { name: 'done-x', images: [], ran: [DIGEST] },
          { name: 'failed-x', images: [], ran: [DIGEST] },
        ],
      },
    });
    expect(pods).toMatchObject({ value: { objects: [{ name: 'web-1', images: [IMAGE], ran: [DIGEST] }] } });
  });

  test('asks for the next page where the last one ended', async () => {
    const { api, server } = await connectedApi();
    server.objects.set(
      'pods',
      Array.from({ length: 101 }, (_, index) => pod(`shop/p${index}`, [IMAGE])),
    );

    const first = await api.list('Pod', '', NEVER);
    const next = first.kind === 'done' ? first.value.next : '';
    const second = await api.list('Pod', next, NEVER);

    expect(first).toMatchObject({ value: { objects: { length: 100 } } });
    expect(second).toMatchObject({ value: { objects: { length: 1 }, next: '' } });
  });

  test('knows the namespace that the kubeconfig names', async () => {
    const { namespace } = await connectedApi();

    expect(namespace).toBe('probe');
  });

  test('reads and merges a ConfigMap, and removes a key', async () => {
    const { api, server } = await connectedApi();
    server.configMaps.set('probe/report', { data: { old: 'text', stay: 'here' }, binaryData: { prod: 'AAAA' } });

    const before = await api.readConfigMap('probe', 'report', NEVER);
    const patch = { data: { prod: 'new', old: null }, binaryData: { prod: null } };
    const answer = await api.patchConfigMap('probe', 'report', patch, NEVER);

    const content = { data: { old: 'text', stay: 'here' }, binaryData: { prod: 'AAAA' }, resourceVersion: '0' };
    expect(before).toEqual({ kind: 'done', value: content });
    expect(answer).toEqual({ kind: 'done', value: undefined });
    expect(server.configMaps.get('probe/report')).toMatchObject({
      data: { stay: 'here', prod: 'new' },
      binaryData: {},
    });
  });

  test('reads a ConfigMap without a data key as an empty one', async () => {
    const { api, server } = await connectedApi();
    server.configMaps.set('probe/report', {});

    const answer = await api.readConfigMap('probe', 'report', NEVER);

    expect(answer).toEqual({ kind: 'done', value: { data: {}, binaryData: {}, resourceVersion: '0' } });
  });

  test.each([{ data: { a: 'text', b: 7, c: null, d: { e: 1 } } }, { data: { a: 'text', b: ['x'] } }])(
    'takes nothing for a text that is none: %j',
    async (content) => {
      const { api, server } = await connectedApi();
      server.intercept = (_, response) =>
        answerWith(response, {
          kind: 'ConfigMap',
          metadata: { resourceVersion: '1' },
          ...content,
          binaryData: { k: 5 },
        });

      const answer = await api.readConfigMap('probe', 'report', NEVER);

      const value = { data: { a: 'text' }, binaryData: {}, resourceVersion: '1' };
      expect(answer).toEqual({ kind: 'done', value });
    },
  );

  test('hands on how long the API asks to wait', async () => {
    const { api, server } = await connectedApi();
    server.intercept = (_, response) => {
      response.setHeader('Retry-After', '20');
      refuse(response, 429, 'because');
      return true;
    };

    const answer = await api.list('Pod', '', NEVER);

    expect(answer).toEqual({ kind: 'failed', reason: 'busy', detail: 'HTTP 429: because', retryAfter: '20' });
  });

  test('does not write over what somebody has written since it was read', async () => {
    const { api, server } = await connectedApi();
    server.configMaps.set('probe/state', { version: 7 });

    const patch = { binaryData: { state: 'AAAA' }, metadata: { resourceVersion: '6' } };
    const answer = await api.patchConfigMap('probe', 'state', patch, NEVER);

    expect(answer).toMatchObject({ kind: 'failed', reason: 'conflict' });
    expect(server.configMaps.get('probe/state')).toEqual({ version: 7 });
  });

  test('creates an event as the API wants it', async () => {
    const { api, server } = await connectedApi();
    const web = workload('shop/Deployment/web', []);
    const event = brokenImageEvent(
      { workload: web, what: 'app:v1: child missing', next: 'Push it.' },
      Date.UTC(2026, 0),
    );

    const answer = await api.createEvent(event, NEVER);

    expect(answer.kind).toBe('done');
    expect(server.events).toEqual([
      {
        metadata: { name: event.name, namespace: 'shop' },
        involvedObject: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web', uid: 'uid-web' },
        type: 'Warning',
        reason: 'ImageBroken',
        message: 'app:v1: child missing. Push it.',
        source: { component: 'registry-integrity-probe' },
        reportingComponent: 'registry-integrity-probe',
        reportingInstance: 'registry-integrity-probe',
        firstTimestamp: '2026-01-01T00:00:00.000Z',
        lastTimestamp: '2026-01-01T00:00:00.000Z',
        count: 1,
      },
    ]);
  });

  test('counts an event up that is there, without reading any', async () => {
    const { api, server } = await connectedApi();
    const subject = { workload: workload('shop/Deployment/web', []), what: 'w', next: 'n' };

    for (const at of [0, 900_000, 900_000]) {
      expect(await api.createEvent(brokenImageEvent(subject, at), NEVER)).toEqual({ kind: 'done', value: undefined });
    }

    expect(server.events).toMatchObject([
      { count: 3, firstTimestamp: '1970-01-01T00:00:00.000Z', lastTimestamp: '1970-01-01T00:15:00.000Z' },
    ]);
    expect(server.calls.map(({ verb }) => verb)).toEqual([
      'create',
      'create',
      'patch',
      'patch',
      'create',
      'patch',
      'patch',
    ]);
  });

  test('makes an event anew where none may be counted up', async () => {
    const { api, server } = await connectedApi();
    const event = brokenImageEvent({ workload: workload('shop/Deployment/web', []), what: 'w', next: 'n' }, 0);
    server.denied.add('patch events');

    await api.createEvent(event, NEVER);
    const answer = await api.createEvent(event, NEVER);

    expect(answer).toEqual({ kind: 'done', value: undefined });
    expect(server.events).toMatchObject([{ count: 1 }, { count: 1, metadata: { generateName: `${event.name}.` } }]);
  });

  test('reads a Secret', async () => {
    const { api, server } = await connectedApi();
    server.secrets.set('probe/pull', { type: 'kubernetes.io/dockercfg', data: { '.dockercfg': 'e30=' } });

    const answer = await api.readSecret('probe', 'pull', NEVER);

    expect(answer).toEqual({
      kind: 'done',
      value: { type: 'kubernetes.io/dockercfg', data: { '.dockercfg': 'e30=' } },
    });
  });

  test.each([
    [401, 'unauthorized'],
    [403, 'forbidden'],
    [404, 'not_found'],
    [410, 'expired'],
    [422, 'other'],
    [429, 'busy'],
    [500, 'busy'],
    [503, 'busy'],
  ])('HTTP %i is %s, with what the API says', async (status, reason) => {
    const { api, server } = await connectedApi();
    server.intercept = (_, response) => {
      refuse(response, status, 'because');
      return true;
    };

    const answer = await api.list('Pod', '', NEVER);

    const said = status === 401 ? 'HTTP 401' : `HTTP ${status}: because`;
    expect(answer).toEqual({ kind: 'failed', reason, detail: said });
  });

  test('an answer that is no JSON is not quoted: it may be a Secret', async () => {
    const { api, server } = await connectedApi();
    server.intercept = (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end('hunter2 is the password');
      return true;
    };

    const answer = await api.readSecret('probe', 'pull', NEVER);

    expect(answer).toEqual({ kind: 'failed', reason: 'other', detail: 'the answer is not that of a Kubernetes API' });
  });

  test('a server that does not answer is given up with the signal, and with its reason', async () => {
    const { api, server } = await connectedApi();
    const limit = new AbortController();
    server.intercept = () => {
      limit.abort(new Error('no answer within 30 s'));
      return true;
    };

    const answer = await api.list('Pod', '', limit.signal);

    expect(answer).toEqual({ kind: 'failed', reason: 'unreachable', detail: 'no answer within 30 s' });
  });

  test('a program that the kubeconfig names for the login is not waited for beyond the signal', async () => {
    const folder = await temporaryFolder();
    const file = join(folder, 'kubeconfig.json');
    // It ends when the folder is removed.
    const script = `touch ${folder}/started; while [ -e ${folder}/started ]; do sleep 0.05; done`;
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: 'sh', args: ['-c', script] };
    await writeFile(file, kubeconfigWith({ exec }));
    const { api } = await connect({ kind: 'kubeconfig', files: [file] }, 'probe-test/1');
    const limit = new AbortController();

    const asking = api.list('Pod', '', limit.signal);
    await until(() => existsSync(join(folder, 'started')), 'the program has started');
    limit.abort(new Error('no answer within 30 s'));
    const answer = await asking;
    const after = await api.list('Pod', '', limit.signal);

    const expected = { kind: 'failed', reason: 'unreachable', detail: 'no answer within 30 s' };
    expect([answer, after]).toEqual([expected, expected]);
  });

  test.each([
    ['null for items', { items: null }, []],
    ['null among items', { items: [null, { metadata: { namespace: 'a', name: 'b' } }] }, [['a/Pod/b', null]]],
    ['null for containers', { items: [{ spec: { containers: null, volumes: null } }] }, [['/Pod/', null]]],
    ['names that are none', { items: [{ spec: { containers: [{ image: null }, { image: 5 }] } }] }, [['/Pod/', null]]],
    ['null for the next page', { metadata: { continue: null }, items: [] }, []],
  ])('a list with %s is read all the same', async (_, body, expected) => {
    const { api, server } = await connectedApi();
    server.intercept = (_call, response) => answerWith(response, body);

    const answer = await api.list('Pod', '', NEVER);

    expect(objectsOf(answer)).toEqual(expected);
    expect(answer).toMatchObject({ kind: 'done', value: { next: '' } });
  });

  test.each([
    ['null', null],
    ['a number for items', { items: 5 }],
    ['a number for containers', { items: [{ spec: { containers: 5 } }] }],
  ])('an answer with %s is that of no Kubernetes API, and not one that did not come', async (_, body) => {
    const { api, server } = await connectedApi();
    server.intercept = (_call, response) => answerWith(response, body);

    const answer = await api.list('Pod', '', NEVER);

    expect(answer).toEqual({ kind: 'failed', reason: 'other', detail: 'the answer is not that of a Kubernetes API' });
  });

  test('a port on which nobody listens is unreachable, and says why', async () => {
    const folder = await temporaryFolder();
    const server = await startKubeApi();
    const file = await server.kubeconfig(folder);
    await server.stop();
    const { api } = await connect({ kind: 'kubeconfig', files: [file] }, 'probe-test/1');

    const answer = await api.list('Pod', '', NEVER);

    expect(answer).toMatchObject({
      kind: 'failed',
      reason: 'unreachable',
      detail: expect.stringContaining('ECONNREFUSED'),
    });
  });

  test('a pod speaks to its cluster with the files of its service account', async () => {
    const address = {
      kind: 'pod',
      server: `https://127.0.0.1:${await freePort()}`,
      caFile: '/nowhere/ca.crt',
      tokenFile: '/nowhere/token',
      namespace: 'probe',
    } as const;

    const { api, namespace } = await connect(address, 'probe-test/1');
    const answer = await api.list('Pod', '', NEVER);

    expect(namespace).toBe('probe');
    expect(answer).toMatchObject({ kind: 'failed', detail: expect.stringContaining('/nowhere/ca.crt') });
  });

  test('a kubeconfig that cannot be read is an error', async () => {
    const folder = await temporaryFolder();

    const connecting = connect({ kind: 'kubeconfig', files: [`${folder}/missing`] }, 'probe-test/1');

    await expect(connecting).rejects.toThrow('ENOENT');
  });

  test.each([
    ['no YAML', 'users:\n- name: a\n  user:\n    token: hunter2\n   bad: [\n'],
    ['empty', ''],
    ['a list of the wrong shape', 'clusters: [hunter2]'],
  ])('a kubeconfig that is %s is an error that names the file, and nothing in it', async (_, content) => {
    const file = join(await temporaryFolder(), 'kubeconfig');
    await writeFile(file, content);

    const connecting = connect({ kind: 'kubeconfig', files: [file] }, 'probe-test/1');

    await expect(connecting).rejects.toThrow(new Error(`${file} cannot be read as a kubeconfig`));
  });
});
