import { describe, expect, test } from 'vitest';

import type { Credentials } from '../../../src/registry/auth/credentials.ts';
import { parseDockerConfig } from '../../../src/registry/auth/docker-config.ts';
import { findDockerCredentials } from '../../../src/registry/auth/docker-credentials.ts';

const HOST = 'registry.example.com';
const ADDRESS = new URL(`https://${HOST}`);
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

    const credentials = await findDockerCredentials(config, ADDRESS, { runHelper: noHelper });

    expect(credentials).toEqual(expected);
  });

  test.each<[string, string, boolean]>([
    ['https://index.docker.io/v1/', 'https://docker.io', true],
    ['https://index.docker.io/v1/', 'https://registry-1.docker.io', true],
    ['index.docker.io', 'https://registry-1.docker.io', true],
    ['https://index.docker.io/v1/', 'https://registry.example.com', false],
    ['https://registry.example.com/v1/', 'https://registry.example.com', true],
    ['https://registry.example.com/v2/', 'https://registry.example.com/prefix', true],
    ['http://registry.example.com', 'https://registry.example.com', true],
    ['https://registry.example.com', 'http://registry.example.com', true],
    ['REGISTRY.example.com', 'https://registry.example.com', true],
    ['registry.example.com.', 'https://registry.example.com', true],
    ['registry.example.com', 'https://registry.example.com.', true],
    ['registry.example.com:443', 'https://registry.example.com', true],
    ['registry.example.com:443', 'http://registry.example.com', false],
    ['registry.example.com:80', 'http://registry.example.com', true],
    ['registry.example.com:80', 'https://registry.example.com', false],
    ['registry.example.com:5000', 'https://registry.example.com', false],
    ['registry.example.com', 'https://registry.example.com:5000', false],
    ['registry.example.com:5000', 'https://registry.example.com:5000', true],
    ['registry.example.com/team', 'https://registry.example.com', true],
    ['[0:0:0:0:0:0:0:1]:5000', 'https://[::1]:5000', true],
    ['::1', 'https://[::1]', true],
    ['https://user@registry.example.com', 'https://registry.example.com', true],
    ['https://registry.example.com@evil.example', 'https://registry.example.com', false],
    ['registry.example.com:443@evil.example', 'https://registry.example.com', false],
    ['evil.example/registry.example.com', 'https://registry.example.com', false],
    ['evil.example?@registry.example.com', 'https://registry.example.com', false],
    ['*.example.com', 'https://registry.example.com', false],
    ['https://registry.example.com/v1/', 'https://example.com', false],
    ['registry.example.com', 'https://my-registry.example.com', false],
    ['my-registry.example.com', 'https://registry.example.com', false],
    ['registry.example.com', 'https://registry.example.com.evil.example', false],
  ])('credentials filed under %s are for %s: %j', async (key, address, isFor) => {
    const config = parseDockerConfig(JSON.stringify({ auths: { [key]: { auth: base64('probe:secret') } } }), FILE);

    const credentials = await findDockerCredentials(config, new URL(address), { runHelper: noHelper });

    expect(credentials).toEqual(isFor ? basic('probe', 'secret') : NONE);
  });

  test.each([
    ['the very host', ['https://registry.example.com', HOST]],
    ['the host before a part of it', [`${HOST}/team`, 'https://registry.example.com/v2/']],
    ['the first of two that say the same', ['https://registry.example.com', 'http://registry.example.com'], 0],
    ['a part where there is nothing else', ['other.example.com', `${HOST}/team`]],
  ])('of several keys it is %s', async (_, keys, expected = 1) => {
    const auths = Object.fromEntries(keys.map((key, index) => [key, { auth: base64(`user-${index}:secret`) }]));
    const config = parseDockerConfig(JSON.stringify({ auths }), FILE);

    const credentials = await findDockerCredentials(config, ADDRESS, { runHelper: noHelper });

    expect(credentials).toEqual(basic(`user-${expected}`, 'secret'));
  });

  test.each([
    ['no Base64', '%%%'],
    ['no colon', base64('hunter2')],
    ['no user name', base64(':hunter2')],
  ])('an auth with %s is an error that names file and host, and no secret', async (_, auth) => {
    const config = parseDockerConfig(JSON.stringify({ auths: { [HOST]: { auth } } }), FILE);

    const finding = findDockerCredentials(config, ADDRESS, { runHelper: noHelper });

    await expect(finding).rejects.toMatchObject({
      name: 'CredentialError',
      code: 'docker_config',
      message: `the entry of ${HOST} in the Docker configuration ${FILE} is not username:password in Base64`,
    });
  });

  test('a broken entry of another host does no harm', async () => {
    const auths = { 'other.example.com': { auth: '%%%' }, [HOST]: { auth: base64('probe:secret') } };
    const config = parseDockerConfig(JSON.stringify({ auths }), FILE);

    const credentials = await findDockerCredentials(config, ADDRESS, { runHelper: noHelper });

    expect(credentials).toEqual(basic('probe', 'secret'));
  });

  test.each<[string, object, string, readonly [string, string]]>([
    [
      'a helper under a key in the older form',
      { credHelpers: { [`https://${HOST}/v1/`]: 'own' } },
      HOST,
      ['own', HOST],
    ],
    [
      'a helper with the port',
      { credHelpers: { 'Localhost:5000': 'own' } },
      'localhost:5000',
      ['own', 'localhost:5000'],
    ],
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

    const credentials = await findDockerCredentials(
      parseDockerConfig(JSON.stringify(config), FILE),
      new URL(`https://${host}`),
      {
        runHelper,
      },
    );

    expect(asked).toEqual([expected]);
    expect(credentials).toEqual(basic('probe', 'secret'));
  });

  test('a helper that is named empty turns the store off for its host', async () => {
    const auths = { [HOST]: { auth: base64('probe:secret') } };
    const config = parseDockerConfig(JSON.stringify({ credHelpers: { [HOST]: '' }, credsStore: 'all', auths }), FILE);

    const credentials = await findDockerCredentials(config, ADDRESS, { runHelper: noHelper });

    expect(credentials).toEqual(basic('probe', 'secret'));
  });

  test('where the store has nothing, the file is asked', async () => {
    const auths = { [HOST]: { auth: base64('probe:secret') } };
    const config = parseDockerConfig(JSON.stringify({ credsStore: 'all', auths }), FILE);
    const runHelper = async (): Promise<{ code: number; stdout: string }> => ({
      code: 1,
      stdout: 'credentials not found in native keychain\n',
    });

    const credentials = await findDockerCredentials(config, ADDRESS, { runHelper });

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
