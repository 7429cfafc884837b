import { execFile } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';

import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';

import { VERSION } from '../../src/cli/version.ts';
import { buildBundle, type Bundle } from '../support/image/bundle.ts';
import { freePort } from '../support/servers/free-port.ts';

const ROOT = resolve(import.meta.dirname, '..', '..');

/** Quicker where it can be had, and done without where not: `ws` asks for them. `debug` paints where this is there. */
const OPTIONAL = ['bufferutil', 'utf-8-validate', 'supports-color'];

/** Every run reads all of it. The Kubernetes client alone has 17 MB where nobody says which parts are wanted. */
const MAX_BYTES = 12_000_000;

const SourceMap = z.object({ version: z.literal(3), sources: z.array(z.string()) });

let bundle: Bundle;
let text: string;
beforeAll(async () => {
  bundle = await buildBundle();
  text = await readFile(bundle.path, 'utf8');
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
    const { code, stdout, stderr } = await run(['demo', '--output', 'json']);

    expect(code).toBe(0);
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
    const imported = [...text.matchAll(/^(?:import|export) [^'"\n]*["']([^"']+)["'];$/gm), ...requires(text)];

    const names = new Set(imported.map((match) => match[1] ?? ''));

    expect(names).toContain('node:http');
    expect([...names].filter((name) => !isBuiltin(name) && !OPTIONAL.includes(name))).toEqual([]);
  });

  test('tells nothing of the machine that built it', async () => {
    const map = await readFile(bundle.mapPath, 'utf8');

    for (const place of [ROOT, `${homedir()}/.`, `${homedir()}/node`]) {
      expect(text).not.toContain(place);
      expect(map).not.toContain(place);
    }
  });

  test('has a map that leads to the sources without repeating them', async () => {
    const map: unknown = JSON.parse(await readFile(bundle.mapPath, 'utf8'));

    expect(map).not.toHaveProperty('sourcesContent');
    expect(SourceMap.parse(map).sources).toContain(relative(dirname(bundle.mapPath), join(ROOT, 'src/main.ts')));
  });

  test('is not larger than every run can afford', async () => {
    const { size } = await stat(bundle.path);

    console.log(`Bundle: ${(size / 1e6).toFixed(1)} MB`);
    expect(size).toBeLessThan(MAX_BYTES);
  });
});

/** What CommonJS packages in the bundle load by themselves. */
function requires(code: string): RegExpExecArray[] {
  return [...code.matchAll(/\b(?:__)?require\("([^"]+)"\)/g)];
}
