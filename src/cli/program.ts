import { readFile } from 'node:fs/promises';

import { loadSettings } from '../config/load.ts';
import { ConfigurationError } from '../config/problem.ts';
import type { Settings } from '../config/settings.ts';
import { StateFileError } from '../history/state-file.ts';
import { PushgatewayError } from '../metrics/gateway-client.ts';
import { GroupingError } from '../metrics/grouping.ts';
import { parseReference, type Reference } from '../oci/reference.ts';
import { CredentialError } from '../registry/auth/credential-error.ts';
import { parseCommandLine, type Typed } from './command-line.ts';
import { demo } from './commands/demo.ts';
import { forget } from './commands/forget.ts';
import { run } from './commands/run.ts';
import { verify } from './commands/verify.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import type { Io } from './io.ts';
import type { CommandDeps } from './session.ts';
import { createSystemClock } from './system.ts';
import { createWatch } from './watch.ts';

/** The whole program: reads the command line and the settings, does what they say, and answers with the exit code. */
export async function runProgram(io: Io): Promise<ExitCode> {
  const parsed = parseCommandLine(io.argv);
  if (parsed.kind === 'text') {
    io.stdout.write(parsed.text);
    return EXIT.done;
  }
  if (parsed.kind === 'wrong') return refuse(io, [`${parsed.problem} (see --help)`]);

  const { typed } = parsed;
  const references = typed.operands.map((text) => ({ text, parsed: parseReference(text) }));
  const wrong = references.flatMap(({ text, parsed: one }) =>
    one.ok ? [] : [`${withoutCredentials(text)}: ${one.problem}`],
  );
  if (wrong.length > 0) return refuse(io, wrong);
  const named = references.flatMap(({ parsed: one }) => (one.ok ? [one.reference] : []));

  try {
    const { command, flags, configPath } = typed;
    const request = { flags, env: io.env, configPath, command, readFile: (path: string) => readFile(path, 'utf8') };
    const { settings, warnings } = await loadSettings(request);
    return await dispatch(typed, named, settings, warnings, io);
  } catch (error) {
    const lines = usageProblems(error);
    if (lines === null) throw error;
    return refuse(io, lines);
  }
}

async function dispatch(
  typed: Typed,
  references: readonly Reference[],
  settings: Settings,
  warnings: readonly string[],
  io: Io,
): Promise<ExitCode> {
  const clock = createSystemClock();
  const watch = createWatch(io, settings.logLevel, clock);
  const { proxy } = settings;
  const proxies = { httpProxy: proxy.http, httpsProxy: proxy.https, noProxy: proxy.no };
  const deps: CommandDeps = { io, clock, log: watch.log, proxy: proxies };
  for (const warning of warnings) watch.log.warn({}, warning);
  try {
    if (typed.command === 'verify') return await verify(references, settings, watch, deps);
    if (typed.command === 'forget') return await forget(settings, deps);
    if (typed.command === 'demo') return await demo(settings, typed.keep, watch, deps);
    return await run(settings, watch, deps);
  } finally {
    watch.clear();
  }
}

/** What is wrong with how the program was called or configured; null for anything else, which is a bug. */
function usageProblems(error: unknown): readonly string[] | null {
  if (error instanceof ConfigurationError) return error.problems;
  const isUsage = [CredentialError, GroupingError, PushgatewayError, StateFileError].some(
    (family) => error instanceof family,
  );
  return isUsage && error instanceof Error ? [error.message] : null;
}

function refuse(io: Io, lines: readonly string[]): ExitCode {
  for (const line of lines) io.stderr.write(`registry-integrity-probe: ${line}\n`);
  return EXIT.usage;
}

/** People paste references with their passwords in. */
function withoutCredentials(reference: string): string {
  return reference.replace(/^([a-z][a-z0-9+.-]*:\/\/)?[^/]*@(?=[^/]*\/)/i, '$1***@');
}
