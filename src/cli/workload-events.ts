import type { Settings } from '../config/settings.ts';
import { eventSubject } from '../kubernetes/event-subject.ts';
import { createEventSender } from '../kubernetes/send-events.ts';
import { withTimeLimit } from '../kubernetes/time-limit.ts';
import type { Cluster } from './cluster.ts';
import type { DescribedOutcome } from './describe-outcome.ts';
import type { CommandDeps } from './session.ts';

/** Between the end of a walk and that of the process there is little time: a pod is given a minute. */
const EVENTS_LIMIT_MS = 15_000;

/** Tells workloads that an image they use is broken; what cannot be sent is told by a warning. */
export type TellWorkloads = (described: DescribedOutcome, giveUp: AbortSignal) => Promise<void>;

/** The events of one run as the settings want them: none, unless there is a cluster and they are switched on. */
export function createWorkloadEvents(settings: Settings, cluster: Cluster | null, deps: CommandDeps): TellWorkloads {
  const { kubernetes, dryRun, registries } = settings;
  if (cluster === null || !kubernetes.events || dryRun) return () => Promise.resolve();
  const { clock, log } = deps;
  const sender = createEventSender({ api: cluster.api, clock, log, registries: registries.map(({ name }) => name) });
  return async ({ report: { name, url, verdict }, findings }, giveUp) => {
    // Findings that are held back are told to nobody: nearly everything is missing, and no workload can help that.
    const told = verdict === 'suspect' ? [] : findings;
    const subjects = told.flatMap(({ finding, workload, others = [] }) =>
      (workload === null ? [] : [workload, ...others]).map((one) => eventSubject(new URL(url).host, finding, one)),
    );
    await withTimeLimit(clock, EVENTS_LIMIT_MS, giveUp, (signal) => sender.send(name, subjects, signal));
  };
}
