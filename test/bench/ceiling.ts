/**
 * How many requests a second the probe makes by itself, and what each costs in CPU time, against canned bodies:
 *
 *     npm run --silent build && npx node test/bench/ceiling.ts [OTHER_BUNDLE]
 *
 * Where another bundle is given, such as one of an earlier version, both are measured by turns, so that what else the
 * machine does weighs on both alike. What a run costs before its first request is in it.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Scene } from './canned/content.ts';
import { startCannedRegistry } from './canned/start.ts';

const BUNDLE = join(import.meta.dirname, '..', '..', 'dist', 'registry-integrity-probe.mjs');
const USAGE = join(import.meta.dirname, 'canned', 'usage.mjs');
const ROUNDS = 3;

const SCENE: Scene = {
  repositories: 200,
  tags: 50,
  sharedLayers: 5,
  ownLayers: 1,
  platforms: 0,
  damage: 'none',
};

async function measure(bundle: string): Promise<{ readonly rate: number; readonly cpuMs: number }> {
  const registry = await startCannedRegistry(SCENE);
  const folder = await mkdtemp(join(tmpdir(), 'bench-'));
  const usageFile = join(folder, 'usage');
  const begin = performance.now();
  const options = ['--registry-url', registry.url, '--registry-name', 'bench', '--concurrency', '16'];
  const child = spawn(process.execPath, ['--import', USAGE, bundle, 'run', ...options], {
    env: { PATH: process.env['PATH'], USAGE_FILE: usageFile },
    stdio: 'ignore',
  });
  await new Promise((resolve) => child.once('close', resolve));
  const seconds = (performance.now() - begin) / 1000;
  const requests = await registry.requests();
  const usage = JSON.parse(await readFile(usageFile, 'utf8')) as { readonly cpuMs: number };
  registry.close();
  await rm(folder, { recursive: true });
  return { rate: requests / seconds, cpuMs: usage.cpuMs / requests };
}

const bundles = [BUNDLE, ...process.argv.slice(2)];
for (let round = 0; round < ROUNDS; round += 1) {
  for (const bundle of bundles) {
    const { rate, cpuMs } = await measure(bundle);
    process.stdout.write(`${bundle}: ${rate.toFixed(0)} requests a second, ${cpuMs.toFixed(3)} ms of CPU for each\n`);
  }
}
