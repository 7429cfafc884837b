import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { unmountBelow } from '../image/mounts.ts';
import { type RunningProcess, startProcess } from '../servers/process.ts';
import { toolPath } from '../tools/tools.ts';
import { until } from '../until.ts';
import { attempt, type Puller, type Pulled } from './puller.ts';

/** A containerd with a store of its own, which can unpack what it has pulled besides. */
export interface ContainerdPuller extends Puller {
  /** Pulls for this machine's platform and unpacks it, as a node does before it starts a container. */
  unpack(reference: string): Promise<Pulled>;
  /** The same, and it stays there in the namespace of Kubernetes. */
  hold(reference: string): Promise<Pulled>;
  /** Where it listens, for programs that are told by `CONTAINERD_ADDRESS`. */
  readonly socket: string;
}

const SERIES = {
  '1': { daemon: 'containerd', client: 'ctr', settings: settingsOf1, pullFlags: [] },
  // Since 2.0 the daemon pulls for its client unless told otherwise; Kubernetes' part of it does as a client does.
  '2': { daemon: 'containerd 2', client: 'ctr 2', settings: settingsOf2, pullFlags: ['--local'] },
} as const;

/** Starts a containerd of this series, with its socket, settings and store in a folder of its own. Needs root. */
export async function startContainerd(series: keyof typeof SERIES): Promise<ContainerdPuller> {
  const { daemon, client, settings, pullFlags } = SERIES[series];
  const folder = await mkdtemp(join(tmpdir(), `containerd-${series}-`));
  const socket = join(folder, 'socket');
  await writeFile(join(folder, 'config.toml'), settings(folder, socket));
  const ctr = (args: readonly string[], namespace = 'default'): Promise<Pulled> =>
    attempt(toolPath(client), ['--address', socket, '--namespace', namespace, ...args]);
  const running = await startProcess({
    command: toolPath(daemon),
    args: ['--config', join(folder, 'config.toml')],
    readyUrl: null,
  });
  const stop = async (): Promise<void> => {
    await running.stop();
    await unmountBelow(folder);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await untilAnswers(async () => (await ctr(['version'])).ok, running);
  } catch (error) {
    await stop();
    throw error;
  }

  // Namespaces that share nothing are empty stores: what one pull has brought does not help the next.
  let pulls = 0;
  const fresh = (): string => `pull-${(pulls += 1)}`;
  const pull = (reference: string, namespace: string): Promise<Pulled> =>
    ctr(['images', 'pull', '--plain-http', '--snapshotter', 'native', ...pullFlags, reference], namespace);
  return {
    name: `containerd ${series}`,
    pull: (reference) => ctr(['content', 'fetch', '--plain-http', '--all-platforms', reference], fresh()),
    unpack: (reference) => pull(reference, fresh()),
    hold: (reference) => pull(reference, 'k8s.io'),
    socket,
    stop,
  };
}

async function untilAnswers(isSo: () => Promise<boolean>, running: RunningProcess): Promise<void> {
  try {
    await until(isSo, 'containerd answers', 30_000, 50);
  } catch (error) {
    throw new Error(`containerd needs root and did not start; it printed:\n${running.log()}`, { cause: error });
  }
}

/** Without what is for Kubernetes, and for programs in /opt. */
function settingsOf1(folder: string, socket: string): string {
  return `version = 2
root = "${join(folder, 'root')}"
state = "${join(folder, 'state')}"
disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.internal.v1.opt"]
[grpc]
address = "${socket}"
[plugins."io.containerd.metadata.v1.bolt"]
content_sharing_policy = "isolated"
`;
}

function settingsOf2(folder: string, socket: string): string {
  return `version = 3
root = "${join(folder, 'root')}"
state = "${join(folder, 'state')}"
disabled_plugins = ["io.containerd.cri.v1.images", "io.containerd.cri.v1.runtime", "io.containerd.grpc.v1.cri", "io.containerd.internal.v1.opt", "io.containerd.nri.v1.nri"]
[grpc]
address = "${socket}"
[plugins."io.containerd.metadata.v1.bolt"]
content_sharing_policy = "isolated"
`;
}
