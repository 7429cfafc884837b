import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { type RunningProcess, startProcess } from '../servers/process.ts';
import { toolPath } from '../tools/tools.ts';
import { until } from '../until.ts';
import { unmountBelow } from './mounts.ts';

const START_TIMEOUT_MS = 60_000;

const HOW =
  'dockerd did not start. It needs root, control groups and mounts: a virtual machine has them, a container has them ' +
  'with --privileged; or set DOCKER_HOST to a daemon that runs. It printed:';

/**
 * Starts dockerd and a containerd with storage, sockets and settings in a folder of their own, and without a network
 * but the machine's, so that nothing outside of the folder changes and another Docker on this machine is left alone.
 * What is returned stops both.
 */
export async function startDaemon(
  folder: string,
  host: string,
  answers: () => Promise<boolean>,
  settings: object,
): Promise<() => Promise<void>> {
  const started: RunningProcess[] = [];
  const stop = async (): Promise<void> => {
    for (const running of started.toReversed()) await running.stop();
    await unmountBelow(folder);
  };
  try {
    started.push(await startContainerd(folder));
    started.push(await startDockerd(folder, host, settings));
    await until(answers, 'the Docker daemon answers', START_TIMEOUT_MS);
  } catch (error) {
    await stop();
    throw new Error(`${HOW}\n${started.map((running) => running.log()).join('\n')}`, { cause: error });
  }
  return stop;
}

/** Left to itself, dockerd takes the containerd that it finds, and looks after what others keep there. */
async function startContainerd(folder: string): Promise<RunningProcess> {
  const home = join(folder, 'containerd');
  await mkdir(home);
  const settings = join(home, 'config.toml');
  // The two plugins are for Kubernetes, and for programs in /opt.
  await writeFile(
    settings,
    `version = 2
root = "${join(home, 'root')}"
state = "${join(home, 'state')}"
disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.internal.v1.opt"]
[grpc]
address = "${socketOf(folder)}"
`,
  );
  return startProcess({ command: toolPath('containerd'), args: ['--config', settings], readyUrl: null });
}

async function startDockerd(folder: string, host: string, options: object): Promise<RunningProcess> {
  const settings = join(folder, 'daemon.json');
  await writeFile(settings, JSON.stringify(options));
  return startProcess({
    command: toolPath('dockerd'),
    args: [
      `--config-file=${settings}`,
      `--host=${host}`,
      `--containerd=${socketOf(folder)}`,
      `--pidfile=${join(folder, 'pid')}`,
      `--data-root=${join(folder, 'data')}`,
      `--exec-root=${join(folder, 'exec')}`,
      '--bridge=none',
      '--iptables=false',
      '--ip-forward=false',
      '--ip-masq=false',
    ],
    readyUrl: null,
  });
}

function socketOf(folder: string): string {
  return join(folder, 'containerd', 'socket');
}
