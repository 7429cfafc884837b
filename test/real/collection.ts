import { execFile } from 'node:child_process';
import { cp, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { expect, test } from 'vitest';

import { fillByChance } from '../storage/random-tree.ts';
import { createTree } from '../storage/tree.ts';
import { probe } from '../support/probe.ts';
import { registryConfig } from '../support/servers/registry-config.ts';
import { toolPath } from '../support/tools/tools.ts';

const execute = promisify(execFile);

interface Content {
  readonly blobs: number;
  readonly bytes: number;
}

/** Proves, for each seed, that what is foretold of a garbage collection is what the real one does to a copy. */
export function testCollections(version: 2 | 3, seeds: readonly number[]): void {
  const flags = [[], ['--delete-untagged']].map((more) => ({ more }));
  const cases = seeds.flatMap((seed) => flags.map(({ more }) => ({ seed, more })));

  test.each(cases)(`version ${version} $more, seed $seed`, async ({ seed, more }) => {
    const tree = await createTree();
    const happened = await fillByChance(tree, seed);
    const flagsOfScan = ['--output', 'json', '--registry-version', String(version)];

    const foretold = await probe(['scan', tree.top, ...flagsOfScan, '--before-gc', ...more]);
    const copy = `${tree.top}-copy/storage`;
    await cp(tree.top, copy, { recursive: true });
    const failure = await collect(version, copy, more);
    const after = await probe(['scan', copy, ...flagsOfScan]);

    const context = { happened, failure };
    const before = foretold.registry();
    const plan = before.storage?.collection;
    expect({ ...context, fails: plan?.failure !== null }).toEqual({ ...context, fails: failure !== null });
    const [had, has] = [await contentOf(tree.root), await contentOf(join(copy, 'docker/registry/v2'))];
    const freed = { blobs: had.blobs - has.blobs, bytes: had.bytes - has.bytes };
    expect({ ...context, blobs: plan?.blobs, bytes: plan?.bytes }).toEqual({ ...context, ...freed });
    const known = new Set(before.findings.map(nameOf));
    const broken = after
      .registry()
      .findings.map(nameOf)
      .filter((name) => !known.has(name));
    expect({ ...context, broken: plan?.broken.map(nameOf).toSorted() }).toEqual({
      ...context,
      broken: broken.toSorted(),
    });
    expect(plan?.breaks).toBe(broken.length);
    expect(foretold.code).toBe(before.findings.length + broken.length > 0 ? 1 : 0);
  });
}

function nameOf({
  repository,
  tags,
  object,
  digest,
}: {
  repository: string | null;
  tags: string[];
  object: string;
  digest: string | null;
}): string {
  return [repository, object, digest ?? tags[0]].join(' ');
}

/** Runs the real one; answers with why it failed, or null. */
async function collect(version: 2 | 3, storage: string, more: readonly string[]): Promise<string | null> {
  const configFile = join(storage, '..', 'config.yml');
  const config = {
    address: '127.0.0.1',
    port: 1,
    cache: 'none',
    deleteEnabled: true,
    htpasswdFile: null,
    proxyRemote: null,
  } as const;
  await writeFile(configFile, registryConfig({ ...config, storage }));
  const program = toolPath(version === 2 ? 'docker-registry' : 'registry');
  const env = { ...process.env, OTEL_TRACES_EXPORTER: 'none' };
  try {
    await execute(program, ['garbage-collect', ...more, configFile], { env, maxBuffer: 1 << 24 });
    return null;
  } catch (error) {
    return error instanceof Error && 'stderr' in error ? String(error.stderr).trim().slice(-300) : String(error);
  }
}

/** Files called `data` below the blobs, and the bytes in them. */
async function contentOf(root: string): Promise<Content> {
  const names = await readdir(join(root, 'blobs'), { recursive: true }).catch(() => []);
  const files = await Promise.all(
    names.filter((name) => name.endsWith('/data')).map((name) => stat(join(root, 'blobs', name))),
  );
  const data = files.filter((file) => file.isFile());
  return { blobs: data.length, bytes: data.reduce((sum, { size }) => sum + size, 0) };
}
