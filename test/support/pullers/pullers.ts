import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startDocker } from '../image/docker.ts';
import { toolPath } from '../tools/tools.ts';
import { type ContainerdPuller, startContainerd } from './containerd.ts';
import { attempt, PULLERS, type Puller, type PullerName } from './puller.ts';

/** As tables have them: `c2+ c1+ D+ S+ C+` where all of them pull. */
const SHORT = {
  'containerd 2': 'c2',
  'containerd 1': 'c1',
  docker: 'D',
  skopeo: 'S',
  crane: 'C',
} as const satisfies Readonly<Record<PullerName, string>>;

/** All the real pullers, running. */
export interface Pullers {
  readonly containerd: ContainerdPuller;
  readonly docker: Puller;
  /** Who pulls a reference (`+`) and who does not (`-`), in short, and their last words. */
  ask(reference: string): Promise<{ readonly verdicts: string; readonly words: string }>;
  stop(): Promise<void>;
}

/** Starts them, each with a store of its own. Stop them when the tests are over. */
export async function startPullers(): Promise<Pullers> {
  const started: Puller[] = [];
  const stop = async (): Promise<void> => void (await Promise.all(started.map((puller) => puller.stop())));
  try {
    const containerd = await startContainerd('2');
    started.push(containerd);
    const docker = await startDockerPuller();
    started.push(await startContainerd('1'), docker, skopeo(), crane());
    return { containerd, docker, stop, ask: (reference) => ask(started, reference) };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function ask(pullers: readonly Puller[], reference: string) {
  const answers = await Promise.all(pullers.map(async ({ name, pull }) => [name, await pull(reference)] as const));
  const by = new Map(answers);
  const verdicts = PULLERS.map((name) => `${SHORT[name]}${by.get(name)?.ok === true ? '+' : '-'}`).join(' ');
  const words = PULLERS.map((name) => `${name}: ${by.get(name)?.said ?? 'was not asked'}`).join('\n');
  return { verdicts, words };
}

/** It has no way to pull for other platforms than its own. */
async function startDockerPuller(): Promise<Puller> {
  // Left to itself, it asks for a broken layer for a minute.
  const docker = await startDocker({ 'max-download-attempts': 1 });
  return {
    name: 'docker',
    async pull(reference) {
      const { code, stdout, stderr } = await docker.call(['pull', '--quiet', reference]);
      if (code === 0) await docker.call(['image', 'rm', '--force', reference]);
      return { ok: code === 0, said: `${stdout}${stderr}`.trim().split('\n').at(-1) ?? '' };
    },
    stop: () => docker.stop([]),
  };
}

function skopeo(): Puller {
  const args = ['--insecure-policy', 'copy', '--quiet', '--all', '--src-tls-verify=false', '--retry-times=0'];
  return {
    name: 'skopeo',
    pull: (reference) =>
      intoFolder((folder) =>
        // It keeps what it knows of blobs in the home of whoever calls it.
        attempt(toolPath('skopeo'), [...args, `docker://${reference}`, `dir:${join(folder, 'image')}`], {
          HOME: folder,
        }),
      ),
    stop: () => Promise.resolve(),
  };
}

function crane(): Puller {
  return {
    name: 'crane',
    pull: (reference) =>
      intoFolder((folder) =>
        attempt(toolPath('crane'), ['pull', '--insecure', '--format=oci', reference, join(folder, 'image')]),
      ),
    stop: () => Promise.resolve(),
  };
}

async function intoFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'pulled-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
