import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { toolPath } from '../tools/tools.ts';
import { freePort } from './free-port.ts';
import { startProcess } from './process.ts';

/** An alert to post, by its labels; `alertname` is one of them. */
export interface PostedAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** RFC 3339; without an end Alertmanager resolves it after its own `resolve_timeout`. */
  readonly startsAt?: string;
  readonly endsAt?: string;
}

/** An alert that Alertmanager knows; `unprocessed` until it has looked at its routes and inhibitions. */
export interface KnownAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly receivers: readonly { readonly name: string }[];
  readonly status: {
    readonly state: 'active' | 'suppressed' | 'unprocessed';
    readonly inhibitedBy: readonly string[];
    readonly silencedBy: readonly string[];
  };
}

/** A real Alertmanager, running, that forgets everything when it stops. */
export interface RunningAlertmanager {
  /** What a Prometheus is given as a target: its host and port. */
  readonly target: string;
  readonly url: URL;
  /** The alerts that are firing now, suppressed ones included. https://prometheus.io/docs/alerting/latest/alerts_api/ */
  alerts(): Promise<readonly KnownAlert[]>;
  /** Posts alerts as a Prometheus does; throws when they are refused. */
  post(alerts: readonly PostedAlert[]): Promise<void>;
  /** Mutes what has all of these labels for an hour. */
  silence(labels: Readonly<Record<string, string>>): Promise<void>;
  stop(): Promise<void>;
  log(): string;
}

/** Starts an Alertmanager with the text of a configuration file on 127.0.0.1 and waits until it is ready. */
export async function startAlertmanager({ config }: { readonly config: string }): Promise<RunningAlertmanager> {
  const folder = await mkdtemp(join(tmpdir(), 'alertmanager-'));
  await writeFile(join(folder, 'alertmanager.yaml'), config);
  const target = `127.0.0.1:${await freePort()}`;
  const url = new URL(`http://${target}/`);
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const running = await startProcess({
      command: toolPath('prometheus-alertmanager'),
      args: [
        `--config.file=${join(folder, 'alertmanager.yaml')}`,
        `--storage.path=${join(folder, 'data')}`,
        `--web.listen-address=${target}`,
        // One alone needs no gossip, which would listen on a fixed port.
        '--cluster.listen-address=',
      ],
      readyUrl: new URL('-/ready', url),
    });
    return {
      target,
      url,
      alerts: () => getAlerts(url),
      post: (alerts) => send(url, 'alerts', alerts),
      silence: (labels) => send(url, 'silences', silenceOf(labels)),
      async stop() {
        await running.stop();
        await remove();
      },
      log: running.log,
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function getAlerts(url: URL): Promise<readonly KnownAlert[]> {
  const response = await fetch(new URL('api/v2/alerts', url));
  if (!response.ok) throw new Error(`Alertmanager answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as readonly KnownAlert[];
}

/** https://prometheus.io/docs/alerting/latest/alerts_api/ */
function silenceOf(labels: Readonly<Record<string, string>>): unknown {
  const now = Date.now();
  return {
    matchers: Object.entries(labels).map(([name, value]) => ({ name, value, isRegex: false, isEqual: true })),
    startsAt: new Date(now).toISOString(),
    endsAt: new Date(now + 3_600_000).toISOString(),
    createdBy: 'whoever is paged',
    comment: 'known',
  };
}

async function send(url: URL, path: string, content: unknown): Promise<void> {
  const response = await fetch(new URL(`api/v2/${path}`, url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(content),
  });
  if (!response.ok) throw new Error(`Alertmanager answered ${response.status}: ${await response.text()}`);
}
