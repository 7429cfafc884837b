import { access } from 'node:fs/promises';
import { join } from 'node:path';

import type { RegistryAuth, RegistrySettings } from '../config/settings.ts';
import { addressOf } from '../oci/host.ts';
import { runHelper } from '../registry/auth/credential-helper.ts';
import { sameForAll, type Credentials, type CredentialsOf } from '../registry/auth/credentials.ts';
import { parseDockerConfig, readDockerConfig } from '../registry/auth/docker-config.ts';
import { findDockerCredentials } from '../registry/auth/docker-credentials.ts';
import type { Io } from './io.ts';
import { loginOfPullSecret } from './pull-secret-login.ts';
import type { CommandDeps } from './session.ts';

/** Where the user's own credentials are, and who is told of a pull secret that cannot be used. */
export interface CredentialDeps extends Pick<CommandDeps, 'log'> {
  readonly io: Pick<Io, 'env' | 'homeDirectory'>;
}

/**
 * As whom an address is asked: as our own settings say, else as the pull secret or the Docker configuration that they
 * name says, under its host or another name of the same registry, else as the user's own configuration says. A pull
 * secret is read by a kubelet's rules, and a Docker configuration by Docker's. Throws a `CredentialError` when
 * credentials are there that cannot be read; in a pull secret, that is a warning, and no login.
 */
export async function findCredentials(
  address: URL,
  auth: RegistryAuth,
  deps: CredentialDeps,
  aliases: readonly URL[] = [],
): Promise<CredentialsOf> {
  const { username, password, dockerConfig, pullSecret } = auth;
  if (username !== null) return sameForAll({ kind: 'basic', username, password: password ?? '' });
  if (dockerConfig !== null) {
    if (pullSecret !== null) return loginOfPullSecret(dockerConfig, pullSecret, [address, ...aliases], deps);
    return sameForAll(await findUnderAnyName(dockerConfig, [address, ...aliases]));
  }
  const file = ownDockerConfig(deps.io);
  if (file === null || !(await exists(file))) return sameForAll({ kind: 'none' });
  return sameForAll(await findDockerCredentials(await readDockerConfig(file), address, { runHelper }));
}

/**
 * Further addresses under whose hosts the login to a registry may be filed. What stands behind a pull-through cache is
 * another registry, and its login is not for the cache, nor the other way round.
 */
export function aliasesOf({ kind, url, hosts }: Pick<RegistrySettings, 'kind' | 'url' | 'hosts'>): readonly URL[] {
  return kind === 'pull-through' ? [] : [new URL(url), ...hosts.map(addressOf)];
}

/** A Docker configuration names a registry as images do, which may not be the address under which it is asked. */
async function findUnderAnyName(content: string, addresses: readonly URL[]): Promise<Credentials> {
  const config = parseDockerConfig(content, 'of auth.dockerConfigFile');
  for (const address of addresses) {
    const credentials = await findDockerCredentials(config, address, { runHelper });
    if (credentials.kind !== 'none') return credentials;
  }
  return { kind: 'none' };
}

/** Where Docker itself looks; an empty variable counts as not set. */
function ownDockerConfig({ env, homeDirectory }: Pick<Io, 'env' | 'homeDirectory'>): string | null {
  const directory = env['DOCKER_CONFIG'] ?? '';
  if (directory !== '') return join(directory, 'config.json');
  return homeDirectory === '' ? null : join(homeDirectory, '.docker', 'config.json');
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
