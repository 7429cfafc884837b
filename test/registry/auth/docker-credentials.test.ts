import { describe, expect, test } from 'vitest';

import type { Credentials } from '../../../src/registry/auth/credentials.ts';
import { parseDockerConfig } from '../../../src/registry/auth/docker-config.ts';
import { findDockerCredentials } from '../../../src/registry/auth/docker-credentials.ts';

const HOST = 'registry.example.com';
const FILE = '/home/probe/.docker/config.json';
const NONE: Credentials = { kind: 'none' };

describe('findDockerCredentials', () => {
  test.each<[string, object, Credentials]>([
    ['auth', { auth: base64('probe:secret') }, basic('probe', 'secret')],
    ['a password with colons', { auth: base64('probe:a:b:c') }, basic('probe', 'a:b:c')],
    ['a password that is not ASCII', { auth: base64('probe:pässwörd') }, basic('probe', 'pässwörd')],
    ['a password padded with zero bytes', { auth: base64('probe:secret\0\0') }, basic('probe', 'secret')],
    ['auth in lines', { auth: `${base64('probe:secret')}\n` }, basic('probe', 'secret')],
    ['an empty password', { auth: base64('probe:') }, basic('probe', '')],
    ['a user name and a password', { username: 'probe', password: 'secret' }, basic('probe', 'secret')],
    [
      'all three, as Kubernetes writes them',
      { username: 'probe', password: 'secret', auth: base64('probe:secret') },
      basic('probe', 'secret'),
    ],
    [
      'an identity token',
      { auth: base64('00000000:'), identitytoken: 'opaque' },
      { kind: 'identity-token', token: 'opaque' },
    ],
    ['a registry token', { registrytoken: 'opaque' }, { kind: 'registry-token', token: 'opaque' }],
    ['an empty entry', {}, NONE],
    ['empty strings', { auth: '', username: '', password: '' }, NONE],
  ])('an entry with %s is read', async (_, entry, expected) => {
    const config = parseDockerConfig(JSON.stringify({ auths: { [HOST]: entry } }), FILE);

    const credentials = await findDockerCredentials(config, HOST, { runHelper: noHelper });

    expect(credentials).toEqual(expected);
  });

  test.each<[string, string, Credentials]>([
    ['https://index.docker.io/v1/', 'docker.io', basic('probe', 'secret')],
    ['https://index.docker.io/v1/', 'registry-1.docker.io', basic('probe', 'secret')],
    ['https://index.docker.io/v1/', 'index.docker.io', basic('probe', 'secret')],
    ['https://index.docker.io/v1/', HOST, NONE],
    ['https://registry.example.com/v1/', HOST, basic('probe', 'secret')],
    ['https://registry.example.com/v1/', 'example.com', NONE],
    ['registry.example.com', 'my-registry.example.com', NONE],
    ['my-registry.example.com', HOST, NONE],
    ['registry.example.com:5000', HOST, NONE],
    ['registry.example.com:5000', 'registry.example.com:5000', basic('probe', 'secret')],
  ])('credentials filed under %s answer for %s only if the hosts are equal', async (key, host, expected) => {
    const config = parseDockerConfig(JSON.stringify({ auths: { [key]: { auth: base64('probe:secret') } } }), FILE);

    const credentials = await findDockerCredentials(config, host, { runHelper: noHelper });

    expect(credentials).toEqual(expected);
  });

  test.each([
    ['no Base64', '%%%'],
    ['no colon', base64('hunter2')],
    ['no user name', base64(':hunter2')],
  ])('an auth with %s is an error that names file and host, and no secret', async (_, auth) => {
    const config = parseDockerConfig(JSON.stringify({ auths: { [HOST]: { auth } } }), FILE);

    const finding = findDockerCredentials(config, HOST, { runHelper: noHelper });

    await expect(finding).rejects.toMatchObject({
      name: 'CredentialError',
      code: 'docker_config',
      message: `the entry of ${HOST} in the Docker configuration ${FILE} is not username:password in Base64`,
    });
  });

  test('a broken entry of another host does no harm', async () => {
    const auths = { 'other.example.com': { auth: '%%%' }, [HOST]: { auth: base64('probe:secret') } };
    const config = parseDockerConfig(JSON.stringify({ auths }), FILE);

    const credentials = await findDockerCredentials(config, HOST, { runHelper: noHelper });

    expect(credentials).toEqual(basic('probe', 'secret'));
  });

  test.each<[string, object, string, readonly [string, string]]>([
    ['its own helper before the store', { credHelpers: { [HOST]: 'own' }, credsStore: 'all' }, HOST, ['own', HOST]],
    ['the store', { credHelpers: { 'other.example.com': 'other' }, credsStore: 'all' }, HOST, ['all', HOST]],
    [
      'the store under the name of Docker Hub',
      { credsStore: 'all' },
      'registry-1.docker.io',
      ['all', 'https://index.docker.io/v1/'],
    ],
  ])('%s is asked', async (_, config, host, expected) => {
    const asked: (readonly [string, string])[] = [];
    const runHelper = async (name: string, input: string): Promise<{ code: number; stdout: string }> => {
      asked.push([name, input]);
      return { code: 0, stdout: '{"Username":"probe","Secret":"secret"}' };
    };

    const credentials = await findDockerCredentials(parseDockerConfig(JSON.stringify(config), FILE), host, {
      runHelper,
    });

    expect(asked).toEqual([expected]);
    expect(credentials).toEqual(basic('probe', 'secret'));
  });

  test('where the store has nothing, the file is asked', async () => {
    const auths = { [HOST]: { auth: base64('probe:secret') } };
    const config = parseDockerConfig(JSON.stringify({ credsStore: 'all', auths }), FILE);
    const runHelper = async (): Promise<{ code: number; stdout: string }> => ({
      code: 1,
      stdout: 'credentials not found in native keychain\n',
    });

    const credentials = await findDockerCredentials(config, HOST, { runHelper });

    expect(credentials).toEqual(basic('probe', 'secret'));
  });
});

function basic(username: string, password: string): Credentials {
  return { kind: 'basic', username, password };
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

async function noHelper(name: string): Promise<never> {
  throw new Error(`nobody should run ${name}`);
}
