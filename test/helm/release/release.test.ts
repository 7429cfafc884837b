import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

import manifest from '../../../package.json' with { type: 'json' };
import { helm, LEAST, render } from '../../support/chart.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const ROOT = join(import.meta.dirname, '../../..');
const RELEASE = join(ROOT, 'helm/release/release.ts');
const CHART = 'helm/registry-integrity-probe';
const TAG = `v${manifest.version}`;
const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;
const STAMP = ['--repository', 'Example/probe', '--digest', DIGEST];

/** A copy of what a release reads, with a date in the changelog. */
async function project(): Promise<string> {
  const folder = await temporaryFolder();
  for (const path of [CHART, 'package.json', 'CHANGELOG.md']) {
    cpSync(join(ROOT, path), join(folder, path), { recursive: true });
  }
  const changelog = await readFile(join(folder, 'CHANGELOG.md'), 'utf8');
  await writeFile(join(folder, 'CHANGELOG.md'), changelog.replace('] - Unreleased', '] - 2026-01-31'));
  return folder;
}

function release(folder: string, ...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [RELEASE, ...args, '--project', folder], {
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

describe('the release script', () => {
  test('a project whose files are of the tag can be released', async () => {
    expect(release(await project(), 'check', TAG)).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  test('another tag is one line on standard error, and exit code 2', async () => {
    const { status, stdout, stderr } = release(await project(), 'check', 'v99.0.0');

    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^99\.0\.0 cannot be released: version in package\.json is .*\n$/);
  });

  test.each([
    [['stamp', TAG, '--repository', 'Example/probe', '--digest', 'latest'], '"latest" is no sha256 digest\n'],
    [['stamp', 'nightly', ...STAMP], 'the tag "nightly" does not begin with v, as v1.2.3 does\n'],
    [['publish', TAG], 'usage: '],
    [['check'], 'usage: '],
    [['check', TAG, 'more'], 'usage: '],
    [['check', TAG, '--force'], "Unknown option '--force'"],
  ])('%j is a problem of whoever typed it: one line, exit code 2, and nothing written', async (args, problem) => {
    const folder = await project();
    const before = readFileSync(join(folder, CHART, 'values.yaml'), 'utf8');

    const { status, stderr } = release(folder, ...args);

    expect(status).toBe(2);
    expect(stderr.startsWith(problem)).toBe(true);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(readFileSync(join(folder, CHART, 'values.yaml'), 'utf8')).toBe(before);
  });

  test('the notes are the section of the version, without its heading', async () => {
    const { status, stdout } = release(await project(), 'notes', TAG);

    expect(status).toBe(0);
    expect(stdout).toMatch(/^### Added\n/);
    expect(stdout).not.toContain(`[${manifest.version}]`);
  });

  test('a stamped chart renders the image that was pushed, by digest, and the runbooks of its version', async () => {
    const folder = await project();

    const { status, stderr } = release(folder, 'stamp', TAG, ...STAMP);
    const objects = render({ ...LEAST, prometheusRule: { enabled: true } }, { chart: join(folder, CHART) });

    expect([status, stderr]).toEqual([0, '']);
    const text = JSON.stringify(objects.filter(({ kind }) => kind === 'CronJob'));
    expect(text).toContain(`"image":"ghcr.io/example/registry-integrity-probe@${DIGEST}"`);
    const withoutImage = render({ ...LEAST, image: null }, { chart: join(folder, CHART) });
    expect(JSON.stringify(withoutImage)).toContain(`"image":"ghcr.io/example/registry-integrity-probe:`);
    const rules = JSON.stringify(objects.filter(({ kind }) => kind === 'PrometheusRule'));
    const runbooks = [...rules.matchAll(/"runbook_url":"([^"]*)"/g)].map(([, url]) => url ?? '');
    expect(runbooks.length).toBeGreaterThan(5);
    for (const url of runbooks) expect(runbookOf(url)).toMatch(/^# /);
  });

  test('a stamped chart is packaged under the name that the workflow pushes', async () => {
    const folder = await project();
    release(folder, 'stamp', TAG, ...STAMP);

    helm(['package', join(folder, CHART), '--destination', folder]);

    const chart = helm(['show', 'chart', join(folder, `registry-integrity-probe-${manifest.version}.tgz`)]);
    expect(parse(chart)).toMatchObject({ version: manifest.version, appVersion: manifest.version });
  });
});

/** The page that a URL leads to, as it is in this commit. */
function runbookOf(url: string): string {
  const prefix = `https://github.com/Example/probe/blob/${TAG}/`;
  expect(url.startsWith(prefix)).toBe(true);
  return readFileSync(join(ROOT, url.slice(prefix.length)), 'utf8');
}
