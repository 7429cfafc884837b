import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { Family } from '../../src/metrics/exposition.ts';
import { recordRun } from '../../src/metrics/record.ts';
import { writeMetricsFile } from '../../src/metrics/textfile.ts';
import type { RegistryOutcome } from '../../src/walk/result.ts';
import { toolPath } from '../support/tools/tools.ts';
import { finding, outcome } from './outcomes.ts';

const PROD = { job: 'probe', registry: 'prod', shard: null, groupingLabels: {}, complete: true };

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'metrics-'));
  path = join(folder, 'probe.prom');
});

afterEach(() => rm(folder, { recursive: true }));

describe('writeMetricsFile', () => {
  test('a new file holds the run with job, registry and grouping labels on every series, and nothing else is left', async () => {
    const written = await writeMetricsFile(path, recorded(outcome()), {
      ...PROD,
      groupingLabels: { cluster: 'a/b' },
    });

    const series = (await readFile(path, 'utf8')).split('\n').filter((line) => /^[^#]/.test(line));
    expect(written).toEqual({ kind: 'written' });
    expect(series).not.toEqual([]);
    expect(series.filter((line) => !line.includes('{job="probe",registry="prod",cluster="a/b"'))).toEqual([]);
    expect(await readdir(folder)).toEqual(['probe.prom']);
  });

  test('a collector under another user can read it', async () => {
    await writeMetricsFile(path, recorded(outcome()), PROD);

    expect((await stat(path)).mode & 0o444).toBe(0o444);
  });

  test('an incomplete run keeps the failures and the last success, and says that it was not complete', async () => {
    const broken = outcome({ findings: [finding()] });
    await writeMetricsFile(path, recorded(broken), PROD);

    const cut = outcome({ complete: false, catalogAccessible: false }, { finishedAt: 1_750_000_900_000 });
    await writeMetricsFile(path, recorded(cut), { ...PROD, complete: false });

    expect(await lines('')).toEqual(
      expect.arrayContaining([
        'registry_integrity_last_run_success{job="probe",registry="prod"} 0',
        'registry_integrity_catalog_accessible{job="probe",registry="prod"} 0',
        'registry_integrity_last_run_timestamp_seconds{job="probe",registry="prod"} 1750000900',
        'registry_integrity_last_success_timestamp_seconds{job="probe",registry="prod"} 1750000012.5',
        'registry_integrity_failures{job="probe",registry="prod",object="child",fault="missing"} 1',
        'registry_integrity_tag_failures{job="probe",registry="prod",repository="team/app",tag="v1",object="child",fault="missing",used="unknown",affects="pull"} 1',
      ]),
    );
  });

  test('a repaired registry loses its series, and another registry keeps its own', async () => {
    const broken = recorded(outcome({ findings: [finding()] }));
    await writeMetricsFile(path, broken, PROD);
    await writeMetricsFile(path, broken, { ...PROD, registry: 'other' });

    await writeMetricsFile(path, recorded(outcome()), PROD);

    expect(await lines('registry_integrity_tag_failures{')).toEqual([
      'registry_integrity_tag_failures{job="probe",registry="other",repository="team/app",tag="v1",object="child",fault="missing",used="unknown",affects="pull"} 1',
    ]);
  });

  test('the merged file is valid: promtool has nothing to say about it', async () => {
    await writeMetricsFile(path, recorded(outcome({ findings: [finding({ tags: ['a"b\\c\nd'] })] })), PROD);
    await writeMetricsFile(path, recorded(outcome({ complete: false })), {
      ...PROD,
      registry: 'other',
      complete: false,
    });

    const input = await readFile(path, 'utf8');
    const { status, stdout, stderr } = spawnSync(toolPath('promtool'), ['check', 'metrics'], {
      input,
      encoding: 'utf8',
    });

    expect({ status, said: `${stdout}${stderr}` }).toEqual({ status: 0, said: '' });
  });

  test.each([
    ['metrics of another program', '# HELP node_load1 Load.\n# TYPE node_load1 gauge\nnode_load1 1\n', 'node_load1'],
    ['something else', 'important notes\n', 'line 1'],
    [
      'half a file',
      '# HELP registry_integrity_suspect Help.\n# TYPE registry_integrity_suspect gauge\nregistry_inte',
      'line 3',
    ],
  ])('a file with %s is not touched', async (_, content, problem) => {
    await writeFile(path, content);

    const written = await writeMetricsFile(path, recorded(outcome()), PROD);

    expect(written).toMatchObject({ kind: 'failed', detail: expect.stringContaining(problem) as string });
    expect(await readFile(path, 'utf8')).toBe(content);
  });

  test('a folder that is not there is said to be missing', async () => {
    const written = await writeMetricsFile(join(folder, 'no', 'probe.prom'), recorded(outcome()), PROD);

    expect(written).toMatchObject({ kind: 'failed', detail: expect.stringContaining('ENOENT') as string });
  });

  test('a folder in the place of the file is refused, and no temporary file stays', async () => {
    await mkdir(path);

    const written = await writeMetricsFile(path, recorded(outcome()), PROD);

    expect(written).toMatchObject({ kind: 'failed', detail: expect.stringContaining('not a regular file') as string });
    expect(await readdir(folder)).toEqual(['probe.prom']);
  });

  test('a symbolic link stays one, and the file behind it is replaced', async () => {
    const target = join(folder, 'behind.prom');
    await writeFile(target, '');
    await symlink(target, path);

    await writeMetricsFile(path, recorded(outcome()), PROD);

    expect(await readFile(target, 'utf8')).toContain('registry_integrity_suspect');
  });

  test('an unusable grouping label is refused before anything is written', async () => {
    const written = writeMetricsFile(path, recorded(outcome()), { ...PROD, groupingLabels: { 'no-name': 'x' } });

    await expect(written).rejects.toThrow("the grouping label 'no-name'");
    expect(await readdir(folder)).toEqual([]);
  });
});

function recorded(ended: RegistryOutcome): readonly Family[] {
  return recordRun(ended, { staleAfterSeconds: 3600, shards: 1, version: '1.2.3', maxSeries: 50 });
}

async function lines(start: string): Promise<readonly string[]> {
  return (await readFile(path, 'utf8')).split('\n').filter((line) => line.startsWith(start));
}
