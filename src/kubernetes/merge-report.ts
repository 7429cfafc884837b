import { KEPT_BY, KEPT_VERSION, type KeptFinding, type KeptReport } from './kept-report.ts';
import { plainText } from './plain-text.ts';

/** What a run found broken; since when, where anybody knows. */
export type CurrentFinding = Omit<KeptFinding, 'lastSeen'>;

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
  const seen = isSuspect ? [] : run.findings.map((finding) => withTime(finding, at));
  const more = isSuspect ? 0 : (run.unlisted ?? 0);
  const { findings, unlisted } = complete ? { findings: seen, unlisted: more } : addUnseen(seen, more, previous);
  return {
    keptBy: KEPT_BY,
    version: KEPT_VERSION,
    registry,
    url,
    lastRun: { finishedAt: at, verdict, complete },
    lastCompleteRun: complete ? at : (previous?.lastCompleteRun ?? null),
    broken: findings.length + unlisted,
    notListed: unlisted,
    findings: findings.toSorted(inUseFirst),
  };
}

function withTime(finding: CurrentFinding, at: string): KeptFinding {
  const { seen, cause, next, ...what } = finding;
  return { ...what, lastSeen: at, seen, cause, next };
}

/** What was seen now, what was seen before, and how much more there was that no report had room for. */
function addUnseen(
  seen: readonly KeptFinding[],
  more: number,
  previous: KeptReport | null,
): { readonly findings: readonly KeptFinding[]; readonly unlisted: number } {
  const unseen = new Map(previous?.findings.map((one) => [identityOf(one), one]));
  const listedBefore = seen.filter((one) => unseen.delete(identityOf(one))).length;
  // What is seen and was not listed may be one of those.
  const unlisted = Math.max(more, (previous?.notListed ?? 0) - (seen.length - listedBefore));
  return { findings: [...seen, ...unseen.values()], unlisted };
}

/** What matters most goes first, for there may be no room for all of it; the rest keeps its order. */
function inUseFirst(a: KeptFinding, b: KeptFinding): number {
  return Number((b.inUseBy ?? []).length > 0) - Number((a.inUseBy ?? []).length > 0);
}

/** One broken thing of the report. Where there is no digest, the tag takes its place. */
function identityOf({ repository, tags, object, fault, digest }: CurrentFinding): string {
  return [repository, digest ?? `:${tags[0] ?? ''}`, object, fault].map(plainText).join(' ');
}
