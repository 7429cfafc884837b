import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { cacheFolder, programOf } from './locate.ts';
import { MODULES, type ToolModule } from './modules.ts';
import type { Tool } from './tool.ts';

const PROGRESS_MS = 30_000;
/** The last lines of a compiler that failed; the rest are the names of packages. */
const SHOWN_LINES = 20;

/**
 * Builds programs into the user's cache, one after the other, in modules that repeat the `replace` lines of their own:
 * Kubernetes takes fifteen minutes on two cores the first time, most of it for its first program and the kubelet, and
 * Gitea five. Says
 * every 30 seconds how far it is; what does not build is told and left out.
 */
export async function buildInModule(tools: readonly Tool[], say: (line: string) => void): Promise<void> {
  if (tools.length > 0) say('Building large programs, once: this takes minutes for each.');
  for (const [index, tool] of tools.entries()) {
    await build(tool, `${tool.name} ${tool.install ?? tool.version} (${index + 1} of ${tools.length})`, say);
  }
}

function build(tool: Tool, what: string, say: (line: string) => void): Promise<void> {
  const startedAt = performance.now();
  const lines: string[] = [];
  const told = setInterval(() => say(`Building ${what}: ${progress(startedAt, lines)}`), PROGRESS_MS);
  const output = join(cacheFolder(tool), programOf(tool));
  const folder = tool.folder ?? 'kubernetes';
  const module: ToolModule = MODULES[folder];
  const tags = module.tags.length === 0 ? [] : ['-tags', module.tags.join(',')];
  const flags = ['-trimpath', '-buildvcs=false', ...tags, '-ldflags', linkerFlags(module, tool)];
  const args = ['build', '-v', ...flags, '-o', output];
  say(`Building ${what}`);

  return new Promise((resolve) => {
    const child = spawn('go', [...args, tool.package], {
      cwd: join(import.meta.dirname, folder),
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, CGO_ENABLED: module.needsC ? '1' : '0', GOWORK: 'off' },
    });
    createInterface({ input: child.stderr }).on('line', (line) => lines.push(line));
    const end = (verdict: string): void => {
      clearInterval(told);
      say(`${verdict} after ${minutes(startedAt)}`);
      resolve();
    };
    child.once('error', (error) => lines.push(`go could not be started: ${error.message}`));
    child.once('close', (code) =>
      end(code === 0 ? `Built ${what}` : `${lines.slice(-SHOWN_LINES).join('\n')}\nBuilding ${what} failed`),
    );
  });
}

/** Without symbols, which nobody reads here. */
function linkerFlags({ linked }: ToolModule, { install = '' }: Tool): string {
  const set = Object.entries(linked(install.replace(/^v/, ''))).map(([name, value]) => `-X ${name}=${value}`);
  return ['-s', '-w', ...set].join(' ');
}

function progress(startedAt: number, lines: readonly string[]): string {
  return `${minutes(startedAt)}, ${lines.length} packages compiled, now at ${lines.at(-1) ?? 'downloading'}`;
}

function minutes(startedAt: number): string {
  return `${((performance.now() - startedAt) / 60_000).toFixed(1)} min`;
}
