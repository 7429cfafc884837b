import { parseDockerKey } from '../../oci/docker-key.ts';
import { hostOf, isDockerHub, isHostOf } from '../../oci/host.ts';
import { CredentialError } from './credential-error.ts';
import { askHelper, type RunHelper } from './credential-helper.ts';
import type { Credentials } from './credentials.ts';
import type { DockerAuth, DockerConfig } from './docker-config.ts';

/** What Docker calls Docker Hub when it asks a helper. */
const DOCKER_HUB_SERVER = 'https://index.docker.io/v1/';

/**
 * The credentials that a Docker configuration holds for the registry at an address.
 * A helper for this host goes first, then the store for all hosts, then what the file itself says.
 * Throws a `CredentialError` when there is an entry and it cannot be read.
 */
export async function findDockerCredentials(
  config: DockerConfig,
  address: URL,
  deps: { readonly runHelper: RunHelper },
): Promise<Credentials> {
  const host = hostOf(address);
  const helper = valueFor(config.credHelpers ?? {}, address) ?? config.credsStore ?? '';
  if (helper !== '') {
    const answer = await askHelper(helper, isDockerHub(host) ? DOCKER_HUB_SERVER : host, deps.runHelper);
    if (answer.kind !== 'none') return answer;
  }
  const entry = valueFor(config.auths ?? {}, address);
  return entry === undefined ? { kind: 'none' } : credentialsOf(entry, host, config.file);
}

/** What one entry says; `host` and `file` are for the `CredentialError` of one that cannot be read. */
export function credentialsOf(entry: DockerAuth, host: string, file: string): Credentials {
  if (isGiven(entry.registrytoken)) return { kind: 'registry-token', token: entry.registrytoken };
  // Before the password: beside an identity token, Azure writes a user name without one.
  if (isGiven(entry.identitytoken)) return { kind: 'identity-token', token: entry.identitytoken };
  if (isGiven(entry.auth)) return decodeAuth(entry.auth, host, file);
  if (isGiven(entry.username)) {
    return { kind: 'basic', username: entry.username, password: entry.password ?? '' };
  }
  return { kind: 'none' };
}

/**
 * The value under the key that names the host of an address. To Docker a key is a host, whatever path stands behind it;
 * but the host as it is goes first, then one without a part of the registry. There are no globs.
 * https://github.com/docker/cli/blob/v28.0.0/cli/config/credentials/file_store.go
 */
function valueFor<T>(record: Readonly<Record<string, T>>, address: URL): T | undefined {
  const host = hostOf(address);
  const keys = Object.keys(record).flatMap((key) => {
    const parsed = parseDockerKey(key);
    return parsed !== null && isHostOf(parsed.host, address) ? [{ key, ...parsed }] : [];
  });
  const best = keys.find(({ key }) => key === host) ?? keys.find(({ path }) => path === '') ?? keys[0];
  return best === undefined ? undefined : record[best.key];
}

function decodeAuth(auth: string, host: string, file: string): Credentials {
  const base64 = auth.trim();
  const text = /^[A-Za-z0-9+/_-]+={0,2}$/.test(base64) ? Buffer.from(base64, 'base64').toString('utf8') : '';
  const colon = text.indexOf(':');
  if (colon <= 0) {
    const problem = `the entry of ${host} in the Docker configuration ${file} is not username:password in Base64`;
    throw new CredentialError('docker_config', problem);
  }
  // Docker itself pads passwords with zero bytes, and takes them off again.
  return { kind: 'basic', username: text.slice(0, colon), password: text.slice(colon + 1).replace(/\0+$/, '') };
}

function isGiven(value: string | null | undefined): value is string {
  return value !== null && value !== undefined && value !== '';
}
