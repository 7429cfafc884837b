import { execFile } from 'node:child_process';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

import type { Docker } from './docker.ts';
import { librariesOf } from './libraries.ts';
import { npmFolder, npmSettings } from './npm.ts';

/** A file or folder of an image: taken from this machine, or with this text. */
type Source = { readonly from: string } | { readonly text: string };

const execute = promisify(execFile);

const PASSWD = 'root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n';

/**
 * Makes a base like the distroless one out of this machine's Node: no shell, and Node where no usual PATH leads.
 * Nothing is downloaded.
 */
export async function makeRuntimeBase(docker: Docker, name: string): Promise<void> {
  await importImage(
    docker,
    name,
    { ...(await withLibraries('/nodejs/bin/node', process.execPath)), '/etc/passwd': { text: PASSWD } },
    ['ENTRYPOINT ["/nodejs/bin/node"]', 'WORKDIR /home/nonroot', 'USER 65532', 'ENV PATH=/usr/bin:/bin'],
  );
}

/** Makes a base to build on, like the official one of Node: Node, npm and a shell, configured as this machine's npm. */
export async function makeBuildBase(docker: Docker, name: string): Promise<void> {
  const { env, files } = await npmSettings();
  await importImage(
    docker,
    name,
    {
      ...(await withLibraries('/usr/local/bin/node', process.execPath)),
      ...(await withLibraries('/bin/sh', '/bin/sh')),
      ...(await withLibraries('/usr/bin/env', '/usr/bin/env')),
      ...Object.fromEntries(files.map((path) => [path, { from: path }])),
      '/usr/local/lib/node_modules/npm': { from: await npmFolder() },
      '/usr/local/bin/npm': { text: '#!/bin/sh\nexec node /usr/local/lib/node_modules/npm/bin/npm-cli.js "$@"\n' },
      '/etc/passwd': { text: PASSWD },
    },
    [
      'ENV PATH=/usr/local/bin:/usr/bin:/bin',
      ...Object.entries(env).map(([key, value]) => `ENV ${key}=${JSON.stringify(value)}`),
    ],
  );
}

async function withLibraries(target: string, program: string): Promise<Readonly<Record<string, Source>>> {
  const libraries = await librariesOf(program);
  return { [target]: { from: program }, ...Object.fromEntries(libraries.map((path) => [path, { from: path }])) };
}

/** Lays links out as the image's files and lets tar follow them, so that nothing is copied twice. */
async function importImage(
  docker: Docker,
  name: string,
  files: Readonly<Record<string, Source>>,
  changes: readonly string[],
): Promise<void> {
  const root = join(docker.folder, 'root');
  const archive = join(docker.folder, 'root.tar');
  try {
    for (const [target, source] of Object.entries(files)) {
      const path = join(root, target);
      await mkdir(dirname(path), { recursive: true });
      if ('from' in source) await symlink(source.from, path);
      else await writeFile(path, source.text, { mode: 0o755 });
    }
    const ownedByRoot = ['--owner=0', '--group=0', '--numeric-owner'];
    await execute('tar', ['-C', root, '--dereference', ...ownedByRoot, '-cf', archive, '.']);
    await docker.ask(['import', ...changes.flatMap((change) => ['--change', change]), archive, name]);
  } finally {
    await rm(root, { recursive: true, force: true });
    await rm(archive, { force: true });
  }
}
