import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { KubernetesObject, Values } from '../support/chart.ts';
import { kubectlAs } from '../support/cluster/clients.ts';
import { createNamespace, install, type Release, RESTRICTED } from '../support/cluster/release.ts';
import { rightsOf } from '../support/cluster/rights.ts';
import { type Cluster, startCluster } from '../support/servers/kubernetes.ts';

const NAMESPACE = 'probe';
const ACCOUNT = 'lab-registry-integrity-probe';
const REPORT = 'lab-registry-integrity-probe-prod-report';
const STATE = 'lab-registry-integrity-probe-prod-state';

const WORKLOADS = [
  'list apps/daemonsets',
  'list apps/deployments',
  'list apps/statefulsets',
  'list batch/cronjobs',
  'list batch/jobs',
  'list pods',
];
const OWN_REPORT = [`get configmaps ${REPORT}`, `patch configmaps ${REPORT}`];
const OWN_STATE = [`get configmaps ${STATE}`, `patch configmaps ${STATE}`];
const EVENTS = ['create events', 'patch events'];
const SECRET = ['get secrets pull'];

/** What the authorizer says, and not what kubectl makes of it. */
const REFUSED = /is forbidden: User "system:serviceaccount:probe:[a-z-]+" cannot [a-z]+ resource/;

const OFF = { inUse: false, report: false, state: false, events: false };
const ON = { inUse: true, report: true, state: true, events: true };

let cluster: Cluster;
let release: Release;
let kubeconfig: string;
beforeAll(async () => {
  cluster = await startCluster();
  await createNamespace(cluster, NAMESPACE, RESTRICTED);
  await createNamespace(cluster, 'shop');
  const secret = (name: string) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: NAMESPACE } });
  const meta = (name: string, namespace: string) => ({ metadata: { name, namespace } });
  await cluster.apply(secret('pull'), secret('other'));
  await cluster.apply({ apiVersion: 'v1', kind: 'ConfigMap', ...meta('others', NAMESPACE) });
  release = await install(cluster, { name: 'lab', namespace: NAMESPACE, values: values({}) });
  kubeconfig = await cluster.kubeconfigFor(NAMESPACE, await token());
});
afterAll(() => cluster.stop());

function values(kubernetes: Values, auth: Values = {}): Values {
  return {
    registries: { prod: { url: 'https://registry.example.com', auth } },
    pushgateway: { url: 'http://pushgateway.example.com:9091' },
    kubernetes,
  };
}

async function token(): Promise<string> {
  return (await cluster.kubectl(['create', 'token', ACCOUNT, '--namespace', NAMESPACE])).trim();
}

function roles(): Promise<readonly KubernetesObject[]> {
  return cluster.list('roles,rolebindings,clusterroles,clusterrolebindings', NAMESPACE, release.selector);
}

