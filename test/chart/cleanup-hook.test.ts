import { cp, mkdir, writeFile } from 'node:fs/promises';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';

import { podOf } from '../support/chart-pods.ts';
import { CHART, KUBE_VERSION, LEAST, one, parseObjects, render, type KubernetesObject } from '../support/chart.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { toolPath } from '../support/tools/tools.ts';

const NAME = 'probe-registry-integrity-probe-forget';

function hooks(objects: readonly KubernetesObject[]): readonly KubernetesObject[] {
  return objects.filter(({ metadata }) => metadata.annotations?.['helm.sh/hook'] === 'post-delete');
}

function witness(objects: readonly KubernetesObject[]): string {
  const data = one(objects, 'ConfigMap', NAME)['data'] as Readonly<Record<string, string>>;
  const { forget } = parse(data['config.yaml'] ?? '') as { readonly forget: { readonly witness?: string } };
  return forget.witness ?? '';
}

/** What a tool installs that renders the chart by kustomize, which knows no hooks. */
async function kustomized(): Promise<readonly KubernetesObject[]> {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'charts'));
  await cp(CHART, join(folder, 'charts', 'registry-integrity-probe'), { recursive: true });
  await writeFile(join(folder, 'values.yaml'), stringify(LEAST));
  const chart = { name: 'registry-integrity-probe', releaseName: 'probe', namespace: 'monitoring' };
  const kustomization = {
    namespace: 'monitoring',
    helmGlobals: { chartHome: 'charts' },
    helmCharts: [{ ...chart, valuesFile: 'values.yaml', kubeVersion: KUBE_VERSION }],
  };
  await writeFile(join(folder, 'kustomization.yaml'), stringify(kustomization));
  const args = ['build', '--enable-helm', '--helm-command', toolPath('helm'), folder];
  const { stdout, stderr, status } = spawnSync(toolPath('kustomize'), args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return parseObjects(stdout);
}

describe('the hook after an uninstall', () => {
  test('asks first for a ConfigMap of the release, with a right on that alone', () => {
    const objects = render({ ...LEAST, registries: { zeta: { url: 'https://z' }, beta: { url: 'https://b' } } });
    const config = 'probe-registry-integrity-probe-beta-config';

    expect(witness(objects)).toBe(`monitoring/${config}`);
    expect(one(objects, 'ConfigMap', config).metadata.namespace).toBe('monitoring');
    expect(hooks(objects).map(({ kind }) => kind)).toEqual([
      'ServiceAccount',
      'ConfigMap',
      'Role',
      'RoleBinding',
      'Job',
    ]);
    expect(one(objects, 'Role', NAME)['rules']).toEqual([
      { apiGroups: [''], resources: ['configmaps'], verbs: ['get'], resourceNames: [config] },
    ]);
    expect(podOf(objects, 'Job')).toMatchObject({ serviceAccountName: NAME, automountServiceAccountToken: true });
  });

  test('asks for the one that the values name, where that is', () => {
    const objects = render({ ...LEAST, forget: { witness: 'other/config' } });

    expect(witness(objects)).toBe('other/config');
    expect(one(objects, 'Role', NAME).metadata.namespace).toBe('other');
    expect(one(objects, 'RoleBinding', NAME)).toMatchObject({
      metadata: { namespace: 'other' },
      subjects: [{ kind: 'ServiceAccount', name: NAME, namespace: 'monitoring' }],
    });
  });

  test('asks for none and has no right where the values say so', () => {
    const objects = render({ ...LEAST, forget: { witness: '' } });

    expect(witness(objects)).toBe('');
    expect(hooks(objects).map(({ kind }) => kind)).toEqual(['ConfigMap', 'Job']);
    expect(podOf(objects, 'Job').automountServiceAccountToken).toBe(false);
  });

  test('asks all the same where somebody else gives the rights', () => {
    const objects = render({ ...LEAST, rbac: { create: false } });

    expect(witness(objects)).not.toBe('');
    expect(hooks(objects).map(({ kind }) => kind)).toEqual(['ServiceAccount', 'ConfigMap', 'Job']);
  });

  test('asks as the account that stays when the release goes, where there is one', () => {
    const objects = render({ ...LEAST, serviceAccount: { create: false, name: 'theirs' } });

    expect(hooks(objects).map(({ kind }) => kind)).toEqual(['ConfigMap', 'Role', 'RoleBinding', 'Job']);
    expect(podOf(objects, 'Job').serviceAccountName).toBe('theirs');
    expect(one(objects, 'RoleBinding', NAME)['subjects']).toMatchObject([{ name: 'theirs' }]);
  });

  test('has a network policy of its own, which lets it reach the API server and the Pushgateway', () => {
    const policy = one(render({ ...LEAST, networkPolicy: { enabled: true } }), 'NetworkPolicy', NAME);

    expect(policy.metadata.annotations).toMatchObject({ 'helm.sh/hook': 'post-delete', 'helm.sh/hook-weight': '-1' });
    expect(policy['spec']).toMatchObject({
      podSelector: { matchLabels: { 'app.kubernetes.io/component': 'cleanup' } },
      policyTypes: ['Ingress', 'Egress'],
      egress: [
        { ports: [{ port: 53 }, { port: 53 }, { port: 5353 }, { port: 5353 }] },
        { ports: [{ port: 443 }, { port: 6443 }] },
        { ports: [{ port: 9091 }] },
      ],
    });
  });

  test('does nothing where kustomize installs it with all the rest: what it asks for is there', async () => {
    const objects = await kustomized();

    const [namespace, name] = witness(objects).split('/');
    expect(one(objects, 'Job', NAME).metadata.namespace).toBe('monitoring');
    expect(one(objects, 'ConfigMap', name).metadata.namespace).toBe(namespace);
    expect(one(objects, 'Role', NAME)['rules']).toMatchObject([{ verbs: ['get'], resourceNames: [name] }]);
    expect(one(objects, 'RoleBinding', NAME)['subjects']).toMatchObject([{ name: NAME, namespace }]);
    expect(podOf(objects, 'Job').serviceAccountName).toBe(NAME);
  });
});
