import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const ROOT = resolve(import.meta.dirname, '..', '..', '..');
const NAME = 'registry-integrity-probe.mjs';

const execute = promisify(execFile);

/** The program in one file, as it is released. */
export interface Bundle {
  readonly path: string;
  readonly mapPath: string;
  remove(): Promise<void>;
}

/** Builds the bundle by the project's own script, into a folder that no other test writes to. */
export async function buildBundle(): Promise<Bundle> {
  // Within the project, or the paths in the source map would lead out of it.
  const cache = join(ROOT, '.cache');
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'bundle-'));
  const path = join(folder, NAME);
  await execute('npm', ['run', '--silent', 'build', '--', `--outfile=${path}`], { cwd: ROOT });
  return { path, mapPath: `${path}.map`, remove: () => rm(folder, { recursive: true, force: true }) };
}
