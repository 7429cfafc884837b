/**
 * What somebody who pulls feels while a walk goes on: the time of single answers to a second client, without a walk, and
 * with one that asks as many at once as it finds out, 4, and 32:
 *
 *     npm run --silent build && npx node test/bench/second-client.ts [ROUNDS REPOSITORIES]
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { Agent, request } from 'undici';

import { startRegistry } from '../support/servers/docker-registry.ts';
import { stock } from './parts/stock.ts';
import { show, spreadOf, table } from './parts/table.ts';

const BUNDLE = join(import.meta.dirname, '..', '..', 'dist', 'registry-integrity-probe.mjs');
/** How often the second client asks, and how long the walk has run before. */
const EVERY_MS = 10;
const WARM_UP_MS = 1500;
const MEASURED_MS = 6000;

interface Felt {
  readonly latencies: readonly number[];
  /** Of the walk, at the end; null where there was none. */
  readonly atOnce: number | null;
  readonly walked: number;
}

/** Asks for one blob after another, each whole, as a node does. */
async function pullFor(url: URL, paths: readonly string[], ms: number): Promise<readonly number[]> {
  const dispatcher = new Agent({ connections: 1 });
  const latencies: number[] = [];
  const end = performance.now() + ms;
  for (let turn = 0; performance.now() < end; turn += 1) {
    const started = performance.now();
    const { body } = await request(new URL(paths[turn % paths.length] ?? '/v2/', url), { dispatcher });
    await body.arrayBuffer();
    latencies.push(performance.now() - started);
    await sleep(EVERY_MS);
  }
  await dispatcher.close();
  return latencies;
}

/** The second client alone, or beside a walk that begins anew whenever it has ended. */
async function feel(url: URL, paths: readonly string[], concurrency: string | null): Promise<Felt> {
  if (concurrency === null) return { latencies: await pullFor(url, paths, MEASURED_MS), atOnce: null, walked: 0 };
  const walks = startWalks(url, concurrency);
  await sleep(WARM_UP_MS);
  const latencies = await pullFor(url, paths, MEASURED_MS);
  return { latencies, ...(await walks.stop()) };
}

function startWalks(url: URL, concurrency: string) {
  const argv = [BUNDLE, 'run', '--registry-url', url.origin, '--registry-name', 'bench', '--output', 'json'];
  let stopping = false;
  let atOnce: number | null = null;
  let walked = 0;
  let child = start();
  function start() {
    const walk = spawn(process.execPath, [...argv, '--concurrency', concurrency], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let stdout = '';
    walk.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    walk.on('close', () => {
      const report = JSON.parse(stdout) as { registries: { concurrency: number; counts: { requests: number } }[] };
      atOnce = report.registries[0]?.concurrency ?? null;
      walked += report.registries[0]?.counts.requests ?? 0;
      if (!stopping) child = start();
    });
    return walk;
  }
  return {
    async stop() {
      stopping = true;
      child.kill('SIGTERM');
      await new Promise((resolve) => child.on('close', resolve));
      return { atOnce, walked };
    },
  };
}

function quantile(latencies: readonly number[], share: number): number {
  const sorted = latencies.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

async function main(): Promise<void> {
  const [rounds = 3, repositories = 200] = process.argv.slice(2).map(Number);
  const registry = await startRegistry();
  try {
    const { paths } = await stock(registry.url, { repositories, tags: 5 });
    const felt = new Map<string | null, Felt[]>([
      [null, []],
      ['auto', []],
      ['4', []],
      ['32', []],
    ]);
    for (let round = 0; round < rounds; round += 1) {
      for (const [concurrency, all] of felt) all.push(await feel(registry.url, paths, concurrency));
    }
    const rows = [...felt].map(([concurrency, all]) => [
      concurrency === null ? 'no walk' : `a walk, concurrency ${concurrency}`,
      all.map(({ atOnce }) => atOnce ?? '').join(', '),
      show(spreadOf(all.map(({ latencies }) => quantile(latencies, 0.5))), 1),
      show(spreadOf(all.map(({ latencies }) => quantile(latencies, 0.95))), 1),
      show(spreadOf(all.map(({ latencies }) => quantile(latencies, 0.99))), 1),
      all.map(({ walked }) => walked).join(', '),
    ]);
    console.log(table(['beside', 'settled at', 'median ms', '95 % ms', '99 % ms', 'requests of the walks'], rows));
  } finally {
    await registry.stop();
  }
}

await main();
