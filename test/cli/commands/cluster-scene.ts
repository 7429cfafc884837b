import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { onTestFinished } from 'vitest';

import { createDemoRegistry, type DemoRegistry, type DemoRegistryOptions } from '../../../src/demo/server.ts';
import { configFile } from '../../security/logins.ts';
import { probe, type ProbeRun } from '../../support/probe.ts';
import { app, single } from '../../support/reg-fixture.ts';
import { startKubeApi, type FakeKubeApi } from '../../support/servers/kube-api.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** The host under which the cluster's workloads name the registry's images. */
export const HOST = 'registry.example.com';

/** A run, with what it wrote. */
export interface ClusterRun extends ProbeRun {
  readonly log: readonly Readonly<Record<string, unknown>>[];
  /** The metrics that it wrote. */
  readonly metrics: string;
}

/** A registry with `app:v1` and `single:v1`, a cluster beside it, and the probe. */
export interface ClusterScene {
  readonly url: URL;
  readonly registry: DemoRegistry;
  readonly api: FakeKubeApi;
  /** The kept report of the registry, as text. */
  kept(key?: string): string;
  run(settings?: Settings): Promise<ClusterRun>;
}

/** What a test says besides, at the top level and inside the registry. */
export interface Settings {
  readonly top?: Readonly<Record<string, unknown>>;
  readonly lab?: Readonly<Record<string, unknown>>;
  readonly kubernetes?: Readonly<Record<string, unknown>>;
  readonly flags?: readonly string[];
  readonly format?: 'text' | 'json';
  readonly env?: Readonly<Record<string, string>>;
}

const EVERYTHING = { inUse: true, configMap: 'report', state: 'state', events: true };

/** Sets the scene; all of it is gone when the test is over. */
export async function clusterScene(options: DemoRegistryOptions = {}): Promise<ClusterScene> {
  const registry = createDemoRegistry(options);
  registry.store.put(app.repository, app.tag, app.content);
  registry.store.put(single.repository, single.tag, single.content);
  const url = await registry.listen();
  onTestFinished(() => registry.close());
  const api = await startKubeApi();
  onTestFinished(() => api.stop());
  api.configMaps.set('probe/report', {});
  api.configMaps.set('probe/state', {});
  const folder = await temporaryFolder();
  const kubeconfig = await api.kubeconfig(folder);
  const metricsFile = join(folder, 'probe.prom');

  return {
    url,
    registry,
    api,
    kept: (key = 'lab.yaml') => api.configMaps.get('probe/report')?.data?.[key] ?? '',
    async run({ top = {}, lab = {}, kubernetes = EVERYTHING, flags = [], format = 'json', env = {} } = {}) {
      const registries = { lab: { url: url.href, hosts: [HOST], ...lab } };
      const config = await configFile({ kubernetes, metricsFile, registries, ...top });
      const run = await probe(['run', '--config', config, '--output', format, ...flags], {
        KUBECONFIG: kubeconfig,
        ...env,
      });
      const lines = run.stderr.split('\n').filter((line) => line !== '');
      return {
        ...run,
        log: lines.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>),
        metrics: await readFile(metricsFile, 'utf8').catch(() => ''),
      };
    },
  };
}

/** The warnings of a run, in short. */
export function warnings({ log }: ClusterRun): readonly unknown[] {
  return log.filter(({ level }) => level === 'warn').map(({ time: _time, level: _level, ...line }) => line);
}
