import { readFile } from 'node:fs/promises';

import { loadSettings } from '../config/load.ts';
import { ConfigurationError } from '../config/problem.ts';
import type { Settings } from '../config/settings.ts';
import { StateFileError } from '../history/state-file.ts';
import { PushgatewayError } from '../metrics/gateway-client.ts';
import { GroupingError } from '../metrics/grouping.ts';
import { parseReference } from '../oci/reference.ts';
import { CredentialError } from '../registry/auth/credential-error.ts';
import type { Clock } from '../util/clock.ts';
import { tellBug } from './bug.ts';
import { parseCommandLine, type Typed } from './command-line.ts';
import { forget } from './commands/forget.ts';
import { run } from './commands/run.ts';
import { scan } from './commands/scan.ts';
import { verify } from './commands/verify.ts';
import { EXIT, worstOf, type ExitCode } from './exit-codes.ts';
import type { Io } from './io.ts';
import { prepareLastWords, type LastWords } from './last-words.ts';
import { quitSidecar } from './quit-sidecar.ts';
import { checkOutputFiles, type OutputFile } from './output-files.ts';
import { reportFilesOf } from './report-files.ts';
import type { CommandDeps } from './session.ts';
import { createSystemClock } from './system.ts';
import { createWatch } from './watch.ts';

/** The whole program: reads the command line and the settings, does what they say, and answers with the exit code. */
export async function runProgram(io: Io): Promise<ExitCode> {
  const clock = createSystemClock();
  const lastWords = prepareLastWords(io, clock);
  const code = await answer(io, clock, lastWords);
  const isWritten = (await lastWords.finish()) === null;
  return isWritten ? code : worstOf([code, EXIT.undelivered]);
}

async function answer(io: Io, clock: Clock, lastWords: LastWords): Promise<ExitCode> {
  try {
    const parsed = parseCommandLine(io.argv);
    if (parsed.kind === 'text') {
      io.stdout.write(parsed.text);
      return EXIT.done;
    }
    if (parsed.kind === 'wrong') return refuse(io, [`${parsed.problem} (see --help)`]);
    return await follow(parsed.typed, io, clock, lastWords);
  } catch (error) {
    const lines = usageProblems(error);
    if (lines !== null) return refuse(io, lines);
    tellBug(io.stderr, error);
    return EXIT.unknown;
  }
}

async function follow(typed: Typed, io: Io, clock: Clock, lastWords: LastWords): Promise<ExitCode> {
  const references = (typed.command === 'scan' ? [] : typed.operands).map((text) => ({
    text,
    parsed: parseReference(text),
  }));
  const wrong = references.flatMap(({ text, parsed: one }) =>
    one.ok ? [] : [`${withoutCredentials(text)}: ${one.problem}`],
  );
  if (wrong.length > 0) return refuse(io, wrong);
  const named = references.flatMap(({ parsed: one }) => (one.ok ? [one.reference] : []));

  const { command, flags, configPath, keep } = typed;
  const request = { flags, env: io.env, configPath, command, readFile: (path: string) => readFile(path, 'utf8') };
  const { settings, warnings } = await loadSettings(request);
  lastWords.hold();
  const watch = createWatch(io, settings.logLevel, clock);
  const { proxy } = settings;
  const proxies = { httpProxy: proxy.http, httpsProxy: proxy.https, noProxy: proxy.no };
  const deps: CommandDeps = { io, clock, log: watch.log, proxy: proxies };
  for (const warning of warnings) watch.log.warn({}, warning);
  if (command !== 'forget') await checkOutputFiles(reportFilesOf(settings), keptFilesOf(settings));
  try {
    if (command === 'verify') return await verify(named, settings, watch, deps);
    if (command === 'scan') return await scan(typed.operands[0] ?? '', settings, watch, deps);
    if (command === 'forget') return await forget(settings, deps);
    if (command === 'run') return await run(settings, watch, deps);
    // Loaded here alone: its images are made as it is loaded, which would delay the first request of every run.
    const { storage } = settings.demo;
    if (storage === null) return await (await import('./commands/demo.ts')).demo(settings, keep, watch, deps);
    return await (await import('./commands/demo-storage.ts')).demoStorage(storage, settings, watch, deps);
  } finally {
    watch.clear();
    await quitSidecar(settings.quitUrl, deps);
  }
}

/** What is read before it is written, and so checked where it is read. */
function keptFilesOf({ metricsFile, stateFile }: Settings): readonly OutputFile[] {
  const named = Object.entries({ metricsFile, stateFile });
  return named.flatMap(([setting, path]) => (path === null ? [] : [{ setting, path }]));
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
