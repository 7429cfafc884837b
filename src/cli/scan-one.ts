import type { RegistryReport } from '../report/report-registry.ts';
import { recordStorage } from '../metrics/record-storage.ts';
import { lostWalk } from '../walk/lost-walk.ts';
import type { RegistryOutcome } from '../walk/result.ts';
import type { BugTrap } from './bug.ts';
import { askRegistry, describeDisagreements, type AskedRegistry } from './compare.ts';
import { describeOutcome } from './describe-outcome.ts';
import { describeStorage } from './describe-storage.ts';
import type { Limits } from './limits.ts';
import type { Outlets } from './outlets.ts';
import type { RegistryWithLogin } from './run-registry.ts';
import { openStorage, type ScanCircumstances } from './scan-storage.ts';
import { scanStorage, type Scanned } from './scan-survey.ts';
import type { Kept, RunState } from './state.ts';
import type { NamedStorage } from './storages.ts';
import { logRegistry } from './watch.ts';

/** What all storages of a scan share. */
export interface ScanContext extends ScanCircumstances {
  readonly limits: Limits;
  readonly outlets: Pick<Outlets, 'send'>;
  readonly state: RunState;
  readonly trap: BugTrap;
  /** The registry that is asked beside; null without one. */
  readonly compareWith: Omit<RegistryWithLogin, 'copies'> | null;
}

/** What came of one storage. */
export interface ScannedStorage {
  readonly report: RegistryReport;
  readonly scanned: Scanned;
  /** Null where no registry was asked beside. */
  readonly asked: AskedRegistry | null;
  readonly delivered: boolean;
}

/** One storage from its first file to the delivery of its numbers. A bug on the way costs this storage, and no other. */
export async function scanOne(storage: NamedStorage, context: ScanContext): Promise<ScannedStorage> {
  const { settings, deps, state, limits, outlets, trap } = context;
  const { name } = storage;
  const about = { registry: name };
  const { giveUp } = limits;
  const kept = keptOf(storage, context);
  const remembered = await trap.guard(
    about,
    () => state.remember(kept, giveUp),
    () => null,
  );
  const { clock } = deps;
  const startedAt = clock.now();
  const began = clock.elapsed();
  const scanned = await trap.guard(
    about,
    () => scanStorage(storage, openStorage(storage, settings), context),
    (bug) => lostScan(storage, { startedAt, finishedAt: clock.now(), durationMs: clock.elapsed() - began }, bug),
  );
  const { compareWith } = context;
  const asked = compareWith === null ? null : await askRegistry(compareWith, storage, context);
  const { outcome, survey } = scanned;
  const described = describeOutcome(outcome, { history: remembered?.history ?? null });
  logRegistry(deps.log, described.report, settings.output);
  const numbers =
    survey === null ? null : { unreachableBytes: survey.unreachable.bytes, uploadsAbandoned: survey.uploads.count };
  const families = recordStorage(outcome, numbers);
  const [isSent, isKept] = await Promise.all([
    trap.guard(
      about,
      () => outlets.send({ registry: name, shard: null, complete: outcome.result.complete, families }, giveUp),
      () => false,
    ),
    trap.guard(
      about,
      () => state.keep(kept, state.conclude(kept, outcome, { remembered, plan: null }), remembered, giveUp),
      () => true,
    ),
  ]);
  const part = describeStorage(storage, scanned, settings);
  const both = { result: outcome.result, listings: scanned.listings };
  const disagreements = asked === null ? {} : { disagreements: describeDisagreements(both, asked) };
  const report = { ...described.report, storage: { ...part, ...disagreements } };
  return { report, scanned, asked, delivered: isSent && isKept };
}

/** No registry has such a name, so that a file may hold the states of both. */
function keptOf({ name }: NamedStorage, { settings: { walk } }: ScanContext): Kept {
  return {
    name: `${name}/storage`,
    shards: 1,
    repositories: { ...walk.repositories, source: 'catalog' },
    tags: walk.tags,
  };
}

type Times = Pick<RegistryOutcome, 'startedAt' | 'finishedAt' | 'durationMs'>;

function lostScan({ name, root }: NamedStorage, times: Times, bug: string): Scanned {
  const outcome = { name, url: `file://${root}`, ...times, result: lostWalk(bug), requests: {} };
  return { outcome, listings: { repositories: null, tags: new Map() }, survey: null, wouldBreak: null };
}
