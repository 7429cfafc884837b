import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { EXPECTED_ON_DISK } from '../../../src/demo/storage-tree.ts';
import { probe } from '../../support/probe.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

describe('demo --storage', () => {
  test('writes the files of a registry, damages them, and finds exactly that', async () => {
    const directory = join(await temporaryFolder(), 'storage');

    const { code, stdout } = await probe(['demo', '--storage', directory]);

    expect(code).toBe(0);
    expect(stdout).toContain('2 things are broken in 2 repositories');
    expect(stdout).toContain('a garbage collection would free');
    expect(stdout).toContain('Exactly what was damaged was found, and nothing else.');
  });

  test.each(['2', '3'])('leaves files that a scan of version %s reads, each object of them once', async (version) => {
    const directory = join(await temporaryFolder(), 'storage');
    await probe(['demo', '--storage', directory]);

    const run = await probe(['scan', directory, '--registry-version', version, '--output', 'json']);

    const found = run
      .registry()
      .findings.map(({ repository, object, fault, digest }) => ({ repository, object, fault, digest }));
    expect(run.code).toBe(1);
    expect(found).toEqual(EXPECTED_ON_DISK.map(({ platforms: _platforms, ...rest }) => rest));
  });

  test('writes nothing into a directory that is not empty', async () => {
    const directory = await temporaryFolder();
    await mkdir(join(directory, 'docker'));

    const { code, stderr } = await probe(['demo', '--storage', directory]);

    expect(code).toBe(2);
    expect(stderr).toBe(
      `registry-integrity-probe: --storage: expected a directory that is empty or not there; ${directory} is not empty\n`,
    );
    expect(await readdir(directory, { recursive: true })).toEqual(['docker']);
  });

  test('is refused where the directory is a file', async () => {
    const path = join(await temporaryFolder(), 'file');
    await writeFile(path, '');

    const { code, stderr } = await probe(['demo', '--storage', path]);

    expect(code).toBe(2);
    expect(stderr).toContain(`--storage: nothing can be written into ${path}`);
  });
});
