import type { Log } from '../util/log.ts';
import type { ApiFailure, KubeApi } from './api.ts';
import { listAll } from './list-all.ts';
import { createRegistryFinder, type NamedRegistry } from './registry-names.ts';
import { createUsageCollector } from './usage-collector.ts';
import type { Usage } from './usage.ts';
import { RESOURCES, WORKLOAD_KINDS, type WorkloadKind } from './workload.ts';

/** What workloads are read by, and where: in these namespaces, or without any in all. */
export interface UsageDeps {
  readonly api: KubeApi;
  readonly log: Log;
  readonly namespaces?: readonly string[];
}

/**
 * Reads which workloads of the cluster use images of the registries. What cannot be read is told in one warning, with
 * the rights that are missing; what was read is kept, and `complete` says whether it is all there is. What pods ran is
 * known where those of all namespaces were read; of those that have ended it is asked only where a digest that somebody
 * names is not seen to run.
 */
export async function readUsage(
  registries: readonly NamedRegistry[],
  { api, log, namespaces = [] }: UsageDeps,
  signal: AbortSignal,
): Promise<Usage> {
  const collector = createUsageCollector(createRegistryFinder(registries));
  const unread: Unread[] = [];
  const places = namespaces.length === 0 ? [null] : [...new Set(namespaces)];
  for (const [namespace, kind] of places.flatMap((place) => WORKLOAD_KINDS.map((one) => [place, one] as const))) {
    const failure = await listAll(api, kind, () => collector.list(), signal, namespace);
    if (failure === null) continue;
    unread.push({ namespace, kind, failure });
    if (isLasting(failure)) break;
  }
  const arePodsRead = !unread.some(({ kind }) => kind === 'Pod') && !unread.some(({ failure }) => isLasting(failure));
  const ended = arePodsRead && namespaces.length === 0 && collector.isPinUnseen() ? await readEnded() : null;
  const [first] = unread;
  if (first !== undefined) {
    const resource = namesOf(unread.map(({ kind }) => RESOURCES[kind]));
    const namespace = namesOf(unread.map((one) => one.namespace ?? 'all namespaces'));
    const right = { verb: 'list', resource, namespace };
    log.warn({ ...right, detail: first.failure.detail }, 'Not every image in use is known: the cluster cannot be read');
  }
  const overfull = collector.overfull();
  if (overfull.length > 0) {
    log.warn({ namespaces: overfull }, 'Not every image in use is known: a namespace names too many different ones');
  }
  return collector.usage(
    first === undefined && overfull.length === 0,
    arePodsRead && namespaces.length === 0 && ended === null,
  );

  /** A pod that has ended uses nothing any more, so that what is not read of them leaves out no user. */
  async function readEnded(): Promise<ApiFailure | null> {
    const failure = await listAll(api, 'EndedPod', () => collector.list(), signal);
    if (failure !== null) {
      const right = { verb: 'list', resource: RESOURCES.Pod, namespace: 'all namespaces' };
      log.warn({ ...right, detail: failure.detail }, 'What pods that have ended ran is not known');
    }
    return failure;
  }
}

interface Unread {
  readonly namespace: string | null;
  readonly kind: WorkloadKind;
  readonly failure: ApiFailure;
}

/** A server that does not answer for one kind does not answer for the next; a right may be missing for one kind. */
function isLasting({ reason }: ApiFailure): boolean {
  return reason === 'unreachable' || reason === 'busy';
}

function namesOf(names: readonly string[]): string {
  return [...new Set(names)].join(', ');
}
