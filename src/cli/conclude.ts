import { concludeRun, type Conclusion, type FinishedRun } from '../history/renew.ts';
import type { PlacedFinding } from '../history/known-findings.ts';
import type { Plan } from '../history/plan.ts';
import type { Remembered } from '../history/remember.ts';
import type { StateOwner } from '../history/state.ts';
import { isPinLeft } from '../history/still-broken.ts';
import { createAcknowledgements, type Acknowledgements } from '../walk/acknowledge.ts';
import type { Finding } from '../walk/finding.ts';
import type { RegistryOutcome, WalkResult } from '../walk/result.ts';
import { createSelection } from '../walk/selection.ts';
import { belongsTo, type Shard } from '../walk/shard.ts';
import { SKIP_REASONS } from '../walk/result.ts';
import { verdictOn } from '../walk/verdict.ts';
import { carriedFinding } from './carried-finding.ts';
import { usedPins, type ClusterPins } from './cluster-pins.ts';
import { identityIn } from './finding-identity.ts';
import { recordOf, scrubOutcome, type RunScrub } from './scrub.ts';
import type { Kept } from './state.ts';

interface Circumstances {
  readonly remembered: Remembered;
  readonly plan: Plan | null;
  readonly scrub?: RunScrub | null;
  /** Platforms that the nodes have; left out, or null, nobody has looked. */
  readonly nodes?: readonly string[] | null;
  /** Left out, or null, nobody has looked. */
  readonly pins?: ClusterPins | null;
}

/** A run over one registry, and what is to be told of it. */
export interface Concluded {
  readonly run: FinishedRun;
  readonly outcome: RegistryOutcome;
}

/**
 * Joins what a run saw with what earlier ones have walked. Where all of it together is as new as is promised, that is
 * what is told: sums, and what was found broken in what this run did not look at.
 */
export function concludeOutcome(
  registry: Kept,
  owner: StateOwner & { readonly part: Shard | null },
  outcome: RegistryOutcome,
  { remembered, plan, scrub = null, nodes = null, pins = null }: Circumstances,
): Concluded {
  const { result, finishedAt } = outcome;
  const { complete, verdict, findings, acknowledged = [], census = null, unknowns, catalogAccessible } = result;
  const all = [...findings, ...acknowledged.map(({ finding }) => ({ ...finding, acknowledged: true }))];
  const scrubbed = scrub === null ? null : recordOf(scrub, remembered.state);
  const selects = selectionOf(registry, owner.part);
  const run: FinishedRun = {
    registry: owner.registry,
    shard: owner.shard,
    ...(owner.url === undefined ? {} : { url: owner.url }),
    finishedAt,
    complete,
    told: catalogAccessible && unknowns.length === 0,
    suspect: verdict === 'suspect',
    findings: all.map((finding: Finding & { readonly acknowledged?: boolean }) => {
      const { fault, affects, roots, expectedSize: size, acknowledged: isKnown = false } = finding;
      const known = { ...identityIn(finding), fault, roots, size, acknowledged: isKnown };
      return { ...known, ...(affects === undefined ? {} : { affects }) };
    }),
    census,
    selects,
    nodePlatforms: nodes,
    beganAnew: remembered.isLost,
    usedPins: pins === null ? null : usedPins(pins, selects, result.pins?.there ?? new Set()),
    ...(result.pins === undefined ? {} : { pinsLeft: result.pins.left }),
    plan,
    fullWalkEvery: registry.fullWalkEvery ?? null,
    coverageAcceptedAt: registry.coverageAcceptedAt ?? null,
    scrub: scrubbed,
  };
  const conclusion = concludeRun(remembered.state, run);
  const entries = createAcknowledgements(registry.acknowledged ?? [], finishedAt);
  const oldestAt = conclusion.coverage?.oldestAt ?? null;
  return {
    run,
    outcome: {
      ...outcome,
      result: tellTogether(result, conclusion, run, entries),
      ...coverageOf(conclusion),
      ...(scrub === null || scrubbed === null ? {} : { scrub: scrubOutcome(scrub, scrubbed, oldestAt) }),
    },
  };
}

function tellTogether(
  result: WalkResult,
  conclusion: Conclusion,
  run: FinishedRun,
  entries: Acknowledgements,
): WalkResult {
  const { coverage, carried, complete } = conclusion;
  const { told, suspect, fullWalkEvery } = run;
  // Digests that somebody names have their turns also where a run looks at everything else.
  const waiting = carried.filter((one) => isPinLeft(one, run));
  if (result.complete && !suspect && waiting.length > 0) return withCarried(result, waiting, entries);
  if (result.complete || coverage === null) return result;
  if (!complete) return { ...result, underWay: fullWalkEvery !== null && told && !suspect };
  const { skipped, orphanedReferrers, ...counts } = coverage.counts;
  const listed = result.census?.skipped;
  const allSkipped = Object.fromEntries(
    SKIP_REASONS.map((reason) => [reason, skipped[reason] + (listed?.[reason] ?? 0)]),
  ) as typeof skipped;
  const together = {
    ...result,
    complete,
    counts: {
      ...result.counts,
      ...counts,
      ...(result.counts.orphanedReferrers === undefined ? {} : { orphanedReferrers }),
      skipped: allSkipped,
    },
  };
  return withCarried(together, carried, entries);
}

/** The result with what earlier runs found broken. */
function withCarried(result: WalkResult, carried: readonly PlacedFinding[], entries: Acknowledgements): WalkResult {
  const findings = [...result.findings];
  const acknowledged = [...(result.acknowledged ?? [])];
  for (const one of carried) {
    // Where not all of its tags are kept, the run that saw them has to have known it.
    const mayBeKnown = one.finding.tagsNotKept === 0 || one.finding.acknowledged;
    for (const finding of carriedFinding(one)) {
      const known = mayBeKnown ? entries.of(finding) : null;
      if (known === null) findings.push(finding);
      else acknowledged.push({ finding, acknowledged: known });
    }
  }
  return {
    ...result,
    verdict: verdictOn({ findings, complete: result.complete }),
    findings,
    ...(acknowledged.length === 0 ? {} : { acknowledged }),
  };
}

function coverageOf({ coverage, drop }: Conclusion): Pick<RegistryOutcome, 'coverage'> {
  if (coverage === null) return {};
  const { oldestAt, ratio } = coverage;
  return { coverage: { oldestAt, ratio, dropRatio: drop?.ratio ?? 0, dropNames: drop?.names ?? 0 } };
}

/** What a walk with these settings comes across: with `--repository` or `--tag` it is a part of the registry. */
function selectionOf(
  { repositories, tags }: Kept,
  part: Shard | null,
): (repository: string, tag: string | null) => boolean {
  const { source, include, match } = repositories;
  const selected = createSelection(match);
  const selectedTags = createSelection(tags.match);
  return (repository, tag) =>
    (source === 'catalog' || include.includes(repository)) &&
    belongsTo(part, repository) &&
    selected.includes(repository) &&
    (tag === null || selectedTags.includes(tag));
}
