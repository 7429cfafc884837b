import { spawnSync } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

import { CHART, helm } from '../support/chart.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

interface ChartFile {
  readonly version: string;
  readonly appVersion: string;
  readonly kubeVersion: string;
}

async function chartFile(): Promise<ChartFile> {
  return parse(await readFile(join(CHART, 'Chart.yaml'), 'utf8')) as ChartFile;
}

describe('the package', () => {
  test('has what an installation needs, and nothing of the workshop', async () => {
    const folder = await temporaryFolder();

    helm(['package', CHART, '--destination', folder]);

    const [name = ''] = await readdir(folder);
    const { stdout } = spawnSync('tar', ['-tzf', join(folder, name)], { encoding: 'utf8' });
    const files = stdout
      .trim()
      .split('\n')
      .map((path) => path.replace('registry-integrity-probe/', ''));
    expect(name).toBe(`registry-integrity-probe-${(await chartFile()).version}.tgz`);
    expect(files).toEqual(
      expect.arrayContaining([
        'Chart.yaml',
        'README.md',
        'values.yaml',
        'values.schema.json',
        'templates/NOTES.txt',
        'templates/tests/catalog.yaml',
        'files/dashboards/registry-integrity.json',
        'files/alerts/registry-integrity.rules.yaml.tpl',
      ]),
    );
    expect(files.filter((path) => /^ci\/|^tests\/|gotmpl/.test(path))).toEqual([]);
  });

  test('is for the clusters of cloud vendors, too, whose versions have a suffix', async () => {
    expect((await chartFile()).kubeVersion).toBe('>=1.25.0-0');
  });

  test('asks for nothing that differs between two renderings or two clusters', async () => {
    const templates = await readdir(join(CHART, 'templates'), { recursive: true, withFileTypes: true });
    const texts = await Promise.all(
      templates.filter((entry) => entry.isFile()).map((entry) => readFile(join(entry.parentPath, entry.name), 'utf8')),
    );

    expect(texts.length).toBeGreaterThan(30);
    expect(texts.join('\n')).not.toMatch(
      /\b(?:lookup|rand[A-Z]\w+|uuidv4|genCA|genSignedCert|now|htpasswd)\b\s+["(.$]/,
    );
    expect(texts.join('\n')).not.toContain('.Capabilities');
  });
});
