import { withTimeLimit } from '../kubernetes/time-limit.ts';
import { openCluster } from './cluster.ts';
import type { CommandDeps } from './session.ts';

/** One small object; an API server that is busy has been asked twice by then. */
const WITNESS_LIMIT_MS = 30_000;

/**
 * Whether the installation is still there, by a ConfigMap that goes with it (`NAMESPACE/NAME`; empty: it is gone). Tools
 * that know no hooks of Helm start at once what is for the end. `yes` and `unknown` have been told in one line.
 */
export async function isInstalled(
  witness: string,
  deps: CommandDeps,
  stop: AbortSignal,
): Promise<'yes' | 'no' | 'unknown'> {
  if (witness === '') return 'no';
  const [namespace = '', name = ''] = witness.split('/');
  const { log, clock } = deps;
  const cluster = await openCluster(namespace, deps);
  // Why there is no cluster has been told.
  if (cluster === null) return 'unknown';
  try {
    const answer = await withTimeLimit(clock, WITNESS_LIMIT_MS, stop, (signal) =>
      cluster.api.readConfigMap(namespace, name, signal),
    );
    if (answer.kind === 'done') {
      log.info({ namespace, name }, 'Nothing is forgotten: the ConfigMap is there, so this is still installed');
      return 'yes';
    }
    if (answer.reason === 'not_found') return 'no';
    const right = { verb: 'get', resource: 'configmaps', namespace, name };
    log.error(
      { ...right, detail: answer.detail },
      'Nothing is forgotten: whether this is still installed cannot be told',
    );
    return 'unknown';
  } finally {
    await cluster.close();
  }
}
