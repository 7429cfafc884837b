import { findCluster, SERVICE_ACCOUNT_DIRECTORY } from '../kubernetes/address.ts';
import type { KubeApi } from '../kubernetes/api.ts';
import { readHolders, type ImageHolder } from '../kubernetes/node-images.ts';
import { readNodePlatforms } from '../kubernetes/nodes.ts';
import { readUsage } from '../kubernetes/read-usage.ts';
import type { NamedRegistry } from '../kubernetes/registry-names.ts';
import { withTimeLimit } from '../kubernetes/time-limit.ts';
import type { Usage } from '../kubernetes/usage.ts';
import { withRetry } from '../kubernetes/with-retry.ts';
import { messageOf } from '../util/errors.ts';
import type { CommandDeps } from './session.ts';
import { USER_AGENT } from './version.ts';

/** Reading 20,000 pods takes six seconds of one CPU, of which the pod may have a tenth; until then the walk waits. */
const USAGE_LIMIT_MS = 60_000;
/** Of all the time that a run has: whoever makes the cluster slow to read does not keep a registry from being walked. */
const USAGE_SHARE = 0.2;

function usageLimit(deadlineMs: number): number {
  return Math.min(USAGE_LIMIT_MS, deadlineMs * USAGE_SHARE);
}

/** A cluster that is asked in the course of a command. */
export interface Cluster {
  readonly api: KubeApi;
  /** Where the ConfigMap and the pull secrets are. */
  readonly namespace: string;
  close(): Promise<void>;
}

/**
 * Gets ready to ask the cluster, which is not asked yet. Null, and one warning, where there is none: what is wanted of
 * it is then not known, and everything else goes on.
 */
export async function openCluster(
  namespace: string | null,
  deps: CommandDeps,
  serviceAccountDirectory: string = SERVICE_ACCOUNT_DIRECTORY,
): Promise<Cluster | null> {
  const { io, clock, log } = deps;
  const address = await findCluster({ env: io.env, homeDirectory: io.homeDirectory, serviceAccountDirectory });
  if (address.kind === 'none') {
    log.warn({ detail: address.detail }, 'The cluster is not asked for anything');
    return null;
  }
  try {
    // Not before: it brings the client library along.
    const { connect } = await import('../kubernetes/client.ts');
    const connection = await connect(address, USER_AGENT);
    return {
      api: withRetry(connection.api, clock),
      namespace: namespace ?? connection.namespace,
      close: () => connection.api.close(),
    };
  } catch (error) {
    log.warn({ detail: messageOf(error) }, 'The cluster is not asked for anything');
    return null;
  }
}

/** What of a cluster is read, and how long a run may take for all that it does, in milliseconds. */
export interface UsageSettings {
  readonly registries: readonly NamedRegistry[];
  /** Without any, all are. */
  readonly namespaces: readonly string[];
  readonly deadline: number;
}

/** Which workloads use images of the registries: for a minute at most, or a fifth of the run. Null where no cluster is asked. */
export async function readUsageOf(
  cluster: Cluster | null,
  { registries, namespaces, deadline }: UsageSettings,
  { clock, log }: CommandDeps,
  stop: AbortSignal,
): Promise<Usage | null> {
  if (cluster === null) return null;
  return withTimeLimit(clock, usageLimit(deadline), stop, (signal) =>
    readUsage(registries, { api: cluster.api, log, namespaces }, signal),
  );
}

/** The platforms that the nodes have: for as long at most. Null where no cluster is asked, or not all of it answers. */
export async function readNodesOf(
  cluster: Cluster | null,
  { deadline }: Pick<UsageSettings, 'deadline'>,
  { clock, log }: CommandDeps,
  stop: AbortSignal,
): Promise<readonly string[] | null> {
  if (cluster === null) return null;
  return withTimeLimit(clock, usageLimit(deadline), stop, (signal) =>
    readNodePlatforms({ api: cluster.api, log }, signal),
  );
}

/** Copies are looked for before anything is delivered. */
const HOLDERS_LIMIT_MS = 15_000;

/** Which nodes say that they hold these digests: for some seconds at most. */
export async function readHoldersOf(
  { api }: Cluster,
  digests: ReadonlySet<string>,
  { clock, log }: CommandDeps,
  stop: AbortSignal,
): Promise<ReadonlyMap<string, readonly ImageHolder[]>> {
  return withTimeLimit(clock, HOLDERS_LIMIT_MS, stop, (signal) => readHolders(digests, { api, log }, signal));
}
