import { describe, expect, test } from 'vitest';

import { ciObjects } from '../support/chart-ci.ts';
import { podsOf } from '../support/chart-pods.ts';
import { LEAST, one, render, type KubernetesObject, type Values } from '../support/chart.ts';

const DNS = [53, 53, 5353, 5353];

interface Rule {
  readonly to?: readonly unknown[];
  readonly ports?: readonly { readonly port: number }[];
}

function policy(objects: readonly KubernetesObject[]) {
  return one(objects, 'NetworkPolicy', 'probe-registry-integrity-probe')['spec'] as {
    readonly egress: readonly Rule[];
    readonly podSelector: { readonly matchExpressions: readonly { readonly values: readonly string[] }[] };
  };
}

/** The ports of each rule that is for every peer. */
function ports(objects: readonly KubernetesObject[]): readonly (readonly number[])[] {
  return policy(objects)
    .egress.filter(({ to }) => to === undefined)
    .map((rule) => (rule.ports ?? []).map(({ port }) => port));
}

/** What is allowed for registries alone. */
function registryRules(registries: Values): readonly Rule[] {
  const pushgateway = [{ to: [{ ipBlock: { cidr: '192.0.2.1/32' } }] }];
  const objects = render({
    ...LEAST,
    registries,
    kubernetes: { inUse: false, report: false, state: false },
    networkPolicy: { enabled: true, egress: { dns: false, pushgateway } },
  });
  return policy(objects).egress.slice(0, -pushgateway.length);
}

describe('the network policy', () => {
  test('is there when it is asked for', () => {
    expect(render(LEAST).filter(({ kind }) => kind === 'NetworkPolicy')).toEqual([]);
  });

  test('refuses everything but what it lists', () => {
    const objects = ciObjects('network-policy-values.yaml');

    expect(policy(objects)).toMatchObject({ policyTypes: ['Ingress', 'Egress'], ingress: [] });
    expect(policy(objects).egress).toEqual([
      {
        ports: [
          { port: 53, protocol: 'UDP' },
          { port: 53, protocol: 'TCP' },
          { port: 5353, protocol: 'UDP' },
          { port: 5353, protocol: 'TCP' },
        ],
      },
      { to: [{ ipBlock: { cidr: '10.0.0.1/32' } }], ports: [{ port: 443, protocol: 'TCP' }] },
      {
        ports: [
          { port: 5000, protocol: 'TCP' },
          { port: 443, protocol: 'TCP' },
        ],
      },
      { ports: [{ port: 80, protocol: 'TCP' }] },
      { to: [{ ipBlock: { cidr: '192.0.2.0/24' } }] },
    ]);
  });

  test('is for the pods that ask registries, and not for the Pushgateway', () => {
    const objects = ciObjects('in-cluster-pushgateway-without-volume-values.yaml');
    const chosen = policy(objects).podSelector.matchExpressions.flatMap(({ values }) => values);

    const components = podsOf(objects).map(({ owner, labels }) => [
      owner.kind,
      chosen.includes(labels['app.kubernetes.io/component'] ?? ''),
    ]);

    expect(Object.fromEntries(components)).toEqual({ CronJob: true, Pod: true, Deployment: false });
  });

  test('lets the probe reach the Pushgateway of the release, at the port that it listens on', () => {
    const objects = ciObjects('in-cluster-pushgateway-without-volume-values.yaml');
    const gateway = podsOf(objects).find(({ owner }) => owner.kind === 'Deployment');

    expect(policy(objects).egress).toContainEqual({
      to: [{ podSelector: { matchLabels: gateway?.labels } }],
      ports: [{ port: 9091, protocol: 'TCP' }],
    });
  });

  test('lets it reach the proxies, and the Kubernetes API only where that is needed', () => {
    expect(ports(ciObjects('proxy-values.yaml'))).toEqual([DNS, [443, 6443], [443], [9091], [80, 3128]]);
    expect(ports(ciObjects('kubernetes-off-values.yaml'))).toEqual([DNS, [443], [9091]]);
  });

  test.each([
    'http://registry:5000',
    'registry',
    'http://registry.images.svc:5000/path',
    'https://Registry.Images.svc.cluster.local',
    'http://registry.images.svc.cluster.local.:5000',
  ])('knows %s for a Service, whose port says nothing of its pods', (url) => {
    expect(registryRules({ prod: { url } })).toEqual([{ to: [{ namespaceSelector: {} }] }]);
  });

  test.each([
    ['http://registry.images', 80, 'images'],
    ['https://Registry.Images:5000/path', 5000, 'images'],
    ['https://registry.images.svc.k8s.corp.example', 443, 'images'],
    ['http://registry-0.registry.images.svc.k8s.corp.example.:5000', 5000, 'images'],
  ])('takes %s for what may be a Service, at its port or behind it', (url, port, namespace) => {
    expect(registryRules({ prod: { url } })).toEqual([
      { ports: [{ port, protocol: 'TCP' }] },
      { to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } } }] },
    ]);
  });

  test('lets everybody ask the Pushgateway of the release, which asks nobody', () => {
    const objects = render({ ...LEAST, pushgateway: { enabled: true }, networkPolicy: { enabled: true } });
    const gateway = podsOf(objects).find(({ owner }) => owner.kind === 'Deployment');

    expect(one(objects, 'NetworkPolicy', 'probe-registry-integrity-probe-pushgateway')['spec']).toEqual({
      podSelector: { matchLabels: gateway?.labels },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ ports: [{ port: 9091, protocol: 'TCP' }] }],
      egress: [],
    });
  });

  test('lets in whom the values name instead, and the probe', () => {
    const prometheus = { from: [{ namespaceSelector: { matchLabels: { team: 'monitoring' } } }] };
    const objects = render({
      ...LEAST,
      pushgateway: { enabled: true },
      networkPolicy: { enabled: true, ingress: { pushgateway: [prometheus] } },
    });
    const probe = podsOf(objects).find(({ owner }) => owner.kind === 'CronJob');

    const { ingress } = one(objects, 'NetworkPolicy', 'probe-registry-integrity-probe-pushgateway')['spec'] as {
      readonly ingress: readonly {
        readonly from: readonly { readonly podSelector?: { readonly matchLabels: object } }[];
      }[];
    };

    expect(ingress[0]).toEqual(prometheus);
    expect(ingress).toHaveLength(2);
    expect(probe?.labels).toMatchObject(ingress[1]?.from[0]?.podSelector?.matchLabels ?? { nobody: 'selected' });
  });

  test('keeps the ports of registries beside one in the cluster', () => {
    const registries = { prod: { url: 'https://registry.example.com:8443' }, lab: { url: 'http://lab:5000' } };

    expect(registryRules(registries)).toEqual([
      { ports: [{ port: 8443, protocol: 'TCP' }] },
      { to: [{ namespaceSelector: {} }] },
    ]);
  });

  test.each([
    ['https://registry.example.com', 443],
    ['https://registry.svc.example.com', 443],
    ['registry.example.com', 443],
    ['http://registry.example.com/path', 80],
    ['https://registry.example.com:8443/path', 8443],
    ['registry.example.com:5000', 5000],
    ['http://[2001:db8::1]:5000', 5000],
    ['http://[2001:db8::1]', 80],
  ])('knows the port of %s', (url, port) => {
    expect(registryRules({ prod: { url } })).toEqual([{ ports: [{ port, protocol: 'TCP' }] }]);
  });
});
