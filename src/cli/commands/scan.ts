import { availableParallelism } from 'node:os';

import { ConfigurationError } from '../../config/problem.ts';
import type { Settings } from '../../config/settings.ts';
import { storageJob } from '../../metrics/record-storage.ts';
import type { Finding } from '../../walk/finding.ts';
import { createBugTrap } from '../bug.ts';
import { EXIT, exitCodeOf, worstOf, type ExitCode } from '../exit-codes.ts';
import { createHashThreads } from '../hash-threads.ts';
import { watchLimits } from '../limits.ts';
import { findLogin } from '../login.ts';
import { openOutlets } from '../outlets.ts';
import { checkOutputFiles } from '../output-files.ts';
import { present } from '../present.ts';
import type { RegistryWithLogin } from '../run-registry.ts';
import { scanOne, type ScannedStorage } from '../scan-one.ts';
import type { CommandDeps } from '../session.ts';
import { checkState, createRunState } from '../state.ts';
import { chooseStorages } from '../storages.ts';
import { createBreathe, preferLittleMemory } from '../system.ts';
import type { Watch } from '../watch.ts';

/**
 * Asks a registry's storage on disk what a run asks the registry, and what cannot be asked there; with a registry's
 * address, it asks both, and tells about what they disagree. It only reads. Before it prints, it hands over what it found.
 */
export async function scan(
  directory: string,
  settings: Settings,
  watch: Watch,
  deps: CommandDeps,
  onFindings: (findings: readonly Finding[]) => void = () => {},
): Promise<ExitCode> {
  preferLittleMemory();
  const storages = chooseStorages(directory, settings, deps.log);
  const [registry] = settings.registries;
  if (registry !== undefined && storages.length > 1) {
    throw new ConfigurationError([
      `--registry-url: is the address of one registry, and ${directory} holds ${storages.length}`,
    ]);
  }
  const outlets = openOutlets(settings, storageJob(settings.pushgateway.job), deps);
  const limits = watchLimits(deps.io, settings.deadline, deps);
  const threads = createHashThreads(deps.io.entry, availableParallelism());
  const trap = createBugTrap(deps.log);
  const reading = { hashFile: threads.hashFile, breathe: createBreathe() };
  try {
    await checkState(settings);
    await checkOutputFiles(outputFilesOf(settings));
    const compareWith: Omit<RegistryWithLogin, 'copies'> | null =
      registry === undefined
        ? null
        : {
            registry,
            credentials: await findLogin(new URL(registry.url), registry, { cluster: null, stop: limits.stop, deps }),
          };
    const state = createRunState(settings, null, deps);
    const context = { settings, reading, watch, limits, deps, outlets, state, trap, compareWith };
    const done: ScannedStorage[] = [];
    // One after another: they are most often on one disk.
    for (const storage of storages) done.push(await scanOne(storage, context));
    watch.clear();
    const reports = done.map(({ report }) => report);
    onFindings(done.flatMap(({ scanned }) => scanned.outcome.result.findings));
    const isWritten = await trap.guard(
      {},
      () => present(deps, settings, 'scan', reports),
      () => true,
    );
    return worstOf([exitOf(done, settings, trap.sprung), isWritten ? EXIT.done : EXIT.undelivered]);
  } finally {
    limits.release();
    await threads.close();
    await outlets.close();
  }
}

/** What a garbage collection would break counts as broken for whoever asks before it runs; about what differs, nothing does. */
function exitOf(done: readonly ScannedStorage[], { scan: { failOnFindings } }: Settings, bug: boolean): ExitCode {
  const results = done.map(({ scanned }) => scanned.outcome.result);
  const delivered = done.every((one) => one.delivered);
  const wouldBreak = done.some(({ scanned }) => (scanned.wouldBreak ?? []).length > 0);
  const isAnswered = done.every(({ asked }) => asked === null || asked.result.catalogAccessible);
  return worstOf([
    exitCodeOf({ results, delivered, failOnFindings, bug }),
    failOnFindings && wouldBreak ? EXIT.findings : EXIT.done,
    isAnswered ? EXIT.done : EXIT.unknown,
  ]);
}

/** A dry run writes nothing. */
function outputFilesOf({ metricsFile, dryRun }: Settings) {
  return metricsFile === null || dryRun ? [] : [{ setting: 'metricsFile', path: metricsFile }];
}
