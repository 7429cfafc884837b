import { availableParallelism } from 'node:os';

import type { Settings } from '../../config/settings.ts';
import { describeOutcome } from '../describe-outcome.ts';
import { exitCodeOf, type ExitCode } from '../exit-codes.ts';
import { createHashThreads } from '../hash-threads.ts';
import { watchLimits } from '../limits.ts';
import { present } from '../present.ts';
import { openStorage, walkStorage, type ScanCircumstances } from '../scan-storage.ts';
import type { CommandDeps } from '../session.ts';
import { chooseStorages, type NamedStorage } from '../storages.ts';
import { createBreathe } from '../system.ts';
import { logRegistry, type Watch } from '../watch.ts';

/** Asks a registry's storage on disk what a run asks the registry. It only reads. */
export async function scan(directory: string, settings: Settings, watch: Watch, deps: CommandDeps): Promise<ExitCode> {
  const storages = chooseStorages(directory, settings, deps.log);
  const limits = watchLimits(deps.io, settings.deadline, deps);
  const threads = createHashThreads(deps.io.entry, availableParallelism());
  const reading = { hashFile: threads.hashFile, breathe: createBreathe() };
  try {
    const reports = [];
    // One after another: they are most often on one disk.
    for (const storage of storages) {
      const report = await scanOne(storage, { settings, reading, watch, limits, deps });
      reports.push(report);
    }
    watch.clear();
    present(deps.io, settings.output, 'scan', reports);
    return exitCodeOf({ results: reports, delivered: true, failOnFindings: settings.scan.failOnFindings });
  } finally {
    limits.release();
    await threads.close();
  }
}

async function scanOne(storage: NamedStorage, circumstances: ScanCircumstances) {
  const outcome = await walkStorage(storage, openStorage(storage, circumstances.settings), circumstances);
  const { report } = describeOutcome(outcome);
  logRegistry(circumstances.deps.log, report, circumstances.settings.output);
  return report;
}
