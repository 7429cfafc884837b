import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

import { cacheFolder, locate } from './locate.ts';
import { type Tool, TOOLS } from './versions.ts';

/**
 * Brings what the tests run: Debian packages by apt-get, where this is Debian or Ubuntu and we are root, and Go programs
 * by `go install` into the project's cache. Ends with 1 and one line for each program that is missing after that.
 */
function main(): void {
  installPackages(missing('debian'));
  for (const tool of missing('go')) build(tool);

  const problems = TOOLS.map(locate).flatMap((located) => (located.kind === 'missing' ? [located.problem] : []));
  for (const problem of problems) say(problem);
  process.exitCode = problems.length === 0 ? 0 : 1;
}

function missing(kind: Tool['kind']): readonly Tool[] {
  const tools: readonly Tool[] = TOOLS;
  return tools.filter((tool) => tool.kind === kind && locate(tool).kind === 'missing');
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

function build(tool: Tool): void {
  const target = `${tool.package}@${tool.install ?? tool.version}`;
  say(`Building ${tool.name}: go install ${target}`);
  run('go', ['install', target], { GOBIN: cacheFolder(tool) });
}

/** Shows what a program printed only when it failed; whether it did its job is seen by looking for the result. */
function run(command: string, args: readonly string[], env: Readonly<Record<string, string>>): void {
  const { status, error, stdout, stderr } = spawnSync(command, args, {
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

main();
