import type { Census } from '../walk/result.ts';
import { identityOf, type Identity } from './history.ts';
import { renewRepositories } from './known-repositories.ts';
import { STATE_KEPT_BY, STATE_VERSION, type KnownFinding, type State, type StateOwner } from './state.ts';

/** What a walk did not select may be broken still, and after so long nobody asks since when; in milliseconds. */
const UNSEEN_FOR_MS = 30 * 24 * 3_600_000;

/** What a run found out. */
export interface FinishedRun extends StateOwner {
  /** Milliseconds since the epoch. */
  readonly finishedAt: number;
  /** Everything that was selected was looked at, and the findings are not held back. */
  readonly complete: boolean;
  /** Nearly everything is missing: the findings say nothing about any image. */
  readonly suspect: boolean;
  readonly findings: readonly Identity[];
  /** Null where the catalog could not be read. */
  readonly census: Census | null;
  /** Whether a walk as this one comes across what is broken there: it may be about some repositories or tags alone. */
  selects(repository: string, tag: string | null): boolean;
}

/** A finding, and where it is. */
interface PlacedFinding {
  readonly repository: string;
  readonly finding: KnownFinding;
}

/**
 * The state after a run. A complete run drops what it would have come across and did not; an incomplete one drops
 * nothing, and one that is suspect changes no finding. What a run knows nothing of stays as it is.
 */
export function renewState(known: State | null, run: FinishedRun): State {
  const { registry, shard, finishedAt } = run;
  const complete = run.complete && !run.suspect;
  const before = placed(known);
  const seen = run.suspect ? new Map<string, PlacedFinding>() : seenNow(before, run);
  const unseen = [...before].filter(([identity, one]) => !seen.has(identity) && (!complete || mayBeThere(one, run)));
  const listedBefore = [...seen.keys()].filter((identity) => before.has(identity)).length;
  // What is seen and was not kept may be one of those that had no room.
  const gaps = Math.max(0, (known?.findingsNotKept ?? 0) - (seen.size - listedBefore));
  const repositories = known?.repositories ?? null;
  return {
    slices: null,
    goodPins: null,
    coverage: null,
    nodePlatforms: null,
    ...known,
    keptBy: STATE_KEPT_BY,
    version: STATE_VERSION,
    registry,
    shard,
    begunAt: Math.min(known?.begunAt ?? finishedAt, finishedAt),
    lastRunAt: finishedAt,
    lastCompleteRunAt: complete ? finishedAt : (known?.lastCompleteRunAt ?? null),
    repositories: run.suspect ? repositories : renewRepositories(repositories, run.census),
    findings: byRepository([...seen.values(), ...unseen.map(([, one]) => one)]),
    findingsNotKept: complete ? 0 : gaps,
  };
}

/** What was broken before, by identity: of one that is there twice, the older one. */
function placed(state: State | null): ReadonlyMap<string, PlacedFinding> {
  const all = new Map<string, PlacedFinding>();
  for (const { repository, broken } of state?.findings ?? []) {
    for (const finding of broken) {
      const { digest, tag, object } = finding;
      const identity = identityOf({ repository, digest, object, tags: tag === null ? [] : [tag] });
      const other = all.get(identity);
      if (other === undefined || finding.firstSeen < other.finding.firstSeen)
        all.set(identity, { repository, finding });
    }
  }
  return all;
}

function seenNow(
  before: ReadonlyMap<string, PlacedFinding>,
  { findings, finishedAt }: FinishedRun,
): ReadonlyMap<string, PlacedFinding> {
  return new Map(
    findings.map((one) => {
      const identity = identityOf(one);
      const { repository, digest, object, tags } = one;
      const firstSeen = Math.min(before.get(identity)?.finding.firstSeen ?? finishedAt, finishedAt);
      const finding = { digest, tag: tags[0] ?? null, object, firstSeen, lastSeen: finishedAt };
      return [identity, { repository, finding }];
    }),
  );
}

function mayBeThere({ repository, finding }: PlacedFinding, { selects, finishedAt }: FinishedRun): boolean {
  return !selects(repository, finding.tag) && finishedAt - finding.lastSeen < UNSEEN_FOR_MS;
}

function byRepository(all: readonly PlacedFinding[]): State['findings'] {
  const groups = new Map<string, KnownFinding[]>();
  for (const { repository, finding } of all) {
    const group = groups.get(repository);
    if (group === undefined) groups.set(repository, [finding]);
    else group.push(finding);
  }
  return [...groups].map(([repository, broken]) => ({ repository, broken }));
}
