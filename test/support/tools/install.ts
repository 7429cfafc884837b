import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { buildInModule } from './build-in-module.ts';
import { cacheFolder, locate, programOf } from './locate.ts';
import type { Tool } from './tool.ts';
import { TOOLS } from './versions.ts';

/** Longer suites, named as arguments, need programs of their own besides. */
const asked = process.argv.slice(2);
const NEEDED: readonly Tool[] = (TOOLS as readonly Tool[]).filter(
  ({ suites }) => suites === undefined || suites.some((suite) => asked.includes(suite)),
);

/**
 * Brings what the tests run: Debian packages by apt-get, where this is Debian or Ubuntu and we are root, and Go programs
 * by `go install`, in their module or from their source here, into the user's cache. Ends with 1 and one line for each program that is
 * missing after that.
 */
async function main(): Promise<void> {
  installPackages(missing('debian'));
  for (const tool of missing('go')) build(tool);
  for (const tool of missing('own')) buildOwn(tool);
  for (const tool of missing('python')) installPython(tool);
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
    // Without C there is nothing that a compiler or headers could be missing for.
    run('go', ['install', tool.package], { GOBIN: cacheFolder(tool), CGO_ENABLED: '0' }, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A program whose source is here, with the modules that its go.mod names. */
function buildOwn(tool: Tool): void {
  say(`Building ${tool.name}`);
  const env = { CGO_ENABLED: '0', GOWORK: 'off' };
  const output = join(cacheFolder(tool), programOf(tool));
  run('go', ['build', '-trimpath', '-buildvcs=false', '-o', output, '.'], env, join(import.meta.dirname, tool.package));
}

/** Into an environment of its own, so that nothing of the machine's Python is changed. */
function installPython(tool: Tool): void {
  const targets = [`${tool.package}==${tool.install ?? tool.version}`, ...(tool.beside ?? [])];
  const folder = cacheFolder(tool);
  say(`Installing ${tool.name}: pip install ${targets.join(' ')}`);
  run('python3', ['-m', 'venv', folder], {});
  run(join(folder, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', ...targets], {});
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
