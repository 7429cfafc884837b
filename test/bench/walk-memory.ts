/**
 * How much memory a run takes, and how long, under a limit as a container has one:
 *
 *     npm run --silent build && npx node test/bench/walk-memory.ts [SCENE...]
 *
 * The registry is a process of its own and has canned bodies. Where control groups can be made, the limit is one of
 * those; the heap has the same limit everywhere, as a flag of Node.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Scene } from './canned/content.ts';
import { limitMemory } from '../support/memory-limit.ts';
import { startCannedRegistry } from './canned/start.ts';

const BUNDLE = process.env['BUNDLE'] ?? join(import.meta.dirname, '..', '..', 'dist', 'registry-integrity-probe.mjs');
const USAGE = join(import.meta.dirname, 'canned', 'usage.mjs');
const MEBIBYTE = 2 ** 20;
/** As in the image. */
const FLAGS = '--max-old-space-size-percentage=50 --max-semi-space-size=4 --no-detect-ineffective-gcs-near-heap-limit';

interface Case {
  readonly scene: Scene;
  /** In MiB, of the whole process. */
  readonly limit: number;
  readonly output: 'text' | 'json';
  /** After so many milliseconds the registry fails for so many others. */
  readonly blip?: { readonly after: number; readonly for: number };
  readonly blobCheck?: string;
  readonly tag?: string;
  /** The report in every other form as well. */
  readonly files?: boolean;
}

const WHOLE = { sharedLayers: 5, ownLayers: 1, platforms: 0, damage: 'none' } as const;

const CASES: Readonly<Record<string, Case>> = {
  'one-1000': { scene: { ...WHOLE, repositories: 1, tags: 1000 }, limit: 128, output: 'text' },
  'one-20000x20': {
    scene: { ...WHOLE, repositories: 1, tags: 20_000, sharedLayers: 0, ownLayers: 20 },
    limit: 128,
    output: 'text',
  },
  'one-100000': { scene: { ...WHOLE, repositories: 1, tags: 100_000 }, limit: 128, output: 'text' },
  // So many repositories that it is 10,000, 100,000 and 1,000,000 manifests, configs and layers.
  'objects-10000': { scene: { ...WHOLE, repositories: 33, tags: 100 }, limit: 128, output: 'text' },
  'objects-100000': { scene: { ...WHOLE, repositories: 328, tags: 100 }, limit: 128, output: 'text' },
  'objects-1000000': { scene: { ...WHOLE, repositories: 3280, tags: 100 }, limit: 128, output: 'text' },
  'many-10000x100': { scene: { ...WHOLE, repositories: 10_000, tags: 100 }, limit: 128, output: 'text' },
  'many-200x100': { scene: { ...WHOLE, repositories: 200, tags: 100 }, limit: 128, output: 'text' },
  'many-1000x100': { scene: { ...WHOLE, repositories: 1000, tags: 100 }, limit: 128, output: 'text' },
  'tags-1000000': { scene: { ...WHOLE, repositories: 1, tags: 1_000_000 }, limit: 128, output: 'text', tag: 'v0000*' },
  'catalog-1000000': {
    scene: { ...WHOLE, repositories: 1_000_000, tags: 1 },
    limit: 128,
    output: 'text',
    tag: 'r00000*/',
  },
  'damage-10000': {
    scene: { ...WHOLE, repositories: 1, tags: 10_000, platforms: 2, damage: 'children' },
    limit: 256,
    output: 'text',
  },
  'damage-20000': {
    scene: { ...WHOLE, repositories: 1, tags: 22_300, platforms: 2, damage: 'children' },
    limit: 256,
    output: 'json',
  },
  'damage-20000-files': {
    scene: { ...WHOLE, repositories: 1, tags: 22_300, platforms: 2, damage: 'children' },
    limit: 256,
    output: 'json',
    files: true,
  },
  'base-layer-20000': {
    scene: { ...WHOLE, repositories: 1, tags: 20_000, damage: 'base-layer' },
    limit: 256,
    output: 'json',
  },
  'one-20000': { scene: { ...WHOLE, repositories: 1, tags: 20_000 }, limit: 256, output: 'text' },
  'blip-20000': {
    scene: { ...WHOLE, repositories: 1, tags: 20_000 },
    limit: 256,
    output: 'text',
    blip: { after: 8000, for: 4000 },
  },
};

