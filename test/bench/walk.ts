/**
 * What a walk of a real registry takes, beside other ways of asking, measured in turns within one run:
 *
 *     npm run bench, or npx node test/bench/walk.ts [ROUNDS REPOSITORIES]
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { toolPath } from '../support/tools/tools.ts';
import { startRegistry } from '../support/servers/docker-registry.ts';
import { measure, type Measured } from './parts/measure.ts';
import { stock, type Stock } from './parts/stock.ts';
import { show, spreadOf, table } from './parts/table.ts';

const BUNDLE = join(import.meta.dirname, '..', '..', 'dist', 'registry-integrity-probe.mjs');
const TAGS = 5;

interface Contender {
  readonly name: string;
  /** What it asked for, in the end: requests, or things that were looked at. */
  readonly checks: (measured: Measured) => number;
  run(): Promise<Measured>;
}

function probe(url: URL, blobCheck: string): Contender {
  const argv = [process.execPath, BUNDLE, 'run', '--registry-url', url.origin, '--registry-name', 'bench'] as const;
  return {
    name: `registry-integrity-probe, ${blobCheck}`,
    run: () => measure([...argv, '--output', 'json', '--blob-check', blobCheck], { env: { PROBE_LOG_LEVEL: 'error' } }),
    checks({ stdout }) {
      const report = JSON.parse(stdout) as { registries: { complete: boolean; counts: { requests: number } }[] };
      const [registry] = report.registries;
      if (registry?.complete !== true) throw new Error(`the walk was not complete: ${stdout.slice(0, 500)}`);
      return registry.counts.requests;
    },
  };
}

/** One connection after another, as a script with a loop does it: the index, its children, HEAD for what they name. */
function loop(url: URL, { references }: Stock, some: number): Contender {
  const accept = 'application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json';
  const script = `
    count=0
    ask() { count=$((count+1)); curl -sf -H 'Accept: ${accept}' "$@"; }
    for reference in $REFERENCES; do
      path=\${reference#*/}; name=\${path%:*}; tag=\${path##*:}
      index=$(ask "$BASE/v2/$name/manifests/$tag"); count=$((count+1))
      for child in $(grep -o 'sha256:[0-9a-f]*' <<< "$index"); do
        manifest=$(ask "$BASE/v2/$name/manifests/$child"); count=$((count+1))
        for blob in $(grep -o 'sha256:[0-9a-f]*' <<< "$manifest"); do
          ask -o /dev/null -I "$BASE/v2/$name/blobs/$blob"
        done
      done
    done
    echo $count`;
  const env = { BASE: url.origin, REFERENCES: references.slice(0, some).join(' ') };
  return {
    name: `a loop with curl, ${some} of ${references.length} tags`,
    run: () => measure(['bash', '-c', script], { env }),
    checks: ({ stdout }) => Number(stdout),
  };
}

function crane({ references }: Stock, some: number): Contender {
  const script =
    'for reference in $REFERENCES; do "$CRANE" validate --fast --remote "$reference" >/dev/null || exit 1; done';
  const env = { CRANE: toolPath('crane'), REFERENCES: references.slice(0, some).join(' ') };
  return {
    name: `crane validate --fast, ${some} of ${references.length} tags`,
    run: () => measure(['bash', '-c', script], { env }),
    checks: () => some,
  };
}

function ab(url: URL, { paths }: Stock, requests: number): Contender {
  const target = new URL(paths[0] ?? '/v2/', url).href;
  return {
    name: `ab -k -i -c 32, the HEAD of one blob ${requests} times`,
    run: () => measure(['ab', '-q', '-k', '-i', '-c', '32', '-n', String(requests), target]),
    checks: () => requests,
  };
}

/** What each of them took, as a table; the first one is what the others are held against. */
function rowOf({ name, checks }: Contender, runs: readonly Measured[]): readonly string[] {
  const [first] = runs;
  const asked = first === undefined ? 0 : checks(first);
  return [
    name,
    String(asked),
    show(spreadOf(runs.map(({ seconds }) => seconds)), 1),
    show(spreadOf(runs.map(({ seconds }) => asked / seconds)), 0),
    show(spreadOf(runs.map(({ cpuSeconds }) => (cpuSeconds / asked) * 1000))),
    Math.max(...runs.map(({ peakMebibytes }) => peakMebibytes)).toFixed(0),
  ];
}

async function main(): Promise<void> {
  const [rounds = 3, repositories = 200] = process.argv.slice(2).map(Number);
  const registry = await startRegistry();
  try {
    console.log(`Filling docker-registry with ${repositories} repositories of ${TAGS} tags for three platforms.`);
    const content = await stock(registry.url, { repositories, tags: TAGS });
    const bound = content.pages + content.tags + content.manifests + 2 * content.blobs;
    const some = Math.min(100, content.references.length);
    const contenders = [
      ...['head', 'tail', 'full'].map((check) => probe(registry.url, check)),
      ab(registry.url, content, content.tags + content.manifests + content.blobs),
      loop(registry.url, content, some),
      crane(content, some),
    ];
    const runs = new Map<Contender, Measured[]>(contenders.map((one) => [one, []]));
    for (let round = 0; round < rounds; round += 1) {
      for (const [one, measured] of runs) measured.push(await one.run());
    }
    const head = ['what', 'asked', 'seconds', 'asked a second', 'ms of processor for each', 'peak MiB'];
    const rows = [...runs].map(([one, measured]) => rowOf(one, measured));
    console.log(`\n${table(head, rows)}\n`);
    console.log(
      `${content.tags} tags, ${content.manifests} manifests and ${content.blobs} blobs, each once, and ${content.pages} pages: ` +
        `a walk with tail cannot do with fewer than ${bound} requests.`,
    );
    await writeFile(
      join(import.meta.dirname, '..', '..', 'dist', 'bench-walk.json'),
      JSON.stringify([...runs.values()]),
    );
  } finally {
    await registry.stop();
  }
}

await main();
