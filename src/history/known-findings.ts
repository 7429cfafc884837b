import type { Affects } from '../walk/affects.ts';
import type { Fault } from '../walk/fault.ts';
import { fingerprintOfFinding, type DatesByFingerprint } from './dates.ts';
import { identityOf, type Identity } from './history.ts';
import type { KnownFinding, State } from './state.ts';

/** Tags, and digests that were asked for by themselves, of which so many are kept for each finding. */
const KEPT_NAMES = 20;

/** A finding of a run, as far as it is remembered. */
export interface SeenFinding extends Identity {
  readonly fault: Fault | null;
  readonly affects?: Affects;
  readonly roots?: readonly string[];
  readonly isCut?: boolean;
  readonly size?: number | null;
  /** Somebody has acknowledged it, with all of its tags. */
  readonly acknowledged?: boolean;
}

/** A finding, and where it is. */
export interface PlacedFinding {
  readonly repository: string;
  readonly finding: KnownFinding;
}

/** What was broken before, by identity: of one that is there twice, the older one. */
export function placeKnown(state: State | null): ReadonlyMap<string, PlacedFinding> {
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

/** What is broken now, by identity, with the time since when. */
export function placeSeen(
  before: ReadonlyMap<string, PlacedFinding>,
  dates: DatesByFingerprint,
  findings: readonly SeenFinding[],
  now: number,
): ReadonlyMap<string, PlacedFinding> {
  const all = new Map<string, PlacedFinding>();
  for (const one of findings) {
    const identity = identityOf(one);
    const {
      repository,
      digest,
      object,
      tags,
      fault,
      affects = null,
      roots = [],
      isCut = false,
      size = null,
      acknowledged = false,
    } = one;
    const [tag = null] = tags;
    const known = before.get(identity)?.finding ?? dates.get(fingerprintOfFinding(identity));
    const finding: KnownFinding = {
      digest,
      tag,
      object,
      firstSeen: Math.min(known?.firstSeen ?? now, now),
      lastSeen: now,
      fault,
      affects,
      otherTags: tags.slice(1, KEPT_NAMES),
      tagsNotKept: Math.max(isCut ? 1 : 0, tags.length - KEPT_NAMES),
      roots: roots.slice(0, KEPT_NAMES),
      size,
      acknowledged,
    };
    all.set(identity, { repository, finding });
  }
  return all;
}

/** The findings as a state has them. */
export function byRepository(all: Iterable<PlacedFinding>): State['findings'] {
  const groups = Map.groupBy(all, ({ repository }) => repository);
  return [...groups].map(([repository, group]) => ({ repository, broken: group.map(({ finding }) => finding) }));
}
