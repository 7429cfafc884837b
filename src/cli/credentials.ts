import { access } from 'node:fs/promises';
import { join } from 'node:path';

import type { RegistryAuth, RegistrySettings } from '../config/settings.ts';
import { addressOf, hostOf } from '../oci/host.ts';
import { CredentialError } from '../registry/auth/credential-error.ts';
import { runHelper } from '../registry/auth/credential-helper.ts';
import type { Credentials } from '../registry/auth/credentials.ts';
import { parseDockerConfig, readDockerConfig } from '../registry/auth/docker-config.ts';
import { findDockerCredentials } from '../registry/auth/docker-credentials.ts';
import type { Io } from './io.ts';
import type { CommandDeps } from './session.ts';

/** Where the user's own credentials are, and who is told of a pull secret that cannot be used. */
export interface CredentialDeps extends Pick<CommandDeps, 'log'> {
  readonly io: Pick<Io, 'env' | 'homeDirectory'>;
}

/**
 * As whom an address is asked: as our own settings say, else as the Docker configuration that they name says, under its
 * host or another name of the same registry, else as the user's own one says. Throws a `CredentialError` when
 * credentials are there that cannot be read; in a pull secret, that is one warning, and no login.
 */
export async function findCredentials(
  address: URL,
  auth: RegistryAuth,
  { io, log }: CredentialDeps,
  aliases: readonly URL[] = [],
): Promise<Credentials> {
  if (auth.username !== null) {
    return { kind: 'basic', username: auth.username, password: auth.password ?? '' };
  }
  const { dockerConfig, pullSecret } = auth;
  if (dockerConfig !== null) {
    const addresses = [address, ...aliases];
    if (pullSecret === null) return findUnderAnyName(dockerConfig, 'of auth.dockerConfigFile', addresses);
    try {
      return await findUnderAnyName(dockerConfig, `of the pull secret ${pullSecret}`, addresses);
    } catch (error) {
      if (!(error instanceof CredentialError)) throw error;
      log.warn({ host: hostOf(address), name: pullSecret, detail: error.message }, 'The pull secret cannot be used');
      return { kind: 'none' };
    }
  }
  const file = ownDockerConfig(io);
  if (file === null || !(await exists(file))) return { kind: 'none' };
  return findDockerCredentials(await readDockerConfig(file), address, { runHelper });
}

/**
 * Further addresses under whose hosts the login to a registry may be filed. What stands behind a pull-through cache is another
 * registry, and its login is not for the cache, nor the other way round.
 */
export function aliasesOf({ kind, url, hosts }: Pick<RegistrySettings, 'kind' | 'url' | 'hosts'>): readonly URL[] {
  return kind === 'pull-through' ? [] : [new URL(url), ...hosts.map(addressOf)];
}

/** A pull secret names a registry as images do, which may not be the address under which it is asked. */
async function findUnderAnyName(content: string, origin: string, addresses: readonly URL[]): Promise<Credentials> {
  const config = parseDockerConfig(content, origin);
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
