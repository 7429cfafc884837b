/**
 * How many requests a second the probe makes by itself, on one processor, and what each costs in CPU time, against canned
 * bodies on another one, beside `ab`:
 *
 *     npm run --silent build && npx node test/bench/ceiling.ts [OTHER_BUNDLE...]
 *
 * Where other bundles are given, such as those of earlier versions, all are measured by turns, so that what else the
 * machine does weighs on all alike. What a run costs before its first request is in it. What a request costs at least is
 * told as well, by pieces of 500: where a machine is busy, that is what is left of the truth.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join, relative } from 'node:path';

import type { Scene } from './canned/content.ts';
import { startCannedRegistry } from './canned/start.ts';
import { measure } from './parts/measure.ts';
import { show, spreadOf, table } from './parts/table.ts';

const BUNDLE = join(import.meta.dirname, '..', '..', 'dist', 'registry-integrity-probe.mjs');
const USAGE = join(import.meta.dirname, 'canned', 'usage.mjs');
const ROUNDS = 3;
const AB_REQUESTS = 30_000;
const ONE_PROCESSOR = ['taskset', '-c', '0'] as const;

const SCENE: Scene = {
  repositories: 100,
  tags: 50,
  sharedLayers: 5,
  ownLayers: 1,
  platforms: 0,
  damage: 'none',
};

/** What was seen of a program. */
interface Seen {
  readonly rate: number;
  readonly cpuMs: number;
  /** Of the best tenth of its pieces; null where there are none. */
  readonly leastCpuMs: number | null;
}

async function probe(bundle: string): Promise<Seen> {
  const registry = await startCannedRegistry(SCENE);
  const folder = await mkdtemp(join(tmpdir(), 'bench-'));
  const usageFile = join(folder, 'usage');
  const options = ['--registry-url', registry.url, '--registry-name', 'bench', '--concurrency', '16'];
  const { seconds } = await measure(
    [...ONE_PROCESSOR, process.execPath, '--import', USAGE, bundle, 'run', '--output', 'json', ...options],
    { env: { USAGE_FILE: usageFile, PROBE_LOG_LEVEL: 'error' } },
  );
  const requests = await registry.requests();
  const usage = JSON.parse(await readFile(usageFile, 'utf8')) as {
    readonly cpuMs: number;
    readonly pieces: readonly number[];
  };
  registry.close();
  await rm(folder, { recursive: true });
  const leastCpuMs = usage.pieces.toSorted((one, other) => one - other)[(usage.pieces.length / 10) | 0] ?? null;
  return { rate: requests / seconds, cpuMs: usage.cpuMs / requests, leastCpuMs };
}

async function ab(): Promise<Seen> {
  const registry = await startCannedRegistry(SCENE);
  const target = `${registry.url}/v2/r0000000/blobs/sha256:${'a'.repeat(64)}`;
  const argv = ['ab', '-q', '-k', '-i', '-c', '16', '-n', String(AB_REQUESTS), target] as const;
  const { seconds, cpuSeconds } = await measure([...ONE_PROCESSOR, ...argv]);
  registry.close();
  return { rate: AB_REQUESTS / seconds, cpuMs: (cpuSeconds * 1000) / AB_REQUESTS, leastCpuMs: null };
}

const contenders = new Map<string, () => Promise<Seen>>([
  ...[BUNDLE, ...process.argv.slice(2)].map((bundle) => [relative('', bundle), () => probe(bundle)] as const),
  ['ab -k -i', ab],
]);
const seen = new Map<string, Seen[]>([...contenders.keys()].map((name) => [name, []]));
const [load = 0] = loadavg();
for (let round = 0; round < ROUNDS; round += 1) {
  for (const [name, run] of contenders) seen.get(name)?.push(await run());
}
const rows = [...seen].map(([name, runs]) => {
  const least = runs.flatMap(({ leastCpuMs }) => (leastCpuMs === null ? [] : [leastCpuMs]));
  return [
    name,
    show(spreadOf(runs.map(({ rate }) => rate)), 0),
    show(spreadOf(runs.map(({ cpuMs }) => cpuMs)), 3),
    least.length === 0 ? '' : show(spreadOf(least), 3),
  ];
});
console.log(`The load of the machine was ${load.toFixed(1)} before, and is ${(loadavg()[0] ?? 0).toFixed(1)} now.\n`);
console.log(table(['what', 'requests a second', 'ms of processor for each', 'of the best tenth'], rows));
