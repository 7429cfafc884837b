import { execFile } from 'node:child_process';
import { mkdir, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

import { toolPath } from '../tools/tools.ts';
import { until } from '../until.ts';
import { startProcess } from './process.ts';

const execute = promisify(execFile);

/** It refuses to be root, and Debian's package brings a user for it. */
const SYSTEM_USER = 'postgres';

/** A database server that listens on no port. */
export interface RunningPostgres {
  /** The folder of its socket, where clients look for it. */
  readonly socket: string;
  readonly user: string;
  stop(): Promise<void>;
}

/** Starts a PostgreSQL with one empty database of this name, below a folder that others may enter. */
export async function startPostgres(parent: string, database: string): Promise<RunningPostgres> {
  const isRoot = process.getuid?.() === 0;
  const user = isRoot ? { user: SYSTEM_USER } : {};
  const folder = join(parent, 'postgres');
  await mkdir(folder);
  if (isRoot) await execute('chown', [SYSTEM_USER, folder]);
  // What is on PATH may be a link to one of them.
  const programs = dirname(await realpath(toolPath('initdb')));
  const program = (name: string): string => join(programs, name);
  const client = ['--host', folder, '--username', SYSTEM_USER];

  const init = await startProcess({
    command: program('initdb'),
    args: ['--pgdata', join(folder, 'data'), '--auth', 'trust', '--username', SYSTEM_USER, '--no-sync'],
    readyUrl: null,
    ...user,
  });
  await init.ended;
  const running = await startProcess({
    command: program('postgres'),
    // Nothing of it has to outlive the machine.
    args: ['-D', join(folder, 'data'), '-k', folder, '-c', 'listen_addresses=', '-c', 'fsync=off'],
    readyUrl: null,
    ...user,
  });
  try {
    const isReady = (): Promise<boolean> =>
      execute(program('pg_isready'), client.slice(0, 2)).then(
        () => true,
        () => false,
      );
    await until(isReady, 'PostgreSQL answers', 30_000, 100);
    await execute(program('createdb'), [...client, database]);
  } catch (error) {
    await running.stop();
    throw new Error(`PostgreSQL printed:\n${init.log()}${running.log()}`, { cause: error });
  }
  return { socket: folder, user: SYSTEM_USER, stop: running.stop };
}
