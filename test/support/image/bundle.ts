import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rename } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

import { inject } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..', '..', '..');
const NAME = 'registry-integrity-probe.mjs';

const execute = promisify(execFile);

/** The program without its packages, as it is released: what is started, and the parts that it loads as it needs them. */
export interface Bundle {
  readonly path: string;
  readonly folder: string;
  /** Of all files in the folder: `registry-integrity-probe.mjs`, `parts/client-….mjs`, and a source map for each. */
  readonly files: readonly string[];
}

/** The bundle, built by the project's own script: once for all tests of a run, by the first that asks. */
export async function buildBundle(): Promise<Bundle> {
  const shared = join(inject('bundleFolder'), 'built');
  if (!existsSync(shared)) await buildInto(shared);
  const names = await readdir(shared, { recursive: true });
  return { path: join(shared, NAME), folder: shared, files: names.filter((name) => /\.mjs(?:\.map)?$/.test(name)) };
}

/** Built beside and moved, so that nobody sees half of it; where two build at once, the second is not wanted. */
async function buildInto(shared: string): Promise<void> {
  const folder = await mkdtemp(`${shared}-`);
  await execute('npm', ['run', '--silent', 'build', '--', `--outdir=${folder}`], { cwd: ROOT });
  try {
    await rename(folder, shared);
  } catch (error) {
    if (!existsSync(shared)) throw error;
  }
}
