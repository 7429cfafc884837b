import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createDemoRegistry, type DemoRegistry } from '../../src/demo/server.ts';
import { createSystemClock } from '../../src/cli/system.ts';
import { limitMemory } from '../support/memory-limit.ts';
import { app } from '../support/reg-fixture.ts';
import { type HttpStub, startStub } from '../support/servers/stub-http.ts';

const WATCH = join(import.meta.dirname, 'watch.mjs');
const MEBIBYTE = 2 ** 20;
/** In MiB: what the chart gives a pod. */
export const LIMIT = 256;
/** The run's own: what is attacked may be asked as long as that. */
const DEADLINE = '30s';
/** No attack takes that long where nothing goes wrong. */
const PATIENCE_MS = 240_000;

/** What an attacker may have a hand in. */
export interface Ground {
  /** Has `app:v1`, a layer of which is lost, as the other registry does. */
  readonly registry: DemoRegistry;
  /** What is answered to who asks a Pushgateway for anything but to take numbers. */
  onGateway: Parameters<typeof startStub>[0];
  readonly env: Record<string, string>;
  readonly flags: string[];
  /** Of the registry that is attacked, in the config file. */
  readonly settings: Record<string, unknown>;
  /** In the config file: of the Pushgateway, and beside the registries. */
  readonly gateway: Record<string, unknown>;
  readonly others: Record<string, unknown>;
  /** What is to be done when the run has ended. */
  readonly afterwards: (() => Promise<void>)[];
}

/** What came of a run. */
export interface Fought {
  readonly code: number | null;
  readonly signal: string | null;
  /** In MiB: of the process alone, and of its group with all pages that were charged to it, where there is one. */
  readonly resident: number;
  readonly group: number | null;
  /** In milliseconds of a processor: the most that was computed without looking whether somebody called. */
  readonly busyMs: number;
  readonly seconds: number;
  /** By registry: method and body of each push. */
  readonly pushes: ReadonlyMap<string, readonly { readonly method: string; readonly body: string }[]>;
  readonly stdout: string;
  readonly stderr: string;
}

export interface FightOptions {
  /** A registry that has `app:v1` with its loss, in place of the embedded one that an attacker would have a hand in. */
  readonly attacked?: URL;
  /** The program as it is released. */
  readonly bundle: string;
  /** In milliseconds from the start: when it is told to end, each time. */
  readonly terminateAt?: readonly number[];
}

/** The flags with which the image starts the program, so that a test without a group of its own has the same heap. */
function heapFlags(hasGroup: boolean): readonly string[] {
  return [
    hasGroup ? '--max-old-space-size-percentage=50' : `--max-old-space-size=${LIMIT / 2}`,
    '--max-semi-space-size=4',
    '--no-detect-ineffective-gcs-near-heap-limit',
  ];
}

/** Runs the program over two registries, one of which is attacked, in the memory that the chart gives it. */
export async function fight(arrange: (ground: Ground) => void | Promise<void>, options: FightOptions): Promise<Fought> {
  const [quiet, attacked] = [createDemoRegistry(), createDemoRegistry({ clock: createSystemClock() })];
  for (const { store } of [quiet, attacked]) {
    store.put(app.repository, app.tag, app.content);
    store.removeManifest(app.repository, app.arm64.manifest.digest);
  }
  const ground: Ground = {
    registry: attacked,
    onGateway: (_, response) => void response.writeHead(200).end('{"status":"success","data":[]}'),
    env: {},
    flags: [],
    settings: {},
    gateway: {},
    others: {},
    afterwards: [],
  };
  await arrange(ground);
  const gateway = await startStub((request, response) => {
    if (request.method === 'PUT' || request.method === 'POST') response.writeHead(200).end();
    else ground.onGateway(request, response);
  });
  const folder = await mkdtemp(join(tmpdir(), 'bounds-'));
  const urls = await Promise.all([quiet.listen(), attacked.listen()]);
  const config = join(folder, 'config.json');
  const registries = {
    quiet: { url: urls[0].origin },
    attacked: { url: (options.attacked ?? urls[1]).origin, ...ground.settings },
  };
  await writeFile(
    config,
    JSON.stringify({ registries, pushgateway: { url: gateway.url.origin, ...ground.gateway }, ...ground.others }),
  );
  try {
    return await run({ folder, config, gateway, ground }, options);
  } finally {
    await Promise.all([quiet.close(), attacked.close(), gateway.stop(), ...ground.afterwards.map((end) => end())]);
    await rm(folder, { recursive: true });
  }
}

async function run(
  { folder, config, gateway, ground }: { folder: string; config: string; gateway: HttpStub; ground: Ground },
  { bundle, terminateAt = [] }: FightOptions,
): Promise<Fought> {
  const group = limitMemory(LIMIT * MEBIBYTE);
  const watched = join(folder, 'watched.json');
  const argv = ['run', '--config', config, '--output', 'json', '--metrics-file', join(folder, 'metrics.prom')];
  const flags = [...heapFlags(group !== null), '--import', WATCH, bundle, ...argv, ...ground.flags];
  const begin = performance.now();
  // In the group before Node looks how much memory there is.
  const child = spawn(
    'sh',
    ['-c', 'echo $$ > "$0" && exec "$@"', group?.door ?? '/dev/null', process.execPath, ...flags],
    {
      env: {
        PATH: process.env['PATH'],
        HOME: '/nonexistent',
        PROBE_CONFIRM_DELAY: '20ms',
        PROBE_RETRIES: '0',
        PROBE_DEADLINE: DEADLINE,
        WATCH_FILE: watched,
        ...ground.env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const late = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
  const signals = terminateAt.map((ms) => setTimeout(() => child.kill('SIGTERM'), ms));
  const [code, signal] = await new Promise<readonly [number | null, string | null]>((resolve) =>
    child.once('close', (status, by) => resolve([status, by])),
  );
  for (const timer of [late, ...signals]) clearTimeout(timer);
  const seconds = (performance.now() - begin) / 1000;
  const seen = JSON.parse(await readFile(watched, 'utf8').catch(() => '{}')) as { kibibytes?: number; busyMs?: number };
  const peak = group === null ? null : group.peak() / MEBIBYTE;
  group?.remove();
  const pushed = gateway.seen.filter(({ method }) => method === 'PUT' || method === 'POST');
  return {
    code,
    signal,
    resident: (seen.kibibytes ?? NaN) / 1024,
    group: peak,
    busyMs: seen.busyMs ?? NaN,
    seconds,
    pushes: Map.groupBy(pushed, ({ target }) => target.split('/').at(-1) ?? ''),
    stdout,
    stderr,
  };
}
