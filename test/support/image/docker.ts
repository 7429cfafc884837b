import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { toolPath } from '../tools/tools.ts';
import { startDaemon } from './daemon.ts';

/** How a call of the client ended. */
export interface Called {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A Docker daemon. */
export interface Docker {
  /** For what is put into images; gone when it is stopped. */
  readonly folder: string;
  /** Calls the client and answers however that ends. */
  call(args: readonly string[]): Promise<Called>;
  /** Calls the client and returns what it printed on standard output; throws when it fails. */
  ask(args: readonly string[]): Promise<string>;
  /** Stops the daemon and removes everything that it kept; a daemon that was given loses these images alone. */
  stop(images: readonly string[]): Promise<void>;
}

const MAX_PRINTED = 64 * 1024 * 1024;

/**
 * Starts a daemon for this test alone; with `DOCKER_HOST` that daemon is used instead. Throws where neither is to be
 * had, and says how to get it. The settings are those of `daemon.json`; a daemon that was given has its own.
 */
export async function startDocker(settings: object = {}): Promise<Docker> {
  const given = process.env['DOCKER_HOST'];
  if (given === undefined && process.getuid?.() !== 0) {
    throw new Error('The image is tested with Docker: run this as root, who can start dockerd, or set DOCKER_HOST');
  }
  const folder = await mkdtemp(join(tmpdir(), 'docker-'));
  const host = given ?? `unix://${join(folder, 'socket')}`;
  const call = clientOf(host, folder);
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  const answers = async (): Promise<boolean> => (await call(['info'])).code === 0;
  try {
    const stopDaemon = given === undefined ? await startDaemon(folder, host, answers, settings) : null;
    return {
      folder,
      call,
      async ask(args) {
        const { code, stdout, stderr } = await call(args);
        if (code !== 0) throw new Error(`docker ${args.join(' ')} ended with ${code}:\n${stdout}${stderr}`);
        return stdout;
      },
      async stop(images) {
        if (stopDaemon === null) await call(['image', 'rm', '--force', ...images]);
        else await stopDaemon();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** The classic builder is what every installation of Docker has. */
function clientOf(host: string, folder: string): Docker['call'] {
  const program = toolPath('docker');
  const env = {
    PATH: process.env['PATH'],
    DOCKER_HOST: host,
    DOCKER_CONFIG: join(folder, 'client'),
    DOCKER_BUILDKIT: '0',
  };
  return (args) =>
    new Promise((resolve) => {
      execFile(program, args, { env, maxBuffer: MAX_PRINTED }, (error, stdout, stderr) => {
        const code = typeof error?.code === 'number' ? error.code : error === null ? 0 : -1;
        resolve({ code, stdout, stderr: code === -1 ? `${stderr}${error?.message ?? ''}` : stderr });
      });
    });
}
