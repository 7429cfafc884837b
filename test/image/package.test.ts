import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

import { describe, expect, test } from 'vitest';
import * as z from 'zod';

import manifest from '../../package.json' with { type: 'json' };
import { buildBundle } from '../support/image/bundle.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ROOT = resolve(import.meta.dirname, '..', '..');

const execute = promisify(execFile);

const Packed = z.tuple([z.object({ filename: z.string(), files: z.array(z.object({ path: z.string() })) })]);
const SourceMap = z.object({ sources: z.array(z.string()) });
/** The package that a path in a source map leads into; the innermost one. */
const PACKAGE = /.*\bnode_modules\/((?:@[^/]+\/)?[^/]+)\//;
const Sbom = z.object({
  bomFormat: z.literal('CycloneDX'),
  metadata: z.object({ component: z.object({ name: z.string(), version: z.string() }) }),
  components: z.array(z.object({ name: z.string(), version: z.string() })),
});

async function npm(...args: readonly string[]): Promise<string> {
  const { stdout } = await execute('npm', args, { cwd: ROOT, maxBuffer: 64 * 1024 * 1024 });
  return stdout;
}

describe('the package', () => {
  test('holds the program, which runs as it is', async () => {
    const folder = await temporaryFolder();
    const [packed] = Packed.parse(JSON.parse(await npm('pack', '--json', '--pack-destination', folder)));
    await execute('tar', ['-xzf', join(folder, packed.filename), '-C', folder]);
    const program = join(folder, 'package', manifest.bin['registry-integrity-probe']);

    const { stdout } = await execute(program, ['--version'], {
      env: { PATH: dirname(process.execPath) + ':/usr/bin' },
    });

    expect(stdout).toBe(`${manifest.version}\n`);
    const isPart = /^dist\/parts\/[a-z-]+-[A-Z0-9]{8}\.mjs(?:\.map)?$/;
    expect(packed.files.map(({ path }) => path).filter((path) => !isPart.test(path))).toEqual([
      'LICENSE',
      'README.md',
      'dist/registry-integrity-probe.mjs',
      'dist/registry-integrity-probe.mjs.map',
      'package.json',
    ]);
    expect(packed.files.length).toBeGreaterThan(5);
  });
});

describe('the list of what is in it', () => {
  test('names every package that the program is built of, and none that only builds it', async () => {
    const bundle = await buildBundle();
    const maps = await Promise.all(
      bundle.files
        .filter((name) => name.endsWith('.map'))
        .map(async (name) => SourceMap.parse(JSON.parse(await readFile(join(bundle.folder, name), 'utf8')))),
    );
    const sources = maps.flatMap((map) => map.sources);
    const bundled = new Set(sources.flatMap((path) => PACKAGE.exec(path)?.[1] ?? []));

    const { metadata, components } = Sbom.parse(JSON.parse(await npm('run', '--silent', 'sbom')));

    expect(metadata.component).toMatchObject({ name: manifest.name, version: manifest.version });
    const listed = new Set(components.map(({ name }) => name));
    expect(bundled.size).toBeGreaterThan(10);
    expect([...bundled].filter((name) => !listed.has(name))).toEqual([]);
    expect(components).toEqual(
      expect.arrayContaining(
        Object.entries(manifest.dependencies).map(
          ([name, version]) => expect.objectContaining({ name, version }) as unknown,
        ),
      ),
    );
    expect(['esbuild', 'typescript', 'vitest'].filter((name) => listed.has(name))).toEqual([]);
  });
});
