import { isForRepository, keysFor } from '../kubernetes/keyring.ts';
import { hostOf } from '../oci/host.ts';
import { CredentialError } from '../registry/auth/credential-error.ts';
import { sameForAll, type Credentials, type CredentialsOf } from '../registry/auth/credentials.ts';
import { parseDockerConfig, type DockerConfig } from '../registry/auth/docker-config.ts';
import { credentialsOf } from '../registry/auth/docker-credentials.ts';
import type { CommandDeps } from './session.ts';

const NO_LOGIN = sameForAll({ kind: 'none' });

/**
 * As whom the repositories of a registry are asked, by what a pull secret holds for one of the addresses under whose
 * hosts it may be filed, the one that is asked in front. What cannot be read is told by a warning, and is no login.
 */
export function loginOfPullSecret(
  content: string,
  name: string,
  addresses: readonly [URL, ...URL[]],
  { log }: Pick<CommandDeps, 'log'>,
): CredentialsOf {
  const origin = `of the pull secret ${name}`;
  const attempt = <T>(read: () => T): T | null => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof CredentialError)) throw error;
      log.warn({ host: hostOf(addresses[0]), name, detail: error.message }, 'The pull secret cannot be used');
      return null;
    }
  };

  const config = attempt(() => parseDockerConfig(content, origin));
  if (config === null) return NO_LOGIN;
  const logins = entriesFor(config, addresses).flatMap(({ entry, host, ...key }) => {
    const credentials = attempt(() => credentialsOf(entry, host, origin));
    return credentials === null || credentials.kind === 'none' ? [] : [{ ...key, credentials }];
  });
  return (repository) => {
    // A kubelet asks for repositories alone; for the rest, a login to a part of the registry is better than none.
    const best =
      repository === null
        ? (logins.find(({ path }) => path === '') ?? logins[0])
        : logins.find((login) => isForRepository(login, repository));
    return best?.credentials ?? ({ kind: 'none' } satisfies Credentials);
  };
}

function entriesFor({ auths }: DockerConfig, addresses: readonly URL[]) {
  const entries = Object.entries(auths ?? {});
  return addresses.flatMap((address) =>
    keysFor(
      entries.map(([key]) => key),
      address,
    ).flatMap((found) => {
      const entry = entries.find(([key]) => key === found.key)?.[1];
      return entry === undefined ? [] : [{ ...found, entry, host: hostOf(address) }];
    }),
  );
}
