import { availableParallelism } from 'node:os';

import type { Settings } from '../../config/settings.ts';
import type { RegistryReport } from '../../report/report-registry.ts';
import { describeOutcome } from '../describe-outcome.ts';
import { describeStorage } from '../describe-storage.ts';
import { EXIT, exitCodeOf, worstOf, type ExitCode } from '../exit-codes.ts';
import { createHashThreads } from '../hash-threads.ts';
import { watchLimits } from '../limits.ts';
import { present } from '../present.ts';
import { openStorage, type ScanCircumstances } from '../scan-storage.ts';
import { scanStorage, type Scanned } from '../scan-survey.ts';
import type { CommandDeps } from '../session.ts';
import { chooseStorages, type NamedStorage } from '../storages.ts';
import { createBreathe } from '../system.ts';
import { logRegistry, type Watch } from '../watch.ts';

/** Asks a registry's storage on disk what a run asks the registry, and what cannot be asked there. It only reads. */
export async function scan(directory: string, settings: Settings, watch: Watch, deps: CommandDeps): Promise<ExitCode> {
  const storages = chooseStorages(directory, settings, deps.log);
  const limits = watchLimits(deps.io, settings.deadline, deps);
  const threads = createHashThreads(deps.io.entry, availableParallelism());
  const reading = { hashFile: threads.hashFile, breathe: createBreathe() };
  try {
    const done: { readonly report: RegistryReport; readonly scanned: Scanned }[] = [];
    // One after another: they are most often on one disk.
    for (const storage of storages) done.push(await scanOne(storage, { settings, reading, watch, limits, deps }));
    watch.clear();
    const reports = done.map(({ report }) => report);
    const isWritten = await present(deps, settings, 'scan', reports);
    return isWritten ? exitOf(done, settings) : EXIT.undelivered;
  } finally {
    limits.release();
    await threads.close();
  }
}

async function scanOne(storage: NamedStorage, circumstances: ScanCircumstances) {
  const { settings, deps } = circumstances;
  const scanned = await scanStorage(storage, openStorage(storage, settings), circumstances);
  const { report } = describeOutcome(scanned.outcome);
  logRegistry(deps.log, report, settings.output);
  return { report: { ...report, storage: describeStorage(storage, scanned, settings) }, scanned };
}

/** What a garbage collection would break counts as broken for whoever asks before it runs. */
function exitOf(done: readonly { readonly scanned: Scanned }[], { scan: { failOnFindings } }: Settings): ExitCode {
  const results = done.map(({ scanned }) => scanned.outcome.result);
  const wouldBreak = done.some(({ scanned }) => (scanned.wouldBreak ?? []).length > 0);
  const code = exitCodeOf({ results, delivered: true, failOnFindings });
  return failOnFindings && wouldBreak ? worstOf([code, EXIT.findings]) : code;
}
