import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { parse } from 'yaml';

import { customSchemas, kindSchemas } from './convert.ts';
import { SOURCES, type Source } from './sources.ts';
import type { Schema } from './strict.ts';

const CACHE = join(import.meta.dirname, '..', '..', '..', '.cache', 'schemas');

/** The folder with the schemas of all kinds, made of the modules' files when it is not there yet. */
export function schemaFolder(): string {
  const folder = join(CACHE, versionOf());
  if (existsSync(folder)) return folder;
  mkdirSync(dirname(folder), { recursive: true });
  const made = mkdtempSync(`${folder}-`);
  for (const source of SOURCES) {
    for (const [name, schema] of schemasOf(source)) writeFileSync(join(made, name), JSON.stringify(schema));
  }
  try {
    renameSync(made, folder);
  } catch (error) {
    // Another test was faster.
    rmSync(made, { recursive: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

/** Changes with the modules and with how they are converted. */
function versionOf(): string {
  const hash = createHash('sha256').update(JSON.stringify(SOURCES));
  for (const file of ['convert.ts', 'strict.ts']) hash.update(readFileSync(join(import.meta.dirname, file)));
  return hash.digest('hex').slice(0, 12);
}

function schemasOf({ module, version, openApi, customResources = [] }: Source): readonly (readonly [string, Schema])[] {
  const folder = moduleFolder(`${module}@${version}`);
  const read = (path: string): string => readFileSync(join(folder, path), 'utf8');
  const own = openApi === undefined ? [] : [...kindSchemas(JSON.parse(read(openApi)))];
  return [...own, ...customResources.flatMap((path) => [...customSchemas(parse(read(path)))])];
}

/** Where Go keeps a module; downloads it when it is not there. Throws with what Go said. */
function moduleFolder(module: string): string {
  const { stdout, stderr, status, error } = spawnSync('go', ['mod', 'download', '-json', module], {
    cwd: CACHE,
    encoding: 'utf8',
    env: { ...process.env, GOFLAGS: '-mod=mod', GOWORK: 'off' },
  });
  if (error !== undefined) throw new Error(`Go is needed to get the schemas of ${module}`, { cause: error });
  if (status !== 0) throw new Error(`go mod download ${module}: ${stderr}${stdout}`);
  return (JSON.parse(stdout) as { readonly Dir: string }).Dir;
}
