import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { stringify } from 'yaml';

import { damageOf, type Damage } from '../real/damage.ts';
import { CHART, one, render, type KubernetesObject } from '../support/chart.ts';
import { buildBundle } from '../support/image/bundle.ts';
import { push } from '../support/push.ts';
import { app, single } from '../support/reg-fixture.ts';
import { startAlertmanager, type RunningAlertmanager } from '../support/servers/alertmanager.ts';
import { startRegistry, type DockerRegistry } from '../support/servers/docker-registry.ts';
import { startPrometheus, type RunningPrometheus } from '../support/servers/prometheus.ts';
import { startPushgateway } from '../support/servers/pushgateway.ts';
import { startWebhook, type Webhook } from '../support/servers/webhook.ts';

/**
 * Short, and nothing waits for it. A period is half of it, a Job ends a second before that, and the probe keeps the last
 * minute of a Job for its delivery: what is left to a walk is half a minute, more than a busy machine needs.
 */
export const STALE_AFTER_SECONDS = 184;
/** Everything happens within seconds of an age, so nothing has to be looked at more often. */
const INTERVAL = '500ms';
const RELEASE = 'registry-integrity-probe';

/** Everything from the registry to whoever is paged, running. */
export interface Scene {
  readonly job: string;
  readonly registry: DockerRegistry;
  readonly damage: Damage;
  /** The second registry, and how it is damaged. */
  readonly stage: DockerRegistry;
  readonly stageDamage: Damage;
  readonly prometheus: RunningPrometheus;
  readonly webhook: Webhook;
  /**
   * Runs the bundle once, with the config file that the chart renders for a registry and what the run before knew;
   * answers with its exit code.
   * Its clock is `secondsAgo` slow, so that what it pushes is as old as if it had run then.
   */
  walk(registry: string, secondsAgo?: number): Promise<number>;
  /** Mutes what has all of these labels. */
  silence(labels: Readonly<Record<string, string>>): Promise<void>;
  /** The alerts that Alertmanager holds back: name and registry. */
  suppressed(): Promise<readonly string[]>;
  stop(): Promise<void>;
}

/** Starts two registries, a Pushgateway, a Prometheus with the chart's rules, and an Alertmanager with its example. */
export async function startScene(staleAfterSeconds = STALE_AFTER_SECONDS): Promise<Scene> {
  const started: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of started.toReversed()) await end();
  };
  const keep = async <T extends { stop(): Promise<unknown> }>(starting: Promise<T>): Promise<T> => {
    const server = await starting;
    started.push(() => server.stop());
    return server;
  };
  try {
    const registry = await keep(startRegistry());
    const stage = await keep(startRegistry());
    for (const { url } of [registry, stage]) {
      await push(url, app.repository, app.tag, app.content);
      await push(url, single.repository, single.tag, single.content);
    }
    const damage = await damageOf(registry);
    const stageDamage = await damageOf(stage);
    const pushgateway = await keep(startPushgateway());
    const objects = render(valuesFor(registry.url, stage.url, pushgateway.url, staleAfterSeconds), {
      release: RELEASE,
    });
    const webhook = await keep(startWebhook());
    const alertmanager = await keep(startAlertmanager({ config: await exampleFor(webhook.url) }));
    const prometheus = await keep(
      startPrometheus({
        targets: [{ job: 'pushgateway', url: new URL('metrics', pushgateway.url), honorLabels: true }],
        rules: [rulesOf(objects)],
        alertmanagers: [alertmanager.url],
        scrapeInterval: INTERVAL,
        evaluationInterval: INTERVAL,
      }),
    );
    const bundle = await buildBundle();
    const folder = await mkdtemp(join(tmpdir(), 'page-'));
    started.push(() => rm(folder, { recursive: true, force: true }));
    const walk = async (name: string, secondsAgo = 0): Promise<number> => {
      const file = join(folder, `${name}.yaml`);
      await writeFile(file, configOf(objects, name));
      const state = ['--state', join(folder, `${name}.state`)];
      return runBundle(['--import', slowClock(secondsAgo), bundle.path, 'run', '--config', file, ...state]);
    };
    const { silence } = alertmanager;
    const servers = { registry, damage, stage, stageDamage, prometheus, webhook };
    return { job: RELEASE, ...servers, walk, silence, suppressed: () => held(alertmanager), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Nothing but times is shortened, and by values alone. */
function valuesFor(
  prod: URL,
  stage: URL,
  pushgateway: URL,
  staleAfterSeconds: number,
): Readonly<Record<string, unknown>> {
  return {
    registries: { prod: { url: prod.href }, stage: { url: stage.href } },
    registryDefaults: { retries: 0, confirm: { delay: '20ms' } },
    pushgateway: { url: pushgateway.href.replace(/\/$/, '') },
    staleAfterSeconds,
    cronJob: { periodSeconds: staleAfterSeconds / 2 },
    job: { activeDeadlineSeconds: staleAfterSeconds / 2 - 1 },
    kubernetes: { inUse: false, report: false, state: false },
    prometheusRule: {
      enabled: true,
      runbookUrl: 'https://docs.example.com/runbooks/%s.md',
      rules: {
        RegistryManifestIntegrityFailure: { for: '1s' },
        RegistryCatalogInaccessible: { for: '1s', forLost: '1s' },
        RegistryIntegrityProbeStale: { for: '1s' },
      },
    },
  };
}

/** All groups in one file. What is looked back is as short as everything else here: ten scrapes. */
function rulesOf(objects: readonly KubernetesObject[]): string {
  const rules = objects.filter(({ kind }) => kind === 'PrometheusRule');
  const groups = rules.flatMap(({ spec }) => (spec as { readonly groups: readonly unknown[] }).groups);
  return stringify({ groups }).replaceAll('[5m]', '[5s]');
}

function configOf(objects: readonly KubernetesObject[], registry: string): string {
  const data = one(objects, 'ConfigMap', `${RELEASE}-${registry}-config`)['data'] as Readonly<Record<string, string>>;
  return data['config.yaml'] ?? '';
}

/** The chart's example, with a webhook for each receiver and without the time that it waits for more alerts. */
async function exampleFor(webhook: URL): Promise<string> {
  const example = await readFile(join(CHART, 'files', 'alertmanager.yaml'), 'utf8');
  return example
    .replaceAll(/https:\/\/[a-z]+\.example\.com\/\S*/g, webhook.href)
    .replaceAll(/(group_wait|group_interval): \S+/g, '$1: 1s');
}

/** A module that makes the clock of a process slow; there is no other way to a walk that ended some time ago. */
function slowClock(seconds: number): string {
  const code = `const now = Date.now; Date.now = () => now() - ${seconds * 1000};`;
  return `data:text/javascript,${encodeURIComponent(code)}`;
}

function runBundle(args: readonly string[]): Promise<number> {
  const env = { PATH: process.env['PATH'], HOME: '/nonexistent' };
  return new Promise((done) => {
    execFile(process.execPath, args, { env }, (error) => done(error === null ? 0 : Number(error.code)));
  });
}

async function held(alertmanager: RunningAlertmanager): Promise<readonly string[]> {
  const alerts = await alertmanager.alerts();
  return alerts
    .filter(({ status }) => status.state === 'suppressed')
    .map(({ labels }) => `${labels['alertname']} ${labels['registry']}`);
}
