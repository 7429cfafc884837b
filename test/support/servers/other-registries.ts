import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { toolPath } from '../tools/tools.ts';
import type { AnyRegistry } from './any-registry.ts';
import { startRegistry } from './docker-registry.ts';
import { freePort } from './free-port.ts';
import { startGitea } from './gitea.ts';
import { startObjectStorage } from './object-storage.ts';
import { startProcess, type RunningProcess } from './process.ts';
import { distributionPlaces, hex, inFiles, inObjects, type StoredContent } from './stored-content.ts';

/** The registries that the probe is proven against. */
export const REGISTRIES = {
  'distribution 2.8': () => startDistribution('docker-registry'),
  'distribution 3': () => startDistribution('registry'),
  'distribution 2.8 on S3': () => startOnObjects('docker-registry'),
  'distribution 3 on S3': () => startOnObjects('registry'),
  olareg: startOlareg,
  'crane registry serve': startCrane,
  gitea: startGitea,
} as const satisfies Readonly<Record<string, () => Promise<AnyRegistry>>>;

async function startDistribution(program: 'docker-registry' | 'registry'): Promise<AnyRegistry> {
  const registry = await startRegistry({ program });
  return {
    url: registry.url,
    ...inFiles(distributionPlaces(registry.storageRoot)),
    restart: registry.restart,
    stop: () => registry.stop(),
  };
}

/** Blobs are not served by the registry, which sends its clients to the storage instead. */
async function startOnObjects(program: 'docker-registry' | 'registry'): Promise<AnyRegistry> {
  const storage = await startObjectStorage();
  try {
    const registry = await startRegistry({ program, storage });
    return {
      url: registry.url,
      ...inObjects(storage, distributionPlaces(registry.storageRoot)),
      restart: registry.restart,
      async stop() {
        await registry.stop();
        await storage.stop();
      },
    };
  } catch (error) {
    await storage.stop();
    throw error;
  }
}

function startOlareg(): Promise<AnyRegistry> {
  return startInFolder('olareg', (folder, port) => {
    const blob = (repository: string, digest: string): string => join(folder, repository, 'blobs/sha256', hex(digest));
    return {
      args: [
        'serve',
        '--addr',
        '127.0.0.1',
        '--port',
        String(port),
        '--dir',
        folder,
        '--gc-frequency',
        '-1s',
        '--api-delete',
      ],
      content: inFiles({ blob, manifest: blob }),
      isPersistent: true,
    };
  });
}

function startCrane(): Promise<AnyRegistry> {
  return startInFolder('crane', (folder, port) => ({
    args: ['registry', 'serve', '--address', `127.0.0.1:${port}`, '--disk', folder],
    content: inFiles({ blob: (_, digest) => join(folder, 'sha256', hex(digest)) }),
    isPersistent: false,
  }));
}

interface Launch {
  readonly args: readonly string[];
  readonly content: StoredContent;
  readonly isPersistent: boolean;
}

async function startInFolder(
  program: 'olareg' | 'crane',
  prepare: (folder: string, port: number) => Launch,
): Promise<AnyRegistry> {
  const folder = await mkdtemp(join(tmpdir(), `${program}-`));
  const port = await freePort();
  const data = join(folder, 'data');
  await mkdir(data);
  const { args, content, isPersistent } = prepare(data, port);
  const url = new URL(`http://127.0.0.1:${port}/`);
  const launch = (): Promise<RunningProcess> =>
    startProcess({ command: toolPath(program), args, readyUrl: new URL('/v2/', url) });
  let running = await launch();
  return {
    url,
    ...content,
    restart: isPersistent
      ? async () => {
          await running.stop();
          running = await launch();
        }
      : null,
    async stop() {
      await running.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
