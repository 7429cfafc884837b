import { KEPT_BY, KEPT_VERSION, type KeptAcknowledged, type KeptFinding, type KeptReport } from './kept-report.ts';
import { plainText } from './plain-text.ts';

/** What a run found broken; since when, where anybody knows. */
export type CurrentFinding = Omit<KeptFinding, 'lastSeen'>;

/** What a run found broken that somebody has acknowledged. */
export type CurrentAcknowledged = Omit<KeptAcknowledged, 'lastSeen'>;

/** What a run found out about a registry. */
export interface CurrentRun {
  readonly registry: string;
  readonly url: string;
  /** Milliseconds since the epoch. */
  readonly finishedAt: number;
  readonly verdict: string;
  /** Everything was looked at. */
  readonly complete: boolean;
  readonly findings: readonly CurrentFinding[];
  /** How many there are besides. */
  readonly unlisted?: number;
  readonly acknowledged?: readonly CurrentAcknowledged[];
}

/**
 * The report after a run. What a complete run did not see is gone; what an incomplete one did not see may still be
 * there, and stays as it was seen last. A run that is suspect says nothing about any image: it changes no finding, and
 * is only named.
 */
export function mergeReport(previous: KeptReport | null, run: CurrentRun): KeptReport {
  const { registry, url, finishedAt, verdict } = run;
  const at = new Date(finishedAt).toISOString();
  const isSuspect = verdict === 'suspect';
  const complete = run.complete && !isSuspect;
  const open: Listing<KeptFinding> = {
    listed: isSuspect ? [] : run.findings.map((finding) => withTime(finding, at)),
    unlisted: isSuspect ? 0 : (run.unlisted ?? 0),
  };
  const known: Listing<KeptAcknowledged> = {
    listed: isSuspect ? [] : (run.acknowledged ?? []).map((one) => knownAt(one, at)),
    unlisted: 0,
  };
  const before = previous === null ? null : { listed: previous.findings, unlisted: previous.notListed };
  const findings = complete ? open : addUnseen(open, before, known.listed);
  const acknowledged = complete ? known : addUnseen(known, knownBefore(previous), open.listed);
  return {
    keptBy: KEPT_BY,
    version: KEPT_VERSION,
    registry,
    url,
    lastRun: { finishedAt: at, verdict, complete },
    lastCompleteRun: complete ? at : (previous?.lastCompleteRun ?? null),
    broken: findings.listed.length + findings.unlisted,
    notListed: findings.unlisted,
    findings: findings.listed.toSorted(inUseFirst),
    ...(acknowledged.listed.length === 0 ? {} : { acknowledged: [...acknowledged.listed] }),
    ...(acknowledged.unlisted === 0 ? {} : { acknowledgedNotListed: acknowledged.unlisted }),
  };
}

/** What is told, and how much more there is. */
interface Listing<T> {
  readonly listed: readonly T[];
  readonly unlisted: number;
}

function knownBefore(previous: KeptReport | null): Listing<KeptAcknowledged> {
  return { listed: previous?.acknowledged ?? [], unlisted: previous?.acknowledgedNotListed ?? 0 };
}

function withTime(finding: CurrentFinding, at: string): KeptFinding {
  const { seen, cause, copies, next, ...what } = finding;
  return { ...what, lastSeen: at, seen, cause, ...(copies === undefined ? {} : { copies }), next };
}

function knownAt({ until, reason, ...what }: CurrentAcknowledged, at: string): KeptAcknowledged {
  return { ...what, lastSeen: at, until, reason };
}

/**
 * What was seen now, what was seen before, and how much more there was that no report had room for; `moved` is what has
 * gone to the other list, by being acknowledged or by the end of that.
 */
function addUnseen<T extends Identity>(
  { listed, unlisted }: Listing<T>,
  previous: Listing<T> | null,
  moved: readonly Identity[],
): Listing<T> {
  const unseen = new Map(previous?.listed.map((one) => [identityOf(one), one]));
  const listedBefore = listed.filter((one) => unseen.delete(identityOf(one))).length;
  for (const one of moved) unseen.delete(identityOf(one));
  // What is seen and was not listed may be one of those.
  const more = Math.max(unlisted, (previous?.unlisted ?? 0) - (listed.length - listedBefore));
  return { listed: [...listed, ...unseen.values()], unlisted: more };
}

/** What matters most goes first, for there may be no room for all of it; the rest keeps its order. */
function inUseFirst(a: KeptFinding, b: KeptFinding): number {
  return Number((b.inUseBy ?? []).length > 0) - Number((a.inUseBy ?? []).length > 0);
}

type Identity = Pick<CurrentFinding, 'repository' | 'tags' | 'object' | 'fault' | 'digest'>;

/** One broken thing of the report. Where there is no digest, the tag takes its place. */
function identityOf({ repository, tags, object, fault, digest }: Identity): string {
  return [repository, digest ?? `:${tags[0] ?? ''}`, object, fault].map(plainText).join(' ');
}
