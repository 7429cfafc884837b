import type { Settings } from '../config/settings.ts';
import { createLinks } from '../storage/links.ts';
import type { Storage } from '../storage/served-manifest.ts';
import { surveyStorage, type Survey } from '../storage/survey.ts';
import type { UnknownReason } from '../walk/lookup.ts';
import type { Finding } from '../walk/finding.ts';
import { keyOf } from '../walk/findings.ts';
import type { Listings } from '../walk/record-listings.ts';
import type { RegistryOutcome, UnknownEntry, WalkResult } from '../walk/result.ts';
import { verdictOn } from '../walk/verdict.ts';
import { walkStorage, type ScanCircumstances } from './scan-storage.ts';
import type { NamedStorage } from './storages.ts';

/** What a scan has found out about one storage. */
export interface Scanned {
  readonly outcome: RegistryOutcome;
  readonly listings: Listings;
  /** Null where there was no time for it. */
  readonly survey: Survey | null;
  /** What a garbage collection would break, of what is whole; null where none was asked about. */
  readonly wouldBreak: readonly Finding[] | null;
}

/** Walks a storage, looks at what no tag leads to, and, where it is asked to, at what a garbage collection would leave. */
export async function scanStorage(
  storage: NamedStorage,
  opened: Storage,
  circumstances: ScanCircumstances,
): Promise<Scanned> {
  const { settings, reading, limits, deps } = circumstances;
  const { clock } = deps;
  const began = clock.elapsed();
  const times = () => ({ finishedAt: clock.now(), durationMs: clock.elapsed() - began });
  const { outcome: walked, listings } = await walkStorage(storage, opened, circumstances);
  const options = { kind: storage.kind, beforeGc: collectionOf(settings), now: clock.now() };
  const survey = await surveyStorage(opened, options, { breathe: reading.breathe, stop: limits.stop });
  const outcome = { ...walked, ...times(), result: withUnseen(walked.result, survey) };
  // What was not seen may need what nothing else does: then nothing can be foretold.
  const plan = survey?.unseenCount === 0 ? survey.collection : null;
  if (plan === null) return { outcome, listings, survey, wouldBreak: null };
  const after: Storage = { ...opened, links: createLinks(opened.disk, plan.removed) };
  const { outcome: later } = await walkStorage(storage, after, circumstances);
  const known = new Set(walked.result.findings.map(keyOf));
  const wouldBreak = later.result.findings.filter((finding) => !known.has(keyOf(finding)));
  if (later.result.complete) return { outcome, listings, survey, wouldBreak };
  const result = withUnknowns(outcome.result, later.result.unknowns);
  return { outcome: { ...outcome, result, ...times() }, listings, survey, wouldBreak };
}

function collectionOf({ scan }: Settings): { readonly deleteUntagged: boolean } | null {
  return scan.beforeGc ? { deleteUntagged: scan.deleteUntagged } : null;
}

/** What could not be looked at is unknown, whatever leads to it; what the walk has told already is not told twice. */
function withUnseen(result: WalkResult, survey: Survey | null): WalkResult {
  if (survey === null) {
    const detail = 'there was no time left to look at what no tag leads to';
    return withUnknowns(result, [{ repository: null, reference: '_storage', reason: 'deadline', detail }]);
  }
  const told = survey.unseen.map(({ path, problem: { reason, detail } }) => ({
    repository: null,
    reference: path,
    reason,
    detail,
  }));
  const more = survey.unseenCount - told.length;
  if (more <= 0) return withUnknowns(result, told);
  const rest = {
    repository: null,
    reference: '_storage',
    reason: 'forbidden' as UnknownReason,
    detail: `and ${more} more files and directories could not be looked at`,
  };
  return withUnknowns(result, [...told, { ...rest, reason: told[0]?.reason ?? rest.reason }]);
}

function withUnknowns(result: WalkResult, more: readonly UnknownEntry[]): WalkResult {
  const told = new Set(result.unknowns.map(({ detail }) => detail));
  const news = more.filter(({ detail }) => !told.has(detail));
  if (news.length === 0) return result;
  const unknown = { ...result.counts.unknown };
  for (const { reason } of news) unknown[reason] += 1;
  const unknowns = [...result.unknowns, ...news];
  const verdict = verdictOn({ findings: result.findings, complete: false });
  return { ...result, complete: false, verdict, unknowns, counts: { ...result.counts, unknown } };
}
