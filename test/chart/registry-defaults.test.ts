import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

import { podsOf } from '../support/chart-pods.ts';
import { LEAST, one, render, type KubernetesObject, type Values } from '../support/chart.ts';

const PREFIX = 'probe-registry-integrity-probe';

function registry(objects: readonly KubernetesObject[], name: string): Values {
  const data = one(objects, 'ConfigMap', `${PREFIX}-${name}-config`)['data'] as Readonly<Record<string, string>>;
  const { registries } = parse(data['config.yaml'] ?? '') as { readonly registries: Readonly<Record<string, Values>> };
  return registries[name] ?? {};
}

/** The objects that the files of a registry's pod come from. */
function sources(objects: readonly KubernetesObject[], name: string): readonly string[] {
  const pod = podsOf(objects).find(({ owner }) => owner.metadata.name === `${PREFIX}-${name}`);
  const files = pod?.spec.volumes?.find((volume) => volume.name === 'files')?.projected?.sources ?? [];
  return files.map(({ configMap, secret }) => configMap?.name ?? secret?.name ?? '');
}

describe('what all registries have in common', () => {
  const objects = render({
    ...LEAST,
    registryDefaults: {
      timeout: '45s',
      auth: { existingSecret: 'common' },
      caBundle: { existingConfigMap: 'corp-ca' },
      clientCertificate: { existingSecret: 'client' },
    },
    registries: {
      plain: { url: 'https://a.example.com' },
      own: { url: 'https://b.example.com', auth: { existingSecret: 'own', passwordKey: 'pass' } },
      open: { url: 'https://c.example.com', auth: {}, caBundle: {}, clientCertificate: {} },
    },
  });

  test('is who asks and whom is trusted, where a registry says nothing of it', () => {
    expect(sources(objects, 'plain')).toEqual([`${PREFIX}-plain-config`, 'common', 'corp-ca', 'client']);
    expect(registry(objects, 'plain')).toMatchObject({
      auth: { passwordFile: expect.any(String) },
      caFile: expect.any(String),
      certFile: expect.any(String),
    });
  });

  test('is not what a registry says otherwise', () => {
    expect(sources(objects, 'own')).toEqual([`${PREFIX}-own-config`, 'own', 'corp-ca', 'client']);
    expect(sources(objects, 'open')).toEqual([`${PREFIX}-open-config`]);
    expect(registry(objects, 'open')).toEqual({ url: 'https://c.example.com' });
  });

  test('may be a pull secret, on which there is a right', () => {
    const pulled = render({ ...LEAST, registryDefaults: { auth: { pullSecret: 'regcred' } } });

    expect(one(pulled, 'Role', `${PREFIX}-pull-secrets`)['rules']).toMatchObject([{ resourceNames: ['regcred'] }]);
    expect(registry(pulled, 'prod')).toMatchObject({ auth: { pullSecret: 'regcred' } });
  });

  test('is refused where it cannot be', () => {
    const twice = { auth: { existingSecret: 'a', pullSecret: 'b' } };

    expect(() => render({ ...LEAST, registryDefaults: twice })).toThrow(
      'existingSecret and pullSecret exclude each other',
    );
  });
});
