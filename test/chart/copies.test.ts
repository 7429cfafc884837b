import { parse } from 'yaml';
import { describe, expect, test } from 'vitest';

import { podOf } from '../support/chart-pods.ts';
import { LEAST, one, render, templateText, type KubernetesObject, type Values } from '../support/chart.ts';
import { load } from '../config/loading.ts';

const MIRROR = {
  url: 'https://mirror.example.com:8443',
  onlyForCopies: true,
  auth: { existingSecret: 'mirror-login' },
  caBundle: { existingConfigMap: 'mirror-ca' },
};

function withCopies(
  copies: readonly object[],
  others: Values = { mirror: MIRROR },
  more: Values = {},
  hosts: readonly string[] = [],
): Values {
  const prod = { url: 'https://registry.example.com', hosts, copies };
  return {
    ...LEAST,
    kubernetes: { inUse: false, report: false, state: false },
    registries: { prod, ...others },
    ...more,
  };
}

function configOf(objects: readonly KubernetesObject[], key = 'config.yaml'): string {
  const { data } = one(objects, 'ConfigMap', 'probe-registry-integrity-probe-prod-config') as unknown as {
    readonly data: Readonly<Record<string, string>>;
  };
  return data[key] ?? '';
}

describe('the registries that have copies', () => {
  test('are in the config file of the registry that names them, with their Secret and their CA, and are not walked', async () => {
    const objects = render(withCopies([{ registry: 'mirror', repository: 'backup/{repository}' }]));

    const { settings } = await load({
      file: configOf(objects),
      command: 'run',
      env: { PROBE_REGISTRIES_MIRROR_AUTH_USERNAME: 'me' },
      files: {
        '/etc/registry-integrity-probe/copies/mirror/password': 'secret',
        '/etc/registry-integrity-probe/copies/mirror/ca.crt': '-----BEGIN CERTIFICATE-----',
      },
    });
    expect(settings.registries).toMatchObject([
      { name: 'mirror', onlyForCopies: true, auth: { username: 'me', password: 'secret' } },
      { name: 'prod', onlyForCopies: false, copies: [{ registry: 'mirror', repository: 'backup/{repository}' }] },
    ]);
    const pod = JSON.stringify(podOf(objects, 'CronJob'));
    expect(pod).toContain('{"name":"PROBE_REGISTRIES_MIRROR_AUTH_USERNAME"');
    expect(pod).toContain('{"name":"mirror-login","items":[{"key":"password","path":"copies/mirror/password"}]}');
    expect(pod).toContain('{"name":"mirror-ca","items":[{"key":"ca.crt","path":"copies/mirror/ca.crt"}]}');
    expect(objects.filter(({ kind }) => kind === 'CronJob').map(({ metadata }) => metadata.name)).toEqual([
      'probe-registry-integrity-probe-prod',
    ]);
    expect(settings.pushgateway.registries).toEqual({ prod: 1 });
  });

  test('are walked as well unless they are for copies alone, and are mounted once', () => {
    const mirror = { ...MIRROR, onlyForCopies: false, copies: [{ registry: 'prod' }] };
    const objects = render(
      withCopies([{ registry: 'mirror' }, { registry: 'mirror', repository: 'x/{repository}' }], { mirror }),
    );

    expect(objects.filter(({ kind }) => kind === 'CronJob')).toHaveLength(2);
    expect(Object.keys((parse(configOf(objects)) as { registries: object }).registries)).toEqual(['prod', 'mirror']);
    expect(configOf(objects).match(/onlyForCopies: true/g)).toHaveLength(1);
  });

  test('bring their own names and passwords, pull secrets and rights', () => {
    const named = { url: 'https://mirror.example.com', onlyForCopies: true, auth: { username: 'me', password: 'x' } };
    const pulled = { url: 'https://other.example.com', onlyForCopies: true, auth: { pullSecret: 'pull' } };
    const objects = render(withCopies([{ registry: 'named' }, { registry: 'pulled' }], { named, pulled }));

    expect(one(objects, 'Secret', 'probe-registry-integrity-probe-named-auth')).toBeDefined();
    const pod = podOf(objects, 'CronJob') as { readonly automountServiceAccountToken?: boolean };
    expect(JSON.stringify(pod)).toContain('probe-registry-integrity-probe-named-auth');
    expect(JSON.stringify(pod)).toContain('"automountServiceAccountToken":true');
    expect(configOf(objects)).toContain('pullSecret: pull');
    expect(JSON.stringify(objects.filter(({ kind }) => kind === 'Role'))).toContain('"resourceNames":["pull"]');
  });

  test('are nothing to helm test, which asks the registry itself', () => {
    const objects = render(withCopies([{ registry: 'mirror' }]));

    expect(configOf(objects, 'test.yaml')).not.toMatch(/copies|mirror/);
  });

  test('may be reached where the network policy lets the registry be reached', () => {
    const policy = { networkPolicy: { enabled: true, egress: { dns: false } } };
    const objects = render(
      withCopies([{ registry: 'mirror' }, { registry: 'http://other.example.com:5001' }], { mirror: MIRROR }, policy),
    );

    const spec = one(objects, 'NetworkPolicy', 'probe-registry-integrity-probe')['spec'];
    const ports = (spec as { egress: { ports?: { port: number }[] }[] }).egress.flatMap((rule) => rule.ports ?? []);
    expect(ports.map(({ port }) => port)).toEqual(expect.arrayContaining([443, 8443, 5001]));
  });

  test('leave every object small where as many registries as there may be have ten each', { timeout: 120_000 }, () => {
    const registries = Object.fromEntries(
      Array.from({ length: 200 }, (_, index) => [
        `registry-${index}`,
        {
          ...MIRROR,
          url: `https://mirror-${index}.example.com:8443`,
          onlyForCopies: false,
          copies: Array.from({ length: 10 }, (__, next) => ({ registry: `registry-${(index + next + 1) % 200}` })),
        },
      ]),
    );

    const objects = render({ ...LEAST, registries, networkPolicy: { enabled: true } });

    expect(objects.filter(({ kind }) => kind === 'CronJob')).toHaveLength(200);
    expect(Math.max(...objects.map((object) => Buffer.byteLength(JSON.stringify(object))))).toBeLessThan(200_000);
  });

  test.each<[object, string]>([
    [
      { registry: 'nowhere' },
      'registries.prod.copies[0]: no enabled registry is called "nowhere"; name another one, or give a URL.',
    ],
    [
      { registry: 'prod' },
      'registries.prod.copies[0]: prod is the registry itself; a copy is in another one, or in other repositories of it.',
    ],
    [
      { registry: 'https://Registry.example.com/' },
      'registries.prod.copies[0]: https://Registry.example.com/ is the registry itself; a copy is in another one, or in other repositories of it.',
    ],
    [{ registry: 'Mirror_A' }, 'registries: "Mirror_A" is no name for a registry'],
    [
      { registry: 'hub' },
      'registries.prod.copies[0]: hub is a pull-through cache by registries.hub, and to ask it would fill it; take it away.',
    ],
    ...['HTTPS://Hub.example.com:443/', 'hub.example.com', 'https://hub.example.net/', 'registry-1.docker.io'].map(
      (registry): [object, string] => [
        { registry, repository: 'library/{repository}' },
        `registries.prod.copies[0]: ${registry} is a pull-through cache by registries.hub, and to ask it would fill it; take it away.`,
      ],
    ),
    [{ registry: 'https://away.example.com' }, 'https://away.example.com is a pull-through cache by registries.away'],
    [{ registry: 'images.example.com' }, 'registries.prod.copies[0]: images.example.com is the registry itself'],
    [{ registry: 'again' }, 'registries.prod.copies[0]: again is the registry itself'],
    [{ registry: 'https://[::1' }, 'registries.prod.copies[0] is "https://[::1"; give an http or https URL'],
  ])('%j is refused with one sentence', (copy, problem) => {
    const others = {
      hub: { url: 'https://hub.example.com', kind: 'pull-through', hosts: ['hub.example.net', 'docker.io'] },
      // Nobody walks it, and to ask it would fill it all the same.
      away: { url: 'https://away.example.com', kind: 'pull-through', enabled: false },
      again: { url: 'https://Registry.example.com:443', onlyForCopies: true },
    };

    const hosts = ['images.example.com'];
    const unnameable = 'registry' in copy && copy.registry === 'Mirror_A' ? { Mirror_A: MIRROR } : {};
    expect(() => templateText(withCopies([copy], { ...others, ...unnameable }, {}, hosts))).toThrow(problem);
  });

  test.each(['https://hub.example.com/other', 'https://hub.example.com:5000', 'http://hub.example.com'])(
    '%s is no cache that the values know',
    (registry) => {
      const hub = { url: 'https://hub.example.com', kind: 'pull-through' };

      expect(() => templateText(withCopies([{ registry }], { hub }))).not.toThrow();
    },
  );
});
