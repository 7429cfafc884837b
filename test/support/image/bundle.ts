import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rename } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

import { inject } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..', '..', '..');
const NAME = 'registry-integrity-probe.mjs';

const execute = promisify(execFile);

/** The program in one file, as it is released. */
export interface Bundle {
  readonly path: string;
  readonly mapPath: string;
}

/** The bundle, built by the project's own script: once for all tests of a run, by the first that asks. */
export async function buildBundle(): Promise<Bundle> {
  const shared = join(inject('bundleFolder'), 'built');
  if (!existsSync(shared)) await buildInto(shared);
  const path = join(shared, NAME);
  return { path, mapPath: `${path}.map` };
}

/** Built beside and moved, so that nobody sees half of it; where two build at once, the second is not wanted. */
async function buildInto(shared: string): Promise<void> {
  const folder = await mkdtemp(`${shared}-`);
  await execute('npm', ['run', '--silent', 'build', '--', `--outfile=${join(folder, NAME)}`], { cwd: ROOT });
  try {
    await rename(folder, shared);
  } catch (error) {
    if (!existsSync(shared)) throw error;
  }
}
