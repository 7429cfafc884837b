import { describe, expect, test } from 'vitest';

import { ciObjects } from '../support/chart-ci.ts';
import { podsOf } from '../support/chart-pods.ts';
import { LEAST, one, render, type KubernetesObject } from '../support/chart.ts';

interface Rule {
  readonly to?: readonly unknown[];
  readonly ports?: readonly { readonly port: number }[];
}

function policy(objects: readonly KubernetesObject[]) {
  return one(objects, 'NetworkPolicy')['spec'] as {
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
    expect(ports(ciObjects('proxy-values.yaml'))).toEqual([[53, 53], [443, 6443], [443], [9091], [80, 3128]]);
    expect(ports(ciObjects('kubernetes-off-values.yaml'))).toEqual([[53, 53], [443], [9091]]);
  });

  test.each([
    ['https://registry.example.com', 443],
    ['registry.example.com', 443],
    ['http://registry.example.com/path', 80],
    ['https://registry.example.com:8443/path', 8443],
    ['registry.example.com:5000', 5000],
    ['http://[2001:db8::1]:5000', 5000],
    ['http://[2001:db8::1]', 80],
  ])('knows the port of %s', (url, port) => {
    const registries = { prod: { url } };
    const egress = { dns: false, pushgateway: [{ to: [] }] };

    const objects = render({
      ...LEAST,
      registries,
      kubernetes: { inUse: false, report: false },
      networkPolicy: { enabled: true, egress },
    });

    expect(ports(objects)).toEqual([[port]]);
  });
});
