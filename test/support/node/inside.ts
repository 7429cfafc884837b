import { spawn } from 'node:child_process';
import { readdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';

import { UNSHARE, whyNoNode } from './possible.ts';

/**
 * Runs a command in network, mount and process namespaces of its own, with fresh folders where a node keeps things, so
 * that nothing of a node is left on this machine when the command ends. Ends as the command does, or with 1 and the
 * reason where the machine cannot have a node.
 */
function main(command: readonly string[]): void {
  const problem = whyNoNode();
  if (problem !== null) {
    process.stderr.write(`A real node cannot be started here: ${problem}.\n`);
    process.exitCode = 1;
    return;
  }
  const child = spawn('unshare', [...UNSHARE, 'bash', '-c', SETUP, 'node', ...command], { stdio: 'inherit' });
  child.once('close', (code) => {
    CGROUPS.forEach(removeGroups);
    process.exitCode = code ?? 1;
  });
}

/** The kubelet's folders of the first version of control groups, and of the second. */
const CGROUPS = [
  '',
  'cpu',
  'cpuacct',
  'cpuset',
  'memory',
  'devices',
  'freezer',
  'blkio',
  'pids',
  'systemd',
  'unified',
].map((controller) => join('/sys/fs/cgroup', controller, 'kubepods'));

/**
 * bash stays as the first process, which takes in the orphans. What the kubelet would set for the whole machine has
 * the values that it wants already, as far as it can see.
 */
const SETUP = `set -e
mount --make-rshared /
mount -t tmpfs node /var/lib
mount -t tmpfs node /var/log
mount -t tmpfs node /run
mount --make-rshared /var/lib
mount --make-rshared /run
mkdir -p /run/wanted /run/lock
while read -r name value; do
  echo "$value" > "/run/wanted/$(basename "$name")"
  mount --bind "/run/wanted/$(basename "$name")" "/proc/sys/$name"
done <<END
vm/overcommit_memory 1
vm/panic_on_oom 0
kernel/panic 10
kernel/panic_on_oops 1
kernel/keys/root_maxkeys 1000000
kernel/keys/root_maxbytes 25000000
END
echo 1 > /proc/sys/net/ipv4/ip_forward
ip link set lo up
"$@"`;

function removeGroups(folder: string): void {
  try {
    for (const { name } of readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())) {
      removeGroups(join(folder, name));
    }
    rmdirSync(folder);
  } catch {
    // Another version of control groups, or no pod was ever there.
  }
}

main(process.argv.slice(2));
