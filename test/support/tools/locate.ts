import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

import { cacheRoot } from './cache.ts';
import type { Tool } from './tool.ts';

/** Where a program is, or why it cannot be used, in one line that says how to get it. */
export type Located =
  { readonly kind: 'found'; readonly path: string } | { readonly kind: 'missing'; readonly problem: string };

/** Built programs, kept between runs; each version has its own folder, so a new pin builds anew. */
const PROGRAMS = join(cacheRoot(process.env), 'bin');

/** Debian puts some servers, and what containers get their network from, where a user's PATH does not lead. */
const EXTRA_FOLDERS = ['/usr/sbin', '/usr/local/sbin', '/usr/lib/cni', ...postgresFolders('/usr/lib/postgresql')];

/** Debian keeps several series of PostgreSQL side by side, the programs of each in a folder of its own; the newest first. */
function postgresFolders(root: string): readonly string[] {
  const series = existsSync(root) ? readdirSync(root) : [];
  return series.toSorted((a, b) => Number(b) - Number(a)).map((one) => join(root, one, 'bin'));
}

/** The folder that a program of this pin is built into. */
export function cacheFolder(tool: Tool): string {
  return join(PROGRAMS, `${programOf(tool)}-${tool.install ?? tool.version}`);
}

/** The name of its file. */
export function programOf({ name, program = name }: Tool): string {
  return program;
}

/** Where it is when it has been built. */
function builtPath(tool: Tool): string {
  return join(cacheFolder(tool), ...(tool.kind === 'python' ? ['bin'] : []), programOf(tool));
}

/** Looks for a program in a fitting version: built before in the cache, on PATH, in the folders for servers. */
export function locate(tool: Tool): Located {
  const built = builtPath(tool);
  if (tool.kind !== 'debian' && isProgram(built)) return { kind: 'found', path: built };

  const unfit: string[] = [];
  for (const folder of [...(process.env['PATH'] ?? '').split(delimiter), ...EXTRA_FOLDERS]) {
    const path = join(folder, programOf(tool));
    if (folder === '' || !isProgram(path)) continue;
    const version = versionOf(path, tool);
    if (version === null || fits(version, tool.version)) return { kind: 'found', path };
    unfit.push(`${path} is ${version}`);
  }
  return { kind: 'missing', problem: missing(tool, unfit) };
}

/** True when a version found is of the series asked for (`2.8`) or not older than it (`>=2.42`). */
export function fits(found: string, wanted: string): boolean {
  const atLeast = wanted.startsWith('>=');
  const pairs = numbers(atLeast ? wanted.slice(2) : wanted).map((want, index) => ({
    want,
    have: numbers(found)[index] ?? 0,
  }));
  const different = pairs.find(({ want, have }) => want !== have);
  return different === undefined || (atLeast && different.have > different.want);
}

function numbers(version: string): readonly number[] {
  return version.split('.').map(Number);
}

function versionOf(path: string, { versionArgs }: Tool): string | null {
  if (versionArgs === null) return null;
  const { stdout, stderr } = spawnSync(path, versionArgs, { encoding: 'utf8', timeout: 10_000 });
  return /[0-9]+(?:\.[0-9]+)+/.exec(`${stdout}${stderr}`)?.[0] ?? 'of no known version';
}

function missing(tool: Tool, unfit: readonly string[]): string {
  const found = unfit.length === 0 ? '' : ` (${unfit.join(', ')})`;
  return `${tool.name} ${tool.version} is needed and not there${found}: ${tool.why}. Get it with: ${sourceOf(tool)}`;
}

function sourceOf({ kind, package: name, install, version, suites }: Tool): string {
  switch (kind) {
    case 'debian':
      return `apt-get install ${name}`;
    case 'go':
      return `go install ${name}@${install ?? version}`;
    case 'python':
      return `pip install '${name}==${install ?? version}'`;
    case 'own':
    case 'module':
      return `npx node test/support/tools/install.ts ${suites?.[0] ?? ''}`.trimEnd();
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
