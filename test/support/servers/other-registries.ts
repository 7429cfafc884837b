import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { toolPath } from '../tools/tools.ts';
import { startRegistry } from './docker-registry.ts';
import { freePort } from './free-port.ts';
import { startProcess, type RunningProcess } from './process.ts';
import { registryConfig } from './registry-config.ts';

/** A real registry of some kind, and where it keeps what it was given. */
export interface AnyRegistry {
  readonly url: URL;
  /** Where a blob's bytes are, for damage. */
  blobFile(repository: string, digest: string): string;
  /** Where a child's link or data is, whose loss makes a repository lose the manifest; null where it is in memory. */
  manifestFile(repository: string, digest: string): string | null;
  /** Starts it anew on the same storage, with empty caches; null where that would lose what is in memory. */
  readonly restart: (() => Promise<void>) | null;
  stop(): Promise<void>;
}

/** The registries that the probe is proven against. */
export const REGISTRIES = {
  'distribution 2.8': startDistribution2,
  'distribution 3': startDistribution3,
  olareg: startOlareg,
  'crane registry serve': startCrane,
} as const satisfies Readonly<Record<string, () => Promise<AnyRegistry>>>;

const hex = (digest: string): string => digest.slice('sha256:'.length);

function distributionFiles(root: string): Pick<AnyRegistry, 'blobFile' | 'manifestFile'> {
  return {
    blobFile: (_, digest) => join(root, 'blobs/sha256', hex(digest).slice(0, 2), hex(digest), 'data'),
    manifestFile: (repository, digest) =>
      join(root, 'repositories', repository, '_manifests/revisions/sha256', hex(digest), 'link'),
  };
}

async function startDistribution2(): Promise<AnyRegistry> {
  const registry = await startRegistry();
  return {
    url: registry.url,
    ...distributionFiles(registry.storageRoot),
    restart: registry.restart,
    stop: () => registry.stop(),
  };
}

function startDistribution3(): Promise<AnyRegistry> {
  return startInFolder('registry', async (folder, port) => {
    const config = join(folder, 'config.yml');
    const storage = join(folder, 'storage');
    const settings = { port, storage, cache: 'inmemory', deleteEnabled: true } as const;
    await writeFile(config, registryConfig({ ...settings, htpasswdFile: null, proxyRemote: null }));
    return {
      args: ['serve', config],
      // It exports traces to the loopback interface unless told not to.
      env: { OTEL_TRACES_EXPORTER: 'none' },
      files: distributionFiles(join(storage, 'docker/registry/v2')),
      isPersistent: true,
    };
  });
}

function startOlareg(): Promise<AnyRegistry> {
  return startInFolder('olareg', async (folder, port) => ({
    args: ['serve', '--addr', '127.0.0.1', '--port', String(port), '--dir', folder, '--gc-frequency', '-1s'],
    env: {},
    files: {
      blobFile: (repository, digest) => join(folder, repository, 'blobs/sha256', hex(digest)),
      manifestFile: (repository, digest) => join(folder, repository, 'blobs/sha256', hex(digest)),
    },
    isPersistent: true,
  }));
}

function startCrane(): Promise<AnyRegistry> {
  return startInFolder('crane', async (folder, port) => ({
    args: ['registry', 'serve', '--address', `127.0.0.1:${port}`, '--disk', folder],
    env: {},
    files: {
      blobFile: (_, digest) => join(folder, 'sha256', hex(digest)),
      manifestFile: () => null,
    },
    isPersistent: false,
  }));
}

interface Launch {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly files: Pick<AnyRegistry, 'blobFile' | 'manifestFile'>;
  readonly isPersistent: boolean;
}

async function startInFolder(
  program: 'registry' | 'olareg' | 'crane',
  prepare: (folder: string, port: number) => Promise<Launch>,
): Promise<AnyRegistry> {
  const folder = await mkdtemp(join(tmpdir(), `${program}-`));
  const port = await freePort();
  const data = join(folder, 'data');
  await mkdir(data);
  const { args, env, files, isPersistent } = await prepare(data, port);
  const url = new URL(`http://127.0.0.1:${port}/`);
  const launch = (): Promise<RunningProcess> =>
    startProcess({ command: toolPath(program), args, env, readyUrl: new URL('/v2/', url) });
  let running = await launch();
  return {
    url,
    ...files,
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
