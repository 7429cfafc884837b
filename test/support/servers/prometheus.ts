import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { toolPath } from '../tools/tools.ts';
import { until } from '../until.ts';
import { freePort } from './free-port.ts';
import { startProcess } from './process.ts';
import { createPrometheusApi, type PrometheusApi } from './prometheus-api.ts';
import { prometheusConfig, type PrometheusOptions } from './prometheus-config.ts';

/** Between two questions to one that has not got there yet; it scrapes no more often than this. */
const POLL_MS = 100;

/** A real Prometheus, running, that forgets everything when it stops. */
export interface RunningPrometheus extends PrometheusApi {
  readonly url: URL;
  /** Waits for a scrape of every target that began after this moment; throws if one is down. */
  scraped(): Promise<void>;
  /** Waits until a query gives at least one series. */
  untilAny(promql: string, timeoutMs?: number): Promise<void>;
  stop(): Promise<void>;
  log(): string;
}

/** Starts a Prometheus on 127.0.0.1 with everything in a folder of its own, and waits until it is ready. */
export async function startPrometheus(options: PrometheusOptions): Promise<RunningPrometheus> {
  const folder = await mkdtemp(join(tmpdir(), 'prometheus-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    return await start(options, folder, remove);
  } catch (error) {
    await remove();
    throw error;
  }
}

async function start(
  options: PrometheusOptions,
  folder: string,
  remove: () => Promise<void>,
): Promise<RunningPrometheus> {
  const ruleFiles = (options.rules ?? []).map((_, index) => join(folder, `rules-${index}.yaml`));
  for (const [index, text] of (options.rules ?? []).entries()) await writeFile(ruleFiles[index] ?? '', text);
  const configFile = join(folder, 'prometheus.yaml');
  await writeFile(configFile, prometheusConfig(options, ruleFiles));

  const port = await freePort();
  const url = new URL(`http://127.0.0.1:${port}/`);
  const running = await startProcess({
    command: toolPath('prometheus'),
    args: [
      `--config.file=${configFile}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      ...(options.args ?? []),
    ],
    readyUrl: new URL('-/ready', url),
  });
  const api = createPrometheusApi(url);
  const prometheus: RunningPrometheus = {
    ...api,
    url,
    log: running.log,
    async scraped() {
      const since = Date.now() / 1000;
      const isScraped = async (): Promise<boolean> => {
        const scrapes = await api.query('timestamp(up)');
        return scrapes.length >= options.targets.length && scrapes.every(({ value }) => value > since);
      };
      await until(isScraped, 'every target was scraped', undefined, POLL_MS);
      const down = (await api.targets()).filter(({ health }) => health === 'down');
      const problems = down.map(({ scrapePool, lastError }) => `${scrapePool}: ${lastError}`);
      if (problems.length > 0) throw new Error(problems.join('\n'));
    },
    async untilAny(promql, timeoutMs) {
      await until(async () => (await api.query(promql)).length > 0, `there is ${promql}`, timeoutMs, POLL_MS);
    },
    async stop() {
      await running.stop();
      await remove();
    },
  };
  // It answers as soon as it listens, and is ready later: it refuses until then, and ends where its rules are no rules.
  try {
    await until(async () => (await fetch(new URL('-/ready', url))).ok, 'Prometheus is ready');
  } catch (error) {
    await running.stop();
    throw new Error(`Prometheus did not become ready; it printed:\n${running.log()}`, { cause: error });
  }
  return prometheus;
}
