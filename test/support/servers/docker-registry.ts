import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { toolPath } from '../tools/tools.ts';
import { freePort } from './free-port.ts';
import { type RunningProcess, startProcess } from './process.ts';
import { type ObjectStorage, registryConfig } from './registry-config.ts';

/** How a registry differs from the stock one. */
export interface RegistryOptions {
  /** Default `docker-registry`, which is 2.8; `registry` is distribution 3. */
  readonly program?: 'docker-registry' | 'registry';
  /** Storage that is kept: a folder, or a bucket; without it, a fresh folder that goes with the registry. */
  readonly storage?: string | ObjectStorage;
  readonly htpasswd?: { readonly user: string; readonly password: string };
  /** Makes it a pull-through cache of this registry. */
  readonly proxyRemote?: string;
  /** Default true. */
  readonly deleteEnabled?: boolean;
  /** Of blob descriptors. Default `inmemory`, as shipped: it makes a HEAD blind until the next restart. */
  readonly cache?: 'inmemory' | 'none';
  readonly port?: number;
  /** Where it listens. Default 127.0.0.1; it answers there in any case. */
  readonly address?: '0.0.0.0';
}

/** A real registry of the distribution project, running. */
export interface DockerRegistry {
  readonly url: URL;
  /** `…/docker/registry/v2`: where the damage is done, in the folder or in the bucket. */
  readonly storageRoot: string;
  /** Stops and starts it on the same port and storage, which empties its descriptor cache. */
  restart(): Promise<void>;
  /** Stops it and removes what it made for itself; with `keep`, everything stays for a `start`. */
  stop(options?: { readonly keep?: boolean }): Promise<void>;
  /** Starts it again after `stop({ keep: true })`. */
  start(): Promise<void>;
  /** Runs its garbage collection (such as `['-m']`) beside it and returns what was printed; throws when that fails. */
  garbageCollect(args?: readonly string[]): Promise<string>;
  /** All that it printed so far, over all starts. */
  log(): string;
}

const execute = promisify(execFile);

/** Distribution 3 exports traces to the loopback interface unless told not to, and 2.8 ends where certificates are given for AWS. */
const ENV = { OTEL_TRACES_EXPORTER: 'none', AWS_CA_BUNDLE: '' };

/** Starts a registry on 127.0.0.1 and waits until it answers. Stop it when the test is over. */
export async function startRegistry(options: RegistryOptions = {}): Promise<DockerRegistry> {
  const program = toolPath(options.program ?? 'docker-registry');
  const port = options.port ?? (await freePort());
  const url = new URL(`http://127.0.0.1:${port}/`);
  const folder = await mkdtemp(join(tmpdir(), 'registry-'));
  const storage = options.storage ?? join(folder, 'storage');
  const configFile = join(folder, 'config.yml');
  await writeFile(
    configFile,
    registryConfig({
      address: options.address ?? '127.0.0.1',
      port,
      storage,
      cache: options.cache ?? 'inmemory',
      deleteEnabled: options.deleteEnabled ?? true,
      htpasswdFile: options.htpasswd === undefined ? null : await writePasswords(folder, options.htpasswd),
      proxyRemote: options.proxyRemote ?? null,
    }),
  );

  const serve = (): Promise<RunningProcess> =>
    startProcess({ command: program, args: ['serve', configFile], env: ENV, readyUrl: new URL('/v2/', url) });
  let earlier = '';
  let running: RunningProcess | null = null;

  const start = async (): Promise<void> => {
    if (running !== null) throw new Error('the registry is running already');
    running = await serve();
  };
  const halt = async (): Promise<void> => {
    await running?.stop();
    earlier += running?.log() ?? '';
    running = null;
  };
  const stop = async ({ keep = false }: { readonly keep?: boolean } = {}): Promise<void> => {
    await halt();
    if (!keep) await rm(folder, { recursive: true, force: true });
  };

  try {
    await start();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url,
    storageRoot: join(typeof storage === 'string' ? storage : '/', 'docker', 'registry', 'v2'),
    start,
    stop,
    async restart() {
      await halt();
      await start();
    },
    async garbageCollect(args = []) {
      const { stdout, stderr } = await execute(program, ['garbage-collect', ...args, configFile]);
      return `${stdout}${stderr}`;
    },
    log: () => `${earlier}${running?.log() ?? ''}`,
  };
}

/** registry:2 reads bcrypt hashes alone. */
async function writePasswords(
  folder: string,
  user: { readonly user: string; readonly password: string },
): Promise<string> {
  const path = join(folder, 'htpasswd');
  const { stdout } = await execute(toolPath('htpasswd'), ['-Bbn', user.user, user.password]);
  await writeFile(path, stdout);
  return path;
}