describe('the rights of the service account', () => {
  test.each([
    {
      why: 'the default values',
      kubernetes: {},
      auth: {},
      here: [...WORKLOADS, ...OWN_REPORT, ...OWN_STATE],
      elsewhere: WORKLOADS,
    },
    { why: 'inUse alone', kubernetes: { ...OFF, inUse: true }, auth: {}, here: WORKLOADS, elsewhere: WORKLOADS },
    { why: 'report alone', kubernetes: { ...OFF, report: true }, auth: {}, here: OWN_REPORT, elsewhere: [] },
    { why: 'state alone', kubernetes: { ...OFF, state: true }, auth: {}, here: OWN_STATE, elsewhere: [] },
    {
      why: 'inUse and events',
      kubernetes: { ...OFF, inUse: true, events: true },
      auth: {},
      here: [...WORKLOADS, ...EVENTS],
      elsewhere: [...WORKLOADS, ...EVENTS],
    },
    { why: 'a pull secret alone', kubernetes: OFF, auth: { pullSecret: 'pull' }, here: SECRET, elsewhere: [] },
    { why: 'nothing', kubernetes: OFF, auth: {}, here: [], elsewhere: [] },
    {
      why: 'everything',
      kubernetes: ON,
      auth: { pullSecret: 'pull' },
      here: [...WORKLOADS, ...OWN_REPORT, ...OWN_STATE, ...EVENTS, ...SECRET],
      elsewhere: [...WORKLOADS, ...EVENTS],
    },
  ])('for $why are these and no others', async ({ kubernetes, auth, here, elsewhere }) => {
    await release.upgrade(values(kubernetes, auth));

    expect(await rightsOf(kubeconfig, NAMESPACE)).toEqual(here.toSorted());
    expect(await rightsOf(kubeconfig, 'shop')).toEqual(elsewhere.toSorted());
    expect(await roles()).toHaveLength(countRoles(kubernetes, auth));
  });

  test('are not mounted into a pod that needs none', async () => {
    await release.upgrade(values(OFF));

    const [pod] = await release.start('prod');

    expect(pod?.spec?.automountServiceAccountToken).toBe(false);
    expect(JSON.stringify(pod?.spec?.volumes)).not.toContain('serviceAccountToken');
  });

  test('are mounted into a pod that needs them, without any in the default account of the namespace', async () => {
    await release.upgrade(values({}));

    const [pod] = await release.start('prod');

    expect(pod?.spec?.serviceAccountName).toBe(ACCOUNT);
    expect(JSON.stringify(pod?.spec?.volumes)).toContain('serviceAccountToken');
  });
});

describe('with all switches on, the API server', () => {
  beforeAll(() => release.upgrade(values(ON, { pullSecret: 'pull' })));

  test.each([
    'get pods --all-namespaces',
    'get deployments.apps,statefulsets.apps,daemonsets.apps --all-namespaces',
    'get jobs.batch,cronjobs.batch --all-namespaces',
    `get configmap ${REPORT}`,
    `patch configmap ${REPORT} --type merge --patch {"data":{"a":"b"}}`,
    `patch configmap ${STATE} --type merge --patch {"binaryData":{"a":"AAAA"}}`,
    'get secret pull',
    'create event --namespace shop',
  ])('does what the probe needs: %s', async (args) => {
    expect(await call(args)).not.toMatch(/error|forbidden/i);
  });

  test.each([
    'get secrets',
    'get secret other',
    'get secrets --all-namespaces',
    'get secret pull --namespace shop',
    'delete secret pull',
    'get configmaps',
    'get configmap others',
    'get configmap lab-registry-integrity-probe-prod-config',
    'create configmap mine',
    `delete configmap ${REPORT}`,
    `get configmap ${REPORT} --namespace shop`,
    'patch configmap others --type merge --patch {"data":{"a":"b"}}',
    'run pod --image=registry.example.com/app:v1 --namespace shop',
    'delete pod web --namespace shop',
    'delete cronjob lab-registry-integrity-probe-prod',
    'create job more --from cronjob/lab-registry-integrity-probe-prod',
    'get events --all-namespaces',
    'get replicasets.apps --all-namespaces',
    'get namespaces',
    'get nodes',
    'get roles',
    'create token lab-registry-integrity-probe',
  ])('refuses what is outside of the roles: %s', async (args) => {
    expect(await call(args)).toMatch(REFUSED);
  });
});

test('an event is refused when its switch is off', async () => {
  await release.upgrade(values({}));

  expect(await call('create event --namespace shop')).toMatch(REFUSED);
});

/** What kubectl says to the service account; an event cannot be made by arguments alone. */
function call(args: string): Promise<string> {
  if (!args.startsWith('create event')) return kubectlAs(kubeconfig, args.split(' '));
  const about = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' };
  const event = { apiVersion: 'v1', kind: 'Event', metadata: { generateName: 'web.', namespace: 'shop' } };
  return kubectlAs(kubeconfig, ['create', '--validate=false', '--filename', '-'], {
    ...event,
    involvedObject: about,
    reason: 'Test',
  });
}

/** A role and its binding for each switch that is on. */
function countRoles(kubernetes: Values, auth: Values): number {
  const { inUse, report, state, events } = { ...ON, events: false, ...kubernetes };
  return 2 * [inUse, report, state, events, 'pullSecret' in auth].filter(Boolean).length;
}
