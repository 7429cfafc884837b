import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';

/** Where Linux has its control groups: the first version has a folder for each controller, the second has none. */
const CGROUPS = '/sys/fs/cgroup';
const PLUGINS = '/usr/lib/cni';

/** Namespaces of network, mounts and processes, with what a node needs inside of them, tried out. */
const TRIAL = `set -e
mount -t tmpfs trial /mnt
mkdir /mnt/lower /mnt/upper /mnt/work /mnt/both
mount -t overlay overlay -o lowerdir=/mnt/lower,upperdir=/mnt/upper,workdir=/mnt/work /mnt/both
ip link add trial0 type bridge
ip link add trial1 type veth peer name trial2`;

/** The arguments of `unshare` for a node: everything that it starts ends with it, and its traffic stays inside. */
export const UNSHARE = ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'] as const;

/** Why this machine cannot have a node, in one line; null where it can. */
export function whyNoNode(): string | null {
  if (process.platform !== 'linux') return `a kubelet needs Linux, and this is ${process.platform}`;
  if (process.getuid?.() !== 0) return 'a kubelet needs root';
  if (!existsSync(`${PLUGINS}/bridge`)) return `there are no network plugins in ${PLUGINS}`;
  const closed = cgroupFolders().find((path) => !isWritable(path));
  if (closed !== undefined) return `the control groups cannot be written to: ${closed}`;
  const { status, stderr, error } = spawnSync('unshare', [...UNSHARE, 'sh', '-c', TRIAL], { encoding: 'utf8' });
  if (error !== undefined) return `unshare could not be started: ${error.message}`;
  return status === 0 ? null : `the machine gives no namespaces, overlays or bridges: ${stderr.trim()}`;
}

/** The controllers that a kubelet cannot do without. */
function cgroupFolders(): readonly string[] {
  const controllers = ['cpu', 'memory', 'pids'].map((name) => `${CGROUPS}/${name}`);
  return existsSync(`${CGROUPS}/cgroup.controllers`) ? [CGROUPS] : controllers;
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
