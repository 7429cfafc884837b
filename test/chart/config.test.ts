import { describe, expect, test } from 'vitest';

import { HANDED_ON } from '../../helm/generate/values/registries.ts';
import { parseCommandLine, type Typed } from '../../src/cli/command-line.ts';
import { loadSettings } from '../../src/config/load.ts';
import { REGISTRY_SETTINGS } from '../../src/config/setting.ts';
import type { Settings } from '../../src/config/settings.ts';
import { CI_FILES, ciObjects } from '../support/chart-ci.ts';
import { podOf, podsOf, type PodSpec } from '../support/chart-pods.ts';
import { LEAST, one, render, type KubernetesObject } from '../support/chart.ts';
import { start } from '../support/chart-start.ts';

const PROBES = CI_FILES.flatMap((file) => {
  const objects = ciObjects(file);
  return podsOf(objects)
    .filter(({ owner }) => owner.kind !== 'Deployment')
    .map(({ owner, spec }) => ({ pod: `${owner.kind} ${owner.metadata.name} of ${file}`, spec, objects }));
});

/** The others are there for copies alone. */
function isWalked({ onlyForCopies }: Settings['registries'][number]): boolean {
  return !onlyForCopies;
}

describe('the config file', () => {
  test.each(PROBES)('of $pod is one that the probe takes, with nothing in it that it does not know', async (probe) => {
    const { settings, warnings } = await load(probe.spec, probe.objects);

    expect(warnings).toEqual([]);
    expect(settings.registries.filter(isWalked).length).toBeLessThanOrEqual(1);
  });

  test('brings every setting of a walk to the probe', async () => {
    const objects = ciObjects('walk-settings-values.yaml');

    const { settings, typed } = await load(podOf(objects, 'CronJob'), objects);

    expect(settings).toMatchObject({
      output: 'json',
      logLevel: 'debug',
      failOnFindings: true,
      failOnUnknown: false,
      quitUrl: 'http://127.0.0.1:15020/quitquitquit',
      deadline: 780_000,
      staleAfterSeconds: 3600,
      findings: { maxSeries: 0 },
      pushgateway: {
        url: 'https://pushgateway.example.com/path',
        job: 'registries',
        groupingLabels: { cluster: 'eu-1', site: '01' },
        timeout: 20_000,
        retries: 2,
        insecure: true,
        registries: { prod: 1 },
      },
      kubernetes: {
        inUse: true,
        events: false,
        configMap: 'probe-registry-integrity-probe-prod-report',
        state: 'probe-registry-integrity-probe-prod-state',
      },
    });
    expect(settings.registries.filter(isWalked)).toMatchObject([
      {
        name: 'prod',
        url: 'https://registry.example.com',
        hosts: ['registry.example.net:5000', '10.0.0.1:5000'],
        expectAuth: true,
        concurrency: 8,
        requestsPerSecond: 0.5,
        timeout: 45_000,
        retries: 3,
        blobCheck: 'full',
        readWithoutRange: 8_388_608,
        unpackLimit: 30_000_000_000,
        pageSize: 100,
        allowMissingPlatforms: ['windows/**'],
        excludePlatforms: ['linux/s390x'],
        referrers: true,
        manifestLimit: 16_777_216,
        confirm: { delay: 5_000, rounds: 2 },
        repositories: { match: ['team/**', '!team/scratch-*'], include: ['hidden/app'], source: 'catalog' },
        tags: { match: ['!*-snapshot'] },
        auth: {
          username: 'made-up',
          password: 'made-up',
          tokenHosts: ['auth.example.com', 'auth.example.net:5001'],
        },
      },
    ]);
    expect(typed.command).toBe('run');
  });

  test('has a name for every setting of a registry, unless the chart gives it itself', () => {
    const own = ['auth', 'shards', 'caFile', 'certFile', 'keyFile'];
    const names = REGISTRY_SETTINGS.map(({ path }) => path.split('.', 1)[0] ?? '').filter(
      (name) => !own.includes(name),
    );

    const text = one(ciObjects('walk-settings-values.yaml'), 'ConfigMap', 'probe-registry-integrity-probe-prod-config');

    expect([...HANDED_ON].toSorted()).toEqual([...new Set(names)].toSorted());
    for (const name of HANDED_ON) expect(JSON.stringify(text['data'])).toContain(` ${name}:`);
  });

  test('says what holds for all registries before what holds for one, and leaves null to the probe', async () => {
    const objects = render({
      ...LEAST,
      registries: { prod: { url: 'https://registry.example.com', timeout: '45s', retries: null } },
      registryDefaults: { concurrency: 2, timeout: '20s', retries: 7, requestsPerSecond: null },
    });

    const { settings } = await load(podOf(objects, 'CronJob'), objects);

    expect(settings.registries).toMatchObject([
      { concurrency: 2, timeout: 45_000, retries: 7, requestsPerSecond: null },
    ]);
  });

  test('ends the walk a minute before Kubernetes does', async () => {
    const objects = render({ ...LEAST, job: { activeDeadlineSeconds: 600 } });

    const { settings } = await load(podOf(objects, 'CronJob'), objects);

    expect(settings.deadline).toBe(540_000);
  });

  test('has no password in it, and neither has an environment variable or an argument', () => {
    for (const { objects, spec } of PROBES.filter(({ pod }) => pod.includes('inline-credentials'))) {
      const maps = objects.filter(({ kind }) => kind === 'ConfigMap').map((object) => object['data']);

      expect(JSON.stringify([maps, spec])).not.toContain('{{ word }}');
    }
  });
});

/** What the program makes of a pod: its command line, and the settings. */
async function load(
  spec: PodSpec,
  objects: readonly KubernetesObject[],
): Promise<{ readonly typed: Typed; readonly settings: Settings; readonly warnings: readonly string[] }> {
  const { args, env, files } = start(spec, objects);
  const parsed = parseCommandLine(args);
  if (parsed.kind !== 'typed') throw new Error(`${args.join(' ')} is no command line`);
  const { command, flags, configPath } = parsed.typed;
  const readFile = async (path: string): Promise<string> => {
    const content = files.get(path);
    if (content === undefined) throw Object.assign(new Error(`no ${path} in the pod`), { code: 'ENOENT' });
    return content;
  };
  return { typed: parsed.typed, ...(await loadSettings({ command, flags, configPath, env, readFile })) };
}
