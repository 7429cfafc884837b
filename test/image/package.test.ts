import { execFile } from 'node:child_process';
import { cp, readdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

import { describe, expect, onTestFinished, test } from 'vitest';
import * as z from 'zod';

import { createDemoRegistry } from '../../src/demo/server.ts';
import { buildImage } from '../../src/demo/content.ts';
import { stagePackage } from '../../helm/release/npm-package.ts';
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

describe('what is published of it', () => {
  /** The package as the release makes it, installed with npm, which fetches nothing. */
  async function install(): Promise<string> {
    const folder = await temporaryFolder();
    const [project, staged, target] = ['project', 'staged', 'target'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    const { folder: built } = await buildBundle();
    await cp(built, join(project, 'dist'), { recursive: true });
    for (const name of ['README.md', 'LICENSE']) await cp(join(ROOT, name), join(project, name));
    const packageJson = await readFile(join(ROOT, 'package.json'), 'utf8');
    await stagePackage(project, staged, { packageJson, repository: 'example/probe' });
    const [packed] = Packed.parse(JSON.parse(await npm('pack', staged, '--json', '--pack-destination', folder)));
    await npm('install', '--offline', '--no-audit', '--no-fund', '--prefix', target, join(folder, packed.filename));
    return target;
  }

  test('is installed by itself, needs nothing else, and verifies an image', async () => {
    const target = await install();
    const registry = createDemoRegistry();
    onTestFinished(() => registry.close());
    const { host } = await registry.listen();
    registry.store.put('team/app', 'v1', buildImage({ seed: 'packed' }));
    const program = join(target, 'node_modules/.bin/registry-integrity-probe');
    const env = { PATH: `${dirname(process.execPath)}:/usr/bin:/bin`, HOME: '/nonexistent' };

    const { stdout } = await execute(program, ['verify', `${host}/team/app:v1`], { env });

    expect(stdout).toContain(': SOUND\n');
    const installed = await readdir(join(target, 'node_modules'));
    expect(installed.filter((name) => !name.startsWith('.'))).toEqual([manifest.name]);
    const files = await readdir(join(target, 'node_modules', manifest.name));
    expect(files.toSorted()).toEqual(['LICENSE', 'README.md', 'dist', 'package.json']);
    await expect(execute(program, ['verify', `${host}/team/app:v2`], { env })).rejects.toMatchObject({ code: 1 });
  });

  test('comes from the release workflow alone: npm publish in a checkout says so, before it asks anybody', async () => {
    const publishing = execute('npm', ['publish', '--dry-run', '--registry', 'http://127.0.0.1:9'], { cwd: ROOT });

    await expect(publishing).rejects.toMatchObject({
      stderr: expect.stringContaining('published by the release workflow alone') as unknown,
    });
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
