import { access } from 'node:fs/promises';
import { join } from 'node:path';

import type { RegistryAuth } from '../config/settings.ts';
import { runHelper } from '../registry/auth/credential-helper.ts';
import type { Credentials } from '../registry/auth/credentials.ts';
import { parseDockerConfig, readDockerConfig, type DockerConfig } from '../registry/auth/docker-config.ts';
import { findDockerCredentials } from '../registry/auth/docker-credentials.ts';
import type { Io } from './io.ts';

/**
 * As whom a host is asked: as our own settings say, else as the Docker configuration that they name says, under the
 * host or another name of the same registry, else as the user's own one says. Throws a `CredentialError` when
 * credentials are there that cannot be read.
 */
export async function findCredentials(
  host: string,
  auth: RegistryAuth,
  io: Pick<Io, 'env' | 'homeDirectory'>,
  aliases: readonly string[] = [],
): Promise<Credentials> {
  if (auth.username !== null) {
    return { kind: 'basic', username: auth.username, password: auth.password ?? '' };
  }
  if (auth.dockerConfig !== null) {
    const origin = auth.pullSecret === null ? 'of auth.dockerConfigFile' : `of the pull secret ${auth.pullSecret}`;
    return findUnderAnyName(parseDockerConfig(auth.dockerConfig, origin), [host, ...aliases]);
  }
  const file = ownDockerConfig(io);
  if (file === null || !(await exists(file))) return { kind: 'none' };
  return findDockerCredentials(await readDockerConfig(file), host, { runHelper });
}

/** A pull secret names a registry as images do, which may not be the address under which it is asked. */
async function findUnderAnyName(config: DockerConfig, hosts: readonly string[]): Promise<Credentials> {
  for (const host of hosts) {
    const credentials = await findDockerCredentials(config, host, { runHelper });
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
