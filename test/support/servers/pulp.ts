import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

import { toolPath } from '../tools/tools.ts';
import { freePort } from './free-port.ts';
import { type RunningPostgres, startPostgres } from './postgres.ts';
import { type RunningProcess, startProcess } from './process.ts';
import { hex } from './stored-content.ts';

const execute = promisify(execFile);

const PASSWORD = 'a-password-of-tests';

/** A Pulp with its container plugin: one server for the API, one for the content, one worker and a database. */
export interface RunningPulp {
  readonly url: URL;
  /** As whoever pushes. Everybody may pull. */
  readonly authorization: string;
  /** Where it keeps a blob, under its digest. Manifests are in the database. */
  blob(digest: string): string;
  stop(): Promise<void>;
}

/** Starts a Pulp on 127.0.0.1, which takes half a minute: it makes all its tables first. */
export async function startPulp(): Promise<RunningPulp> {
  const folder = await mkdtemp(join(tmpdir(), 'pulp-'));
  // The database is another user's.
  await chmod(folder, 0o755);
  const running: Pick<RunningProcess, 'stop'>[] = [];
  const stop = async (): Promise<void> => {
    for (const one of running.toReversed()) await one.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const database = await startPostgres(folder, 'pulp');
    running.push(database);
    const [api, content] = [await freePort(), await freePort()];
    const env = {
      PULP_SETTINGS: await configure(folder, database, content),
      DJANGO_SETTINGS_MODULE: 'pulpcore.app.settings',
    };
    const programs = dirname(toolPath('pulpcore-manager'));
    const manage = (...args: readonly string[]) =>
      execute(join(programs, 'pulpcore-manager'), args, { env: { ...process.env, ...env }, maxBuffer: 1 << 26 });
    await manage('migrate', '--noinput');
    await manage('reset-admin-password', '--password', PASSWORD);

    const start = async (name: string, args: readonly string[], readyUrl: URL | null): Promise<void> =>
      void running.push(await startProcess({ command: join(programs, name), args, env, readyUrl }));
    const url = new URL(`http://127.0.0.1:${api}/`);
    const contentUrl = new URL(`http://127.0.0.1:${content}/`);
    await Promise.all([
      start('pulpcore-worker', [], null),
      start('pulpcore-content', ['--bind', contentUrl.host, '--workers', '1'], contentUrl),
      start('pulpcore-api', ['--bind', url.host, '--workers', '1'], new URL('/v2/', url)),
    ]);
    return {
      url,
      authorization: `Basic ${Buffer.from(`admin:${PASSWORD}`).toString('base64')}`,
      blob: (digest) => join(folder, 'media/artifact', hex(digest).slice(0, 2), hex(digest).slice(2)),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Writes its settings, in Python, and answers where they are. */
async function configure(folder: string, { socket, user }: RunningPostgres, content: number): Promise<string> {
  for (const name of ['media', 'static', 'work']) await mkdir(join(folder, name));
  await writeFile(join(folder, 'key'), randomBytes(32).toString('base64'));
  const database = { ENGINE: 'django.db.backends.postgresql', HOST: socket, NAME: 'pulp', USER: user };
  const settings = {
    SECRET_KEY: 'tests',
    DEPLOY_ROOT: folder,
    MEDIA_ROOT: join(folder, 'media/'),
    STATIC_ROOT: join(folder, 'static/'),
    STATIC_URL: '/static/',
    WORKING_DIRECTORY: join(folder, 'work'),
    FILE_UPLOAD_TEMP_DIR: join(folder, 'work'),
    DB_ENCRYPTION_KEY: join(folder, 'key'),
    CONTENT_ORIGIN: `http://127.0.0.1:${content}`,
    DATABASES: { default: database },
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
  const off = ['CACHE_ENABLED', 'ANALYTICS'].map((name) => `${name} = False`);
  const path = join(folder, 'settings.py');
  await writeFile(path, [...lines, ...off, 'TOKEN_AUTH_DISABLED = True', ''].join('\n'));
  return path;
}
