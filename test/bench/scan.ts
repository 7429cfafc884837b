/**
 * How much memory and time it takes to scan a storage of a million links, beside `find` over the same tree:
 *
 *     npm run bench:scan [-- LINKS [FOLDER]]
 *
 * The tree is made in FOLDER (the system's folder for temporary files), needs about 12 kB a link, and is removed in the
 * end. A third argument says how many rounds there are.
 */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Report } from '../../src/report/schema.ts';
import { measureScan } from './measured-scan.ts';
import { generateStorage } from './storage-tree.ts';

const BYTES_PER_LINK = 12_000;

const links = Number(process.argv[2] ?? 1_000_000);
const folder = process.argv[3] ?? tmpdir();
const { bavail, bsize, ffree } = await statfs(folder);
const needed = links * BYTES_PER_LINK;
say(`${links} links need about ${gigabytes(needed)} in ${folder}; ${gigabytes(bavail * bsize)} are free`);
if (bavail * bsize < needed || ffree < links * 3) {
  say('not enough room: give another folder');
  process.exit(1);
}
const top = await mkdtemp(join(folder, 'bench-scan-'));
try {
  const made = generateStorage(top, links);
  say(`made ${JSON.stringify(made)}`);
  for (const round of ['first', 'second'].slice(0, Number(process.argv[4] ?? 2))) {
    const find = timed(() => spawnSync('find', [top, '-type', 'f', '-size', '+1000000'], { stdio: 'ignore' }));
    const scan = await measureScan(top);
    const [registry] = Report.parse(JSON.parse(scan.stdout)).registries;
    const memory = (scan.peakBytes / 1024 / 1024).toFixed(0);
    say(
      `${round} round: find ${find.toFixed(1)} s, scan ${scan.seconds.toFixed(1)} s (${(scan.seconds / find).toFixed(1)} times), ${memory} MiB at most, ${registry?.verdict}, ${registry?.storage?.contents?.layerLinks} layer links`,
    );
  }
} finally {
  await rm(top, { recursive: true, force: true });
}

function timed(work: () => void): number {
  const before = performance.now();
  work();
  return (performance.now() - before) / 1000;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
