import type { RegistryAuth, RegistrySettings } from '../config/settings.ts';
import { dockerConfigOf } from '../kubernetes/pull-secret.ts';
import { withTimeLimit } from '../kubernetes/time-limit.ts';
import type { Cluster } from './cluster.ts';
import type { CommandDeps } from './session.ts';

/** A Secret is small, and nothing is asked of a registry before it is there. */
const SECRET_LIMIT_MS = 10_000;

/** What takes the place of a Secret that cannot be read: a Docker configuration without a login. */
const NO_LOGIN = '{}';

/** True when the login to a registry is in a pull secret, and nothing of its own goes before it. */
export function needsPullSecret({ auth }: RegistrySettings): boolean {
  return auth.pullSecret !== null && auth.username === null;
}

/**
 * A registry's login with what its pull secret holds. One that cannot be read is told by a warning, and the registry is
 * asked without a login: then it says itself that it cannot be walked, and nothing else is held up by that.
 */
export async function readPullSecret(
  registry: RegistrySettings,
  cluster: Cluster | null,
  { clock, log }: CommandDeps,
  stop: AbortSignal,
): Promise<RegistryAuth> {
  const { auth } = registry;
  const name = auth.pullSecret;
  if (name === null || !needsPullSecret(registry)) return auth;
  // Why there is no cluster has been told.
  if (cluster === null) return { ...auth, dockerConfig: NO_LOGIN };
  const { api, namespace } = cluster;
  const answer = await withTimeLimit(clock, SECRET_LIMIT_MS, stop, async (signal) => {
    const secret = await api.readSecret(namespace, name, signal);
    return secret.kind === 'done' ? dockerConfigOf(secret.value) : secret;
  });
  if (answer.kind === 'done') return { ...auth, dockerConfig: answer.value };
  const right = { verb: 'get', resource: 'secrets', namespace, name };
  log.warn({ registry: registry.name, ...right, detail: answer.detail }, 'The pull secret cannot be used');
  return { ...auth, dockerConfig: NO_LOGIN };
}
