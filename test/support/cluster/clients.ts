import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { toolPath } from '../tools/tools.ts';
import { until } from '../until.ts';

/** What a program printed. */
export interface Printed {
  readonly stdout: string;
  readonly stderr: string;
}

/** The ways to ask a cluster as its administrator. */
export interface ClusterClients {
  /** Runs kubectl with an object or a text as its standard input; throws with what it said when it fails. */
  kubectl(args: readonly string[], input?: unknown): Promise<string>;
  /** Runs helm; throws with what it said when it fails. */
  helm(args: readonly string[]): Promise<Printed>;
  /** An object; throws where it is not there. */
  get<T>(kind: string, name: string, namespace: string): Promise<T>;
  /** All objects of one or several kinds, such as `pods`, that have a label. */
  list<T>(kinds: string, namespace: string, selector?: string): Promise<readonly T[]>;
  exists(kind: string, name: string, namespace: string): Promise<boolean>;
  /** Makes objects, or changes them. */
  apply(...objects: readonly object[]): Promise<void>;
}

/** What kubectl prints of a large list. */
const MAX_OUTPUT_BYTES = 1 << 28;

const execute = promisify(execFile);

/** kubectl and helm with a kubeconfig. */
export function createClients(kubeconfig: string): ClusterClients {
  const as = ['--kubeconfig', kubeconfig];
  const kubectl = async (args: readonly string[], input?: unknown): Promise<string> =>
    (await run('kubectl', [...as, ...args], input)).stdout;
  return {
    kubectl,
    helm: (args) => run('helm', [...as, ...args]),
    get: async <T>(kind: string, name: string, namespace: string) =>
      JSON.parse(await kubectl(['get', kind, name, '--namespace', namespace, '--output', 'json'])) as T,
    async list<T>(kinds: string, namespace: string, selector = '') {
      const args = ['get', kinds, '--namespace', namespace, '--selector', selector, '--output', 'json'];
      return (JSON.parse(await kubectl(args)) as { readonly items: readonly T[] }).items;
    },
    exists: async (kind, name, namespace) =>
      (await kubectl(['get', kind, name, '--namespace', namespace, '--ignore-not-found', '--output', 'name'])) !== '',
    async apply(...items) {
      const list = { apiVersion: 'v1', kind: 'List', items };
      await kubectl(['apply', '--server-side', '--filename', '-'], list);
    },
  };
}

/** Each look is a process of its own. */
const LOOK_MS = 200;
const PATIENCE_MS = 60_000;

/** Waits until something is the case in a cluster; throws with `what` it waited for when that takes a minute. */
export function untilCluster(
  isSo: () => Promise<boolean>,
  what: string,
  timeoutMs: number = PATIENCE_MS,
): Promise<void> {
  return until(isSo, what, timeoutMs, LOOK_MS);
}

/** kubectl as somebody else: what it printed, or what it said when it was refused. */
export async function kubectlAs(kubeconfig: string, args: readonly string[], input?: unknown): Promise<string> {
  try {
    return (await run('kubectl', ['--kubeconfig', kubeconfig, ...args], input)).stdout.trim();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function run(program: 'kubectl' | 'helm', args: readonly string[], input: unknown = ''): Promise<Printed> {
  const started = execute(toolPath(program), args, { encoding: 'utf8', maxBuffer: MAX_OUTPUT_BYTES });
  started.child.stdin?.end(typeof input === 'string' ? input : JSON.stringify(input));
  try {
    return await started;
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
    throw new Error(`${program} ${args.slice(2).join(' ')}: ${said}`, { cause: error });
  }
}
