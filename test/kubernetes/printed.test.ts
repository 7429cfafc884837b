import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { renderReport } from '../../src/kubernetes/report-text.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { toolPath } from '../support/tools/tools.ts';
import { kept, keptReport } from './scene.ts';

/** Prints a ConfigMap by the library that kubectl prints it by, which helm has, too. */
async function printed(text: string): Promise<string> {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'templates'));
  await writeFile(join(folder, 'Chart.yaml'), 'apiVersion: v2\nname: print\nversion: 1.0.0\n');
  await writeFile(join(folder, 'templates/map.yaml'), '{{ toYaml (dict "data" (dict "prod.yaml" .Values.text)) }}\n');
  await writeFile(join(folder, 'report'), text);
  const args = ['template', 'print', folder, '--set-file', `text=${join(folder, 'report')}`];
  return execFileSync(toolPath('helm'), args, { encoding: 'utf8' });
}

describe('a kept report as kubectl prints it', () => {
  test('stands there line by line', async () => {
    const long = `Rebuild the image: ${'and push all its platforms '.repeat(30)}`.trim();
    const report = keptReport({ findings: [kept({ next: long, cause: 'it\'s # broken: "so"' }), kept()] });
    const text = renderReport(report, 100_000);

    const output = await printed(text);

    expect(output).toContain('  prod.yaml: |\n    # Kept by registry-integrity-probe');
    for (const line of text.trimEnd().split('\n')) expect(output).toContain(`\n    ${line}\n`);
  });

  test('would be one long line with a blank at the end of one of its lines', async () => {
    const output = await printed(renderReport(keptReport(), 100_000).replace('version: 1', 'version: 1 '));

    expect(output).toContain('prod.yaml: "# Kept by registry-integrity-probe: ');
  });
});
