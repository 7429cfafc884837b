import type { RegistryAuth, RegistrySettings } from '../config/settings.ts';
import type { CredentialsOf } from '../registry/auth/credentials.ts';
import type { Cluster } from './cluster.ts';
import { aliasesOf, findCredentials } from './credentials.ts';
import { readPullSecret } from './pull-secrets.ts';
import type { CommandDeps } from './session.ts';

/** Nothing is configured for a host that only a reference names. */
const NO_AUTH: RegistryAuth = { username: null, password: null, dockerConfig: null, pullSecret: null, tokenHosts: [] };

/** Where a login may come from besides the settings. */
export interface LoginDeps {
  readonly cluster: Cluster | null;
  readonly stop: AbortSignal;
  readonly deps: CommandDeps;
}

/**
 * As whom an address is asked, which belongs to the registry where one is configured. Throws a `CredentialError` where
 * credentials are there that cannot be read.
 */
export async function findLogin(
  address: URL,
  registry: RegistrySettings | null,
  { cluster, stop, deps }: LoginDeps,
): Promise<CredentialsOf> {
  if (registry === null) return findCredentials(address, NO_AUTH, deps);
  const auth = await readPullSecret(registry, cluster, deps, stop);
  return findCredentials(address, auth, deps, aliasesOf(registry));
}
