import { CredentialError } from './credential-error.ts';
import { askHelper, type RunHelper } from './credential-helper.ts';
import type { Credentials } from './credentials.ts';
import type { DockerAuth, DockerConfig } from './docker-config.ts';
import { canonicalHost, DOCKER_HUB_SERVER, isDockerHub, valueForHost } from './registry-host.ts';

/**
 * The credentials that a Docker configuration holds for a registry, given by its host with its port.
 * A helper for this host goes first, then the store for all hosts, then what the file itself says.
 * Throws a `CredentialError` when there is an entry and it cannot be read.
 */
export async function findDockerCredentials(
  config: DockerConfig,
  host: string,
  deps: { readonly runHelper: RunHelper },
): Promise<Credentials> {
  const helper = valueForHost(config.credHelpers ?? {}, host) ?? config.credsStore ?? '';
  if (helper !== '') {
    const server = isDockerHub(host) ? DOCKER_HUB_SERVER : canonicalHost(host);
    const answer = await askHelper(helper, server, deps.runHelper);
    if (answer.kind !== 'none') return answer;
  }
  const entry = valueForHost(config.auths ?? {}, host);
  return entry === undefined ? { kind: 'none' } : credentialsOf(entry, host, config.file);
}

function credentialsOf(entry: DockerAuth, host: string, file: string): Credentials {
  if (isGiven(entry.registrytoken)) return { kind: 'registry-token', token: entry.registrytoken };
  // Before the password: beside an identity token, Azure writes a user name without one.
  if (isGiven(entry.identitytoken)) return { kind: 'identity-token', token: entry.identitytoken };
  if (isGiven(entry.auth)) return decodeAuth(entry.auth, host, file);
  if (isGiven(entry.username)) {
    return { kind: 'basic', username: entry.username, password: entry.password ?? '' };
  }
  return { kind: 'none' };
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
