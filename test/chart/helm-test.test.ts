import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

import { CI_FILES, ciObjects } from '../support/chart-ci.ts';
import { podOf, podsOf } from '../support/chart-pods.ts';
import { one, type KubernetesObject } from '../support/chart.ts';
import { start } from '../support/chart-start.ts';

interface Config {
  readonly registries: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly [key: string]: unknown;
}

function config(objects: readonly KubernetesObject[], name: string): Config {
  const data = one(objects, 'ConfigMap', `${name}-config`)['data'] as Readonly<Record<string, string>>;
  return parse(data['test.yaml'] ?? '') as Config;
}

describe('helm test', () => {
  // A scan of files asks nobody, so there is nothing to try.
  test.each(CI_FILES)('of %s has a pod for each CronJob that asks a registry', (file) => {
    const isScan = ({ metadata }: KubernetesObject): boolean =>
      metadata.labels?.['app.kubernetes.io/component'] === 'storage';
    const objects = ciObjects(file).filter((object) => !isScan(object));
    const names = (kind: string): readonly string[] =>
      objects.filter((object) => object.kind === kind).map(({ metadata }) => metadata.name);

    expect(names('Pod')).toEqual(names('CronJob').map((name) => `${name}-test`));
    for (const pod of objects.filter(({ kind }) => kind === 'Pod')) {
      expect(pod.metadata.annotations).toMatchObject({
        'helm.sh/hook': 'test',
        // One that went away at its end would take its log with it, for which `helm test --logs` asks afterwards.
        'helm.sh/hook-delete-policy': 'before-hook-creation',
      });
    }
  });

  test('lists the catalog, walks nothing and pushes nothing', () => {
    expect(podOf(ciObjects('default-values.yaml'), 'Pod')).toMatchObject({
      containers: [
        {
          args: ['run', '--config', '/etc/registry-integrity-probe/config.yaml', '--dry-run', '--repository', '!**'],
        },
      ],
    });
  });

  test.each(['existing-secret', 'docker-config', 'inline-credentials', 'ca-bundle', 'client-certificate', 'extras'])(
    'has for %s the files and variables of the CronJob’s pod',
    (name) => {
      const objects = ciObjects(`${name}-values.yaml`);
      const cronjob = podsOf(objects).find(({ owner }) => owner.kind === 'CronJob');
      const own = start(podOf(objects, 'Pod', `${cronjob?.owner.metadata.name}-test`), objects);

      const other = start(cronjob?.spec ?? { containers: [] }, objects);

      const ofRegistry = ([path]: readonly [string, unknown]): boolean => path.includes('/registry/');
      expect([...own.files].filter(ofRegistry)).toEqual([...other.files].filter(ofRegistry));
      expect(own.env).toEqual(other.env);
    },
  );

  test('takes a pull secret as a file, for it has no token', () => {
    const objects = ciObjects('pull-secret-values.yaml');
    const name = 'probe-registry-integrity-probe-prod';

    const { files } = start(podOf(objects, 'Pod', `${name}-test`), objects);

    const path = '/etc/registry-integrity-probe/registry/config.json';
    expect(config(objects, name).registries).toMatchObject({ prod: { auth: { dockerConfigFile: path } } });
    expect(files.has(path)).toBe(true);
  });

  test('asks for the whole of a divided registry', () => {
    const { registries } = config(ciObjects('sharded-values.yaml'), 'probe-registry-integrity-probe-big');

    expect(registries['big']).not.toHaveProperty('shards');
  });

  test('does not wait for containers that never end', () => {
    const [container, ...others] = podOf(ciObjects('extras-values.yaml'), 'Pod').containers;

    expect(others).toEqual([]);
    expect(container?.name).toBe('probe');
  });
});
