import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { toolPath } from '../tools/tools.ts';
import type { Account, AnyRegistry } from './any-registry.ts';
import { freePort } from './free-port.ts';
import { giteaConfig } from './gitea-config.ts';
import { startProcess, type RunningProcess } from './process.ts';
import { hex, inFiles } from './stored-content.ts';

const execute = promisify(execFile);

const MODULE = join(import.meta.dirname, '../tools/gitea');
const USER = 'owner';
const PASSWORD = 'a-password-of-tests';

/** What each Gitea of a test starts with. */
interface Prepared {
  /** The bytes of a database with all tables and one user. */
  readonly database: Uint8Array;
  readonly account: Account;
  readonly assets: string;
}

let prepared: Promise<Prepared> | null = null;

/** Starts a Gitea on 127.0.0.1 with one user and no packages. Stop it when the test is over. */
export async function startGitea(): Promise<AnyRegistry> {
  prepared ??= prepare();
  const { database, account, assets } = await prepared;
  const folder = await makeFolder();
  try {
    const port = await freePort();
    const url = new URL(`http://127.0.0.1:${port}/`);
    await writeFile(join(folder, 'data', 'gitea.db'), database);
    const config = await configure(folder, port, assets);
    const launch = (): Promise<RunningProcess> =>
      startProcess({ command: toolPath('gitea'), args: ['web', '--config', config], readyUrl: new URL('/v2/', url) });
    let running = await launch();
    // Manifests are kept as blobs are, and beside the database, which still knows them when their files are gone.
    const stored = (_: string, digest: string): string =>
      join(folder, 'data/packages', hex(digest).slice(0, 2), hex(digest).slice(2, 4), hex(digest));
    return {
      url,
      account,
      ...inFiles({ blob: stored, manifest: stored }),
      async restart() {
        await running.stop();
        running = await launch();
      },
      async stop() {
        await running.stop();
        await rm(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Making the tables takes longer than all else, and is done once. */
async function prepare(): Promise<Prepared> {
  const folder = await makeFolder();
  try {
    const assets = await findAssets();
    const config = await configure(folder, await freePort(), assets);
    const gitea = (args: readonly string[]) => execute(toolPath('gitea'), ['--config', config, ...args]);
    await gitea(['migrate']);
    const person = ['--username', USER, '--password', PASSWORD, '--email', `${USER}@registry.example.com`];
    const rights = ['--must-change-password=false', '--access-token', '--access-token-scopes', 'read:package'];
    const { stdout } = await gitea(['admin', 'user', 'create', ...person, ...rights]);
    const [readToken] = /\b[0-9a-f]{40}\b/.exec(stdout) ?? [];
    if (readToken === undefined) throw new Error(`no token came with the user: ${stdout}`);
    const database = await readFile(join(folder, 'data', 'gitea.db'));
    return { database, account: { user: USER, password: PASSWORD, readToken }, assets };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Its templates are not in the program, and Go keeps them where it keeps the source. */
async function findAssets(): Promise<string> {
  const { stdout } = await execute('go', ['mod', 'download', '-json', 'code.gitea.io/gitea'], { cwd: MODULE });
  return (JSON.parse(stdout) as { readonly Dir: string }).Dir;
}

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'gitea-'));
  await mkdir(join(folder, 'data'));
  return folder;
}

async function configure(folder: string, port: number, assets: string): Promise<string> {
  const path = join(folder, 'app.ini');
  await writeFile(path, giteaConfig({ folder, port, assets, runAs: userInfo().username }));
  return path;
}
