import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { COMPILED } from './compiled.ts';
import type { DockerRegistry } from './servers/docker-registry.ts';
import { toolPath } from './tools/tools.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const RUNBOOKS = join(ROOT, 'docs/runbooks');

/** A block of shell in a runbook that can be run as it is. */
export interface RunbookBlock {
  readonly runbook: string;
  /** The nearest heading above it. */
  readonly heading: string;
  readonly script: string;
}

/** What came of a block. */
export interface BlockRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The runbooks, by the name of their alert. */
export function runbookNames(): readonly string[] {
  const files = readdirSync(RUNBOOKS).filter((file) => file.endsWith('.md'));
  return files.map((file) => file.slice(0, -'.md'.length)).toSorted();
}

/** The `sh` blocks of a runbook, in order. Those marked `console` need a cluster and are not among them. */
export function blocksOf(runbook: string): readonly RunbookBlock[] {
  const blocks: RunbookBlock[] = [];
  let heading = '';
  let open: { readonly isShell: boolean; readonly lines: string[] } | null = null;
  for (const line of readFileSync(join(RUNBOOKS, `${runbook}.md`), 'utf8').split('\n')) {
    if (open !== null && line.trim() === '```') {
      if (open.isShell) blocks.push({ runbook, heading, script: open.lines.join('\n') });
      open = null;
    } else if (open !== null) open.lines.push(line);
    else if (line.startsWith('```')) open = { isShell: line === '```sh', lines: [] };
    else heading = /^#+ (.*)$/.exec(line)?.[1] ?? heading;
  }
  return blocks;
}

/** The variables that a runbook asks for about a registry on this machine. */
export function registryVariables(registry: DockerRegistry): Readonly<Record<string, string>> {
  const folder = resolve(registry.storageRoot, '../../../..');
  return { REGISTRY: registry.url.origin, STORAGE: registry.storageRoot, CONFIG: join(folder, 'config.yml') };
}

/**
 * A shell that has the programs which the runbooks call, the probe among them as an installed one, and that stops at
 * the first failure and at any variable that is not given. `folder` is for the programs.
 */
export async function runbookShell(
  folder: string,
  variables: Readonly<Record<string, string>>,
): Promise<(block: RunbookBlock) => Promise<BlockRun>> {
  const programs = join(folder, 'bin');
  await mkdir(programs);
  await symlink(toolPath('docker-registry'), join(programs, 'docker-registry'));
  const probe = join(programs, 'registry-integrity-probe');
  await writeFile(probe, `#!/bin/sh\nexec '${process.execPath}' '${join(ROOT, 'src/main.ts')}' "$@"\n`);
  await chmod(probe, 0o755);
  const env = {
    HOME: folder,
    PATH: `${programs}:${process.env['PATH'] ?? ''}`,
    PROBE_CONFIRM_DELAY: '20ms',
    ...COMPILED,
    ...variables,
  };

  return ({ script }) =>
    new Promise((done) => {
      // Without `--norc` bash reads its settings where its input is a socket, as it is here.
      execFile('bash', ['--norc', '-eu', '-c', script], { env }, (error, stdout, stderr) => {
        done({ code: error === null ? 0 : Number(error.code), stdout, stderr });
      });
    });
}
