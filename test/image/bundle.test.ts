import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';

import { VERSION } from '../../src/cli/version.ts';
import { buildBundle, type Bundle } from '../support/image/bundle.ts';
import { freePort } from '../support/servers/free-port.ts';

const ROOT = resolve(import.meta.dirname, '..', '..');

/** Quicker where it can be had, and done without where not: `ws` asks for them. `debug` paints where this is there. */
const OPTIONAL = ['bufferutil', 'utf-8-validate', 'supports-color'];

/** What every run reads, in bytes. The Kubernetes client is larger than all the rest, and is read where it is used. */
const MAX_BYTES = 4_000_000;
const CLIENT = /^parts\/client-/;

const SourceMap = z.object({ version: z.literal(3), sources: z.array(z.string()) });

let bundle: Bundle;
/** All that is code, and all maps, by their names. */
let texts: ReadonlyMap<string, string>;
let maps: ReadonlyMap<string, string>;
beforeAll(async () => {
  bundle = await buildBundle();
  const read = await Promise.all(
    bundle.files.map(async (name) => [name, await readFile(join(bundle.folder, name), 'utf8')] as const),
  );
  texts = new Map(read.filter(([name]) => name.endsWith('.mjs')));
  maps = new Map(read.filter(([name]) => name.endsWith('.map')));
});

/** Runs the bundle alone, with nothing of this environment. */
function run(
  argv: readonly string[],
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  const env = { PROBE_CONFIRM_DELAY: '20ms', PROBE_RETRIES: '0', HOME: '/nonexistent' };
  return new Promise((done) => {
    execFile(process.execPath, [bundle.path, ...argv], { env, cwd: '/' }, (error, stdout, stderr) => {
      done({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

describe('the bundle', () => {
  test('says the version of the package', async () => {
    expect(await run(['--version'])).toEqual({ code: 0, stdout: `${VERSION}\n`, stderr: '' });
  });

  test('walks, finds and logs as the sources do', async () => {
    const { code: exitCode, stdout, stderr } = await run(['demo', '--output', 'json']);

    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ command: 'demo', tool: { version: VERSION } });
    const log = stderr.split('\n').filter((line) => line !== '');
    expect(log.map((line) => JSON.parse(line) as unknown)).toContainEqual(
      expect.objectContaining({ level: 'info', msg: 'Registry walked', verdict: 'broken' }),
    );
  });

  test('tells a wrong call from a registry that is down', async () => {
    const nobody = `http://127.0.0.1:${await freePort()}`;

    const wrong = await run(['run', '--registry-url', 'not a url']);
    const down = await run(['run', '--registry-url', nobody]);

    expect([wrong.code, down.code]).toEqual([2, 3]);
  });

  test('needs no package but those of Node', () => {
    const imported = [...texts.values()].flatMap((text) => [
      ...text.matchAll(/^(?:import|export) [^'"\n]*["']([^"'.][^"']*)["'];$/gm),
      ...requires(text),
    ]);

    const names = new Set(imported.map((match) => match[1] ?? ''));

    expect(names).toContain('node:http');
    expect([...names].filter((name) => !isBuiltin(name) && !OPTIONAL.includes(name))).toEqual([]);
  });

  test('tells nothing of the machine that built it', () => {
    const everything = [...texts.values(), ...maps.values()];

    for (const place of [ROOT, `${homedir()}/.`, `${homedir()}/node`]) {
      expect(everything.filter((text) => text.includes(place))).toEqual([]);
    }
  });

  test('has maps that lead to the sources without repeating them', () => {
    const parsed = [...maps].map(([name, map]) => ({ name, map: JSON.parse(map) as unknown }));

    for (const { map } of parsed) expect(map).not.toHaveProperty('sourcesContent');
    const sources = parsed.flatMap(({ name, map }) =>
      SourceMap.parse(map).sources.map((source) => join(bundle.folder, dirname(name), source)),
    );
    expect(sources).toContain(join(ROOT, 'src', 'main.ts'));
    expect(sources).toContain(join(ROOT, 'src', 'kubernetes', 'client.ts'));
  });

  test('is not larger than every run can afford, and has the Kubernetes client apart', () => {
    const sizes = [...texts].map(([name, text]) => ({ name, size: Buffer.byteLength(text) }));
    const always = sizes.filter(({ name }) => !CLIENT.test(name)).reduce((sum, { size }) => sum + size, 0);

    console.log(`Bundle: ${(always / 1e6).toFixed(1)} MB for every run`);
    expect(always).toBeLessThan(MAX_BYTES);
    expect(sizes.filter(({ name }) => CLIENT.test(name))).toHaveLength(1);
  });
});

/** What CommonJS packages in the bundle load by themselves. */
function requires(text: string): RegExpExecArray[] {
  return [...text.matchAll(/\b(?:__)?require\("([^"]+)"\)/g)];
}
