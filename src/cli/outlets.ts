import type { Settings } from '../config/settings.ts';
import { type Family, formatExposition } from '../metrics/exposition.ts';
import { checkGrouping } from '../metrics/grouping.ts';
import { writeMetricsFile } from '../metrics/textfile.ts';
import { openGateway, type OpenGateway } from './gateway.ts';
import type { CommandDeps } from './session.ts';

/** Whose numbers they are, and whether they take the place of all that there were. */
export interface Numbers {
  readonly registry: string;
  readonly shard: number | null;
  readonly complete: boolean;
  readonly families: readonly Family[];
}

/** Where numbers go. */
export interface Outlets {
  /** False when something that was to be pushed or written was not; the log says why. */
  send(numbers: Numbers, giveUp: AbortSignal): Promise<boolean>;
  /** Null where nothing is pushed. */
  readonly gateway: OpenGateway | null;
  close(): Promise<void>;
}

/**
 * The outlets that the settings want, under the given job: the Pushgateway, the metrics file, both, or none.
 * Throws a `GroupingError` or a `PushgatewayError` for settings that cannot work.
 */
export function openOutlets({ pushgateway, metricsFile, dryRun }: Settings, job: string, deps: CommandDeps): Outlets {
  const { log } = deps;
  const group = { job, groupingLabels: pushgateway.groupingLabels };
  checkGrouping(group.job, group.groupingLabels);
  const { url } = pushgateway;
  const gateway = url === null || dryRun ? null : openGateway(url, { ...pushgateway, job }, deps);
  // Each write reads the file, adds to it and replaces it, so one waits for the other.
  let written: Promise<boolean> = Promise.resolve(true);

  async function writeFile({ families, ...numbers }: Numbers): Promise<boolean> {
    if (metricsFile === null || dryRun) return true;
    const answer = await writeMetricsFile(metricsFile, families, { ...group, ...numbers });
    if (answer.kind === 'failed')
      log.error({ registry: numbers.registry, detail: answer.detail }, 'Metrics not written');
    return answer.kind === 'written';
  }

  async function push({ registry, shard, complete, families }: Numbers, giveUp: AbortSignal): Promise<boolean> {
    if (gateway === null) return true;
    const text = await formatExposition(families);
    const answer = await gateway.push(registry, shard, text, complete ? 'replace' : 'add', giveUp);
    if (answer.kind === 'failed') log.error({ registry, detail: answer.detail }, 'Metrics not pushed');
    return answer.kind === 'pushed';
  }

  return {
    gateway,
    async send(numbers, giveUp) {
      const writing = written.then(() => writeFile(numbers));
      // What goes wrong with one registry's numbers is no matter of the next one's.
      written = writing.catch(() => false);
      // Neither of them is left behind because the other one fails.
      const both = await Promise.allSettled([writing, push(numbers, giveUp)]);
      for (const one of both) if (one.status === 'rejected') throw one.reason;
      return both.every((one) => one.status === 'fulfilled' && one.value);
    },
    async close() {
      await gateway?.close();
    },
  };
}