async function measure(
  name: string,
  { scene, limit, output, blip, blobCheck = 'head', tag, files }: Case,
): Promise<void> {
  const registry = await startCannedRegistry(scene);
  const folder = await mkdtemp(join(tmpdir(), 'bench-'));
  const usageFile = join(folder, 'usage');
  const group = limitMemory(Number(process.env['GROUP_MIB'] ?? limit) * MEBIBYTE);
  const heap = process.env['HEAP_FLAGS'] ?? FLAGS;
  const flags = [...heap.split(' '), '--import', USAGE, BUNDLE, 'run'];
  const selection = tag === undefined ? [] : tag.endsWith('/') ? ['--repository', tag.slice(0, -1)] : ['--tag', tag];
  const options = ['--registry-url', registry.url, '--registry-name', 'bench', '--deadline', '170m', ...selection];
  const more = ['--output', output, '--blob-check', blobCheck, '--metrics-file', join(folder, 'metrics.prom')];
  const reports = ['html', 'junit', 'markdown', 'annotations'].map((form) => [`--${form}`, join(folder, form)]);
  const asked = files === true ? reports.flat() : [];
  const begin = performance.now();
  const argv = [process.execPath, ...flags, ...options, ...more, ...asked, ...process.argv.slice(2).filter(isFlag)];
  // In the group before Node looks how much memory there is.
  const door = group?.door ?? '/dev/null';
  const child = spawn('sh', ['-c', 'echo $$ > "$0" && exec "$@"', door, ...argv], {
    env: { PATH: process.env['PATH'], USAGE_FILE: usageFile },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (blip !== undefined) setTimeout(() => registry.failFor(blip.for), blip.after);
  let printed = 0;
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.length));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr = `${stderr}${text}`.slice(-4000)));
  const [code, signal] = await new Promise<readonly [number | null, string | null]>((resolve) =>
    child.once('close', (status, by) => resolve([status, by])),
  );
  const seconds = (performance.now() - begin) / 1000;
  const requests = await registry.requests();
  const usage = JSON.parse(await readFile(usageFile, 'utf8').catch(() => '{}')) as Partial<Record<string, number>>;
  const resident = (usage['kibibytes'] ?? NaN) / 1024;
  const cpuSeconds = (usage['cpuMs'] ?? NaN) / 1000;
  const metrics = await readFile(join(folder, 'metrics.prom'), 'utf8').catch(() => '');
  const failures = [...metrics.matchAll(/^registry_integrity_failures\{.*\} (\d+)$/gm)].reduce(
    (sum, [, n]) => sum + Number(n),
    0,
  );
  const cells = [
    name.padEnd(18),
    `limit ${limit} MiB${group === null ? ' (heap alone)' : ''}`,
    `${resident.toFixed(0)} MiB resident`,
    group === null ? '' : `${(group.peak() / MEBIBYTE).toFixed(0)} MiB in the group`,
    `${requests} requests`,
    `${seconds.toFixed(1)} s`,
    `${cpuSeconds.toFixed(1)} s of CPU (${((cpuSeconds * 1000) / requests).toFixed(3)} ms a request)`,
    `${failures} failures delivered`,
    `${printed} bytes printed`,
    signal === null ? `exit ${code}` : `ended by ${signal}`,
  ];
  process.stdout.write(`${cells.filter((cell) => cell !== '').join(', ')}\n`);
  if (code !== 0) process.stdout.write(`${stderr.slice(-1500)}\n`);
  await writeFile(join(tmpdir(), `bench-${name}.log`), stderr);
  group?.remove();
  registry.close();
  await rm(folder, { recursive: true });
}

function isFlag(argument: string): boolean {
  return argument.startsWith('--');
}

const chosen = process.argv.slice(2).filter((argument) => !isFlag(argument));
for (const [name, one] of Object.entries(CASES)) {
  if (chosen.length === 0 || chosen.includes(name)) await measure(name, one);
}
