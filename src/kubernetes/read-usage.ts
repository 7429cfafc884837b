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
 * the rights that are missing; what was read is kept, and `complete` says whether it is all there is.
 */
export async function readUsage(
  registries: readonly NamedRegistry[],
  { api, log, namespaces = [] }: UsageDeps,
  signal: AbortSignal,
): Promise<Usage> {
  const collector = createUsageCollector(createRegistryFinder(registries));
  const unread: { readonly namespace: string | null; readonly kind: WorkloadKind; readonly failure: ApiFailure }[] = [];
  const places = namespaces.length === 0 ? [null] : [...new Set(namespaces)];
  for (const [namespace, kind] of places.flatMap((place) => WORKLOAD_KINDS.map((one) => [place, one] as const))) {
    const failure = await listAll(api, kind, () => collector.list(), signal, namespace);
    if (failure === null) continue;
    unread.push({ namespace, kind, failure });
    if (isLasting(failure)) break;
  }
  const [first] = unread;
  if (first !== undefined) {
    const resource = namesOf(unread.map(({ kind }) => RESOURCES[kind]));
    const namespace = namesOf(unread.map((one) => one.namespace ?? 'all namespaces'));
    const right = { verb: 'list', resource, namespace };
    log.warn({ ...right, detail: first.failure.detail }, 'Not every image in use is known: the cluster cannot be read');
  }
  return collector.usage(first === undefined);
}

/** A server that does not answer for one kind does not answer for the next; a right may be missing for one kind. */
function isLasting({ reason }: ApiFailure): boolean {
  return reason === 'unreachable' || reason === 'busy';
}

function namesOf(names: readonly string[]): string {
  return [...new Set(names)].join(', ');
}
