import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { buildInModule } from './build-in-module.ts';
import { cacheFolder, locate } from './locate.ts';
import { type Tool, TOOLS } from './versions.ts';

/** A longer suite, named as the only argument, needs programs of its own besides. */
const suite = process.argv[2];
const NEEDED: readonly Tool[] = (TOOLS as readonly Tool[]).filter(
  (tool) => tool.suite === undefined || tool.suite === suite,
);

/**
 * Brings what the tests run: Debian packages by apt-get, where this is Debian or Ubuntu and we are root, and Go programs
 * by `go install`, or in their module, into the user's cache. Ends with 1 and one line for each program that is
 * missing after that.
 */
async function main(): Promise<void> {
  installPackages(missing('debian'));
  for (const tool of missing('go')) build(tool);
  await buildInModule(missing('module'), say);

  const problems = NEEDED.map(locate).flatMap((located) => (located.kind === 'missing' ? [located.problem] : []));
  for (const problem of problems) say(problem);
  process.exitCode = problems.length === 0 ? 0 : 1;
}

function missing(kind: Tool['kind']): readonly Tool[] {
  return NEEDED.filter((tool) => tool.kind === kind && locate(tool).kind === 'missing');
}

function installPackages(tools: readonly Tool[]): void {
  if (tools.length === 0 || !isDebian() || process.getuid?.() !== 0) return;
  const packages = [...new Set(tools.map((tool) => tool.package))];
  say(`Installing Debian packages: ${packages.join(', ')}`);
  run('apt-get', ['update', '-q'], { DEBIAN_FRONTEND: 'noninteractive' });
  run('apt-get', ['install', '-q', '-y', '--no-install-recommends', ...packages], {
    DEBIAN_FRONTEND: 'noninteractive',
  });
}

/**
 * `go install package@version` first asks for the latest version of every module that the package may be in, and ends
 * where a module proxy does not answer that; inside a module of its own it needs the one version alone.
 */
function build(tool: Tool): void {
  const target = `${tool.package}@${tool.install ?? tool.version}`;
  say(`Building ${tool.name}: go install ${target}`);
  const folder = mkdtempSync(join(tmpdir(), 'build-'));
  try {
    run('go', ['mod', 'init', 'build'], {}, folder);
    run('go', ['get', target], {}, folder);
    run('go', ['install', tool.package], { GOBIN: cacheFolder(tool) }, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Shows what a program printed only when it failed; whether it did its job is seen by looking for the result. */
function run(command: string, args: readonly string[], env: Readonly<Record<string, string>>, cwd = '.'): void {
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  if (error !== undefined) say(`${command} could not be started: ${error.message}`);
  else if (status !== 0) say(`${command} ${args.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
}

function isDebian(): boolean {
  try {
    return /^ID(?:_LIKE)?=.*\b(?:debian|ubuntu)\b/m.test(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return false;
  }
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

await main();
