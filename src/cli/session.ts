import { access } from 'node:fs/promises';
import { join } from 'node:path';

import type { RegistryAuth, WalkSettings } from '../config/settings.ts';
import type { Transport } from '../http/exchange.ts';
import type { ProxyOptions } from '../http/options.ts';
import { createTransport } from '../http/transport.ts';
import { createAuthorizer } from '../registry/auth/authorizer.ts';
import { runHelper } from '../registry/auth/credential-helper.ts';
import type { Credentials } from '../registry/auth/credentials.ts';
import { parseDockerConfig, readDockerConfig } from '../registry/auth/docker-config.ts';
import { findDockerCredentials } from '../registry/auth/docker-credentials.ts';
import { createRegistrySource } from '../registry/source.ts';
import type { Clock } from '../util/clock.ts';
import type { Log } from '../util/log.ts';
import type { ContentSource } from '../walk/source.ts';
import type { Io } from './io.ts';
import { createNonce } from './system.ts';
import { USER_AGENT } from './version.ts';

/** What every command works with. */
export interface CommandDeps {
  readonly io: Io;
  readonly clock: Clock;
  readonly log: Log;
  readonly proxy: ProxyOptions;
}

/** A registry that is about to be asked. */
export interface Target {
  readonly url: URL;
  readonly walk: WalkSettings;
  readonly auth: RegistryAuth;
  readonly expectAuth: boolean;
  /** Every URL carries a nonce, so that no caching proxy answers. */
  readonly pastCaches: boolean;
}

/** A connection to one registry: nothing in it is shared with another one. */
export interface Session {
  readonly source: ContentSource;
  readonly transport: Transport;
}

/** A transport as the settings of a walk want it. */
export function openTransport(walk: WalkSettings, { clock, log, proxy }: CommandDeps): Transport {
  const { timeout, concurrency, retries, ca, insecure } = walk;
  const options = { timeoutMs: timeout, concurrency, retries, ca, insecure, userAgent: USER_AGENT, proxy };
  return createTransport(options, { clock, log, random: Math.random });
}

/** Gets ready to ask a registry. Throws a `CredentialError` when credentials are there that cannot be read. */
export async function openSession(target: Target, deps: CommandDeps): Promise<Session> {
  const { url, walk, auth, expectAuth, pastCaches } = target;
  const credentials = await findCredentials(url.host, auth, deps.io);
  const transport = openTransport(walk, deps);
  const { clock, log } = deps;
  const { insecure, pageSize, manifestLimit } = walk;
  const authorizer = createAuthorizer({ transport, credentials, registry: url, insecure, clock, log });
  const options = { url, pageSize, manifestLimit, expectAuth, pastCaches };
  return { source: createRegistrySource(options, { transport, authorizer, nonce: createNonce }), transport };
}

/** Credentials of our own settings first, then of the Docker configuration that they name, then of the user's own. */
async function findCredentials(host: string, auth: RegistryAuth, io: Io): Promise<Credentials> {
  if (auth.username !== null) {
    return { kind: 'basic', username: auth.username, password: auth.password ?? '' };
  }
  if (auth.dockerConfig !== null) {
    const config = parseDockerConfig(auth.dockerConfig, 'of auth.dockerConfigFile');
    return findDockerCredentials(config, host, { runHelper });
  }
  const directory = io.env['DOCKER_CONFIG'] ?? (io.homeDirectory === '' ? '' : join(io.homeDirectory, '.docker'));
  const file = join(directory, 'config.json');
  if (directory === '' || !(await exists(file))) return { kind: 'none' };
  return findDockerCredentials(await readDockerConfig(file), host, { runHelper });
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
