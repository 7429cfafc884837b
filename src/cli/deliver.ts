import type { PushgatewaySettings, Settings } from '../config/settings.ts';
import { createTransport } from '../http/transport.ts';
import { checkGrouping } from '../metrics/grouping.ts';
import { createPushgateway } from '../metrics/pushgateway.ts';
import { isComplete, renderMetrics } from '../metrics/record.ts';
import { writeMetricsFile } from '../metrics/textfile.ts';
import type { RegistryOutcome } from '../walk/result.ts';
import type { CommandDeps } from './session.ts';
import { USER_AGENT, VERSION } from './version.ts';

/** Hands the numbers of one registry on. */
export interface Delivery {
  /** False when something that was to be pushed or written was not; the log says why. */
  deliver(outcome: RegistryOutcome, giveUp: AbortSignal): Promise<boolean>;
  close(): Promise<void>;
}

/**
 * A delivery as the settings want it: to the Pushgateway, into the metrics file, to both, or nowhere.
 * Throws a `GroupingError` or a `PushgatewayError` for settings that cannot work.
 */
export function createDelivery(settings: Settings, deps: CommandDeps): Delivery {
  const { pushgateway, metricsFile, dryRun, staleAfterSeconds, findings } = settings;
  const { log } = deps;
  const group = { job: pushgateway.job, groupingLabels: pushgateway.groupingLabels };
  checkGrouping(group.job, group.groupingLabels);
  const transport = openPushTransport(pushgateway, deps);
  const gateway =
    pushgateway.url === null || dryRun
      ? null
      : createPushgateway({ ...group, ...credentialsOf(pushgateway), url: pushgateway.url }, { transport, log });
  // Each write reads the file, adds to it and replaces it, so one waits for the other.
  let written: Promise<boolean> = Promise.resolve(true);

  async function writeFile(outcome: RegistryOutcome, text: string): Promise<boolean> {
    if (metricsFile === null || dryRun) return true;
    const options = { ...group, registry: outcome.name, shard: null, complete: isComplete(outcome) };
    const answer = await writeMetricsFile(metricsFile, text, options);
    if (answer.kind === 'failed') log.error({ registry: outcome.name, detail: answer.detail }, 'Metrics not written');
    return answer.kind === 'written';
  }

  async function push(outcome: RegistryOutcome, text: string, giveUp: AbortSignal): Promise<boolean> {
    if (gateway === null) return true;
    const mode = isComplete(outcome) ? 'replace' : 'add';
    const answer = await gateway.push(outcome.name, null, text, mode, giveUp);
    if (answer.kind === 'failed') log.error({ registry: outcome.name, detail: answer.detail }, 'Metrics not pushed');
    return answer.kind === 'delivered';
  }

  return {
    async deliver(outcome, giveUp) {
      const options = { staleAfterSeconds, shards: 1, version: VERSION, maxSeries: findings.maxSeries };
      const text = await renderMetrics(outcome, options);
      written = written.then(() => writeFile(outcome, text));
      const both = await Promise.all([written, push(outcome, text, giveUp)]);
      return both.every((ok) => ok);
    },
    close: () => transport.close(),
  };
}

function openPushTransport(pushgateway: PushgatewaySettings, { clock, log, proxy }: CommandDeps) {
  const { timeout, retries, ca, insecure } = pushgateway;
  const options = { timeoutMs: timeout, concurrency: 4, retries, ca, insecure, userAgent: USER_AGENT, proxy };
  return createTransport(options, { clock, log, random: Math.random });
}

function credentialsOf({ username, password, bearerToken }: PushgatewaySettings) {
  return {
    ...(username === null ? {} : { username, password: password ?? '' }),
    ...(bearerToken === null ? {} : { bearerToken }),
  };
}
