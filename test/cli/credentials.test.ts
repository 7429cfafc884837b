import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { aliasesOf, findCredentials as find, type CredentialDeps } from '../../src/cli/credentials.ts';
import type { RegistryAuth } from '../../src/config/settings.ts';
import type { Credentials } from '../../src/registry/auth/credentials.ts';
import { keepLog, type KeptLog } from './kept-log.ts';

const HOST = 'registry.example.com:5000';
const ADDRESS = new URL(`https://${HOST}`);
const NOTHING: RegistryAuth = { username: null, password: null, dockerConfig: null, pullSecret: null, tokenHosts: [] };

function dockerConfig(user: string, host = HOST): string {
  return JSON.stringify({ auths: { [host]: { auth: Buffer.from(`${user}:secret`).toString('base64') } } });
}

/** As whom the registry itself is asked. */
async function findCredentials(...given: Parameters<typeof find>): Promise<Credentials> {
  return (await find(...given))(null);
}

function from(io: CredentialDeps['io']): CredentialDeps & { readonly log: KeptLog } {
  return { io, log: keepLog() };
}

let root: string;
let home: string;
let configured: string;
let empty: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'credentials-'));
  [home, configured, empty] = [join(root, 'home'), join(root, 'configured'), join(root, 'empty')];
  await mkdir(join(home, '.docker'), { recursive: true });
  await mkdir(configured);
  await mkdir(empty);
  await writeFile(join(home, '.docker', 'config.json'), dockerConfig('of-home'));
  await writeFile(join(configured, 'config.json'), dockerConfig('of-variable'));
});
afterAll(() => rm(root, { recursive: true }));

describe('findCredentials', () => {
  const own = { username: 'of-settings', password: 'secret' };
  const named = { dockerConfig: dockerConfig('of-named-file') };

  test.each([
    { title: 'our own settings go before all', auth: { ...own, ...named }, variable: true, user: 'of-settings' },
    { title: 'a Docker config that they name comes next', auth: named, variable: true, user: 'of-named-file' },
    { title: 'then the one where the variable points', auth: {}, variable: true, user: 'of-variable' },
    { title: "then the user's own", auth: {}, variable: false, user: 'of-home' },
  ])('$title', async ({ auth, variable, user }) => {
    const env = variable ? { DOCKER_CONFIG: configured } : {};

    const credentials = await findCredentials(ADDRESS, { ...NOTHING, ...auth }, from({ env, homeDirectory: home }));

    expect(credentials).toEqual({ kind: 'basic', username: user, password: 'secret' });
  });

  test.each([
    ['the host itself', HOST, 'of-named-file'],
    ['another name of the registry', 'alias.example.com', 'of-named-file'],
    ['a name that is not of the registry', 'other.example.com', null],
  ])('a Docker config that is named may have the login under %s', async (_, key, user) => {
    const auth = { ...NOTHING, pullSecret: 'pull', dockerConfig: dockerConfig('of-named-file', key) };

    const credentials = await findCredentials(ADDRESS, auth, from({ env: {}, homeDirectory: home }), [
      new URL('https://alias.example.com'),
    ]);

    const expected = user === null ? { kind: 'none' } : { kind: 'basic', username: user, password: 'secret' };
    expect(credentials).toEqual(expected);
  });

  test.each([
    ['as a Docker config', '{"auths": 5}', 'the Docker configuration of the pull secret pull has an unexpected shape'],
    [
      'as the login of the host',
      JSON.stringify({ auths: { [HOST]: { auth: 'hunter2!' } } }),
      `the entry of ${HOST} in`,
    ],
  ])('a pull secret that cannot be read %s is one warning, and no login', async (_, content, detail) => {
    const auth = { ...NOTHING, pullSecret: 'pull', dockerConfig: content };
    const deps = from({ env: {}, homeDirectory: home });

    const credentials = await findCredentials(ADDRESS, auth, deps);

    expect(credentials).toEqual({ kind: 'none' });
    expect(deps.log.lines).toEqual([
      {
        level: 'warn',
        host: HOST,
        name: 'pull',
        detail: expect.stringContaining(detail),
        message: 'The pull secret cannot be used',
      },
    ]);
    expect(JSON.stringify(deps.log.lines)).not.toContain('hunter2');
  });

  test.each([
    ['private', 'basic'],
    ['pull-through', 'none'],
  ] as const)('of a %s registry, the login under another of its hosts is %s', async (kind, expected) => {
    const aliases = aliasesOf({ kind, url: `https://${HOST}`, hosts: ['alias.example.com'] });
    const auth = { ...NOTHING, dockerConfig: dockerConfig('of-alias', 'alias.example.com') };

    const credentials = await findCredentials(ADDRESS, auth, from({ env: {}, homeDirectory: '' }), aliases);

    expect(credentials.kind).toBe(expected);
  });

  test('an empty variable counts as not set', async () => {
    const credentials = await findCredentials(
      ADDRESS,
      NOTHING,
      from({ env: { DOCKER_CONFIG: '' }, homeDirectory: home }),
    );

    expect(credentials).toMatchObject({ username: 'of-home' });
  });

  test('a user without a password has an empty one', async () => {
    const auth = { ...NOTHING, username: 'robot' };

    const credentials = await findCredentials(ADDRESS, auth, from({ env: {}, homeDirectory: '' }));

    expect(credentials).toEqual({ kind: 'basic', username: 'robot', password: '' });
  });

  test.each([
    { title: 'there is no home and no variable', env: {}, at: () => '' },
    { title: 'the variable points where no file is', env: { DOCKER_CONFIG: '/nowhere' }, at: () => home },
    { title: 'the home has no file', env: {}, at: () => empty },
  ])('there are none where $title', async ({ env, at }) => {
    expect(await findCredentials(ADDRESS, NOTHING, from({ env, homeDirectory: at() }))).toEqual({ kind: 'none' });
  });

  test("the user's own are not taken where settings name a Docker config that has none for the host", async () => {
    const auth = { ...NOTHING, dockerConfig: dockerConfig('of-named-file', 'other.example.com') };

    expect(await findCredentials(ADDRESS, auth, from({ env: {}, homeDirectory: home }))).toEqual({ kind: 'none' });
  });

  test('those of another host are not taken', async () => {
    const io = from({ env: {}, homeDirectory: home });

    expect(await findCredentials(new URL('https://registry.example.com'), NOTHING, io)).toEqual({ kind: 'none' });
    expect(await findCredentials(new URL('https://registry.example.com:5001'), NOTHING, io)).toEqual({ kind: 'none' });
  });

  test('a file that cannot be read is an error that names it, and not its content', async () => {
    await writeFile(join(empty, 'config.json'), '{"auths": hunter2');

    const finding = findCredentials(ADDRESS, NOTHING, from({ env: { DOCKER_CONFIG: empty }, homeDirectory: home }));

    await expect(finding).rejects.toMatchObject({
      name: 'CredentialError',
      message: `the Docker configuration ${empty}/config.json is not JSON`,
    });
  });

  test('of a named Docker config, the error says which setting named it', async () => {
    const auth = { ...NOTHING, dockerConfig: '{"auths": 5}' };

    const finding = findCredentials(ADDRESS, auth, from({ env: {}, homeDirectory: '' }));

    await expect(finding).rejects.toThrow(
      /^the Docker configuration of auth\.dockerConfigFile has an unexpected shape/,
    );
  });
});
