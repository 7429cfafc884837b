import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import type { Docker } from './docker.ts';

const execute = promisify(execFile);

/** The files of an image by path, each with its mode and owner as `tar` writes them: `-rw-r--r-- 0/0`. */
export async function filesOf(docker: Docker, image: string): Promise<ReadonlyMap<string, string>> {
  const container = (await docker.ask(['create', image])).trim();
  const archive = join(docker.folder, `${container}.tar`);
  try {
    await docker.ask(['export', '--output', archive, container]);
    const { stdout } = await execute('tar', ['--list', '--verbose', '--numeric-owner', '--file', archive]);
    const lines = stdout.split('\n').filter((line) => line !== '' && !line.startsWith('d'));
    return new Map(
      lines.map((line) => {
        const [mode = '', owner = '', , , , ...path] = line.split(/\s+/);
        return [`/${path.join(' ')}`, `${mode} ${owner}`];
      }),
    );
  } finally {
    await docker.call(['rm', '--force', container]);
    await rm(archive, { force: true });
  }
}
