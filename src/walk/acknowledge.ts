import type { Finding } from './finding.ts';
import { compileGlob } from './glob.ts';

/** Something that is known to be broken, until the end of a day. All of the names that are given have to match. */
export interface Acknowledgement {
  /** Globs. */
  readonly repository?: string | undefined;
  readonly tag?: string | undefined;
  readonly digest?: string | undefined;
  /** Of the whole registry, and of nothing else. */
  readonly fault?: 'unresolvable' | undefined;
  /** As YYYY-MM-DD: that whole day, in UTC. */
  readonly until: string;
  readonly reason: string;
}

/** Until when a finding is acknowledged, and why. */
export type Acknowledged = Pick<Acknowledgement, 'until' | 'reason'>;

/** A finding that is known, and no alarm. */
export interface AcknowledgedFinding {
  readonly finding: Finding;
  readonly acknowledged: Acknowledged;
}

/** Decides which findings are known. */
export interface Acknowledgements {
  /**
   * What says that a finding is known: every tag and every digest that somebody has pinned has to be matched, or it is
   * not. Of several that it takes, the one that ends first.
   */
  of(finding: Finding): Acknowledged | null;
  /** Those that have matched nothing so far; among them are all that have ended. */
  unused(): readonly { readonly entry: Acknowledgement; readonly ended: boolean }[];
}

const DAY_MS = 24 * 3_600_000;

/** By which way a finding is reached: a tag, a digest that is pinned, or, where nobody knows, neither. */
interface Way {
  readonly tag?: string;
  readonly root?: string;
}

/** Compiles the globs; what has ended by `now` (milliseconds since the epoch) says nothing any more. */
export function createAcknowledgements(all: readonly Acknowledgement[], now: number): Acknowledgements {
  const entries = all.map((entry) => {
    const { repository, tag, digest } = entry;
    return { entry, repository: matcher(repository), tag: matcher(tag), digest: matcher(digest), used: false };
  });
  const active = entries.filter(({ entry }) => Date.parse(`${entry.until}T00:00:00Z`) + DAY_MS > now);
  type Entry = (typeof entries)[number];

  function covers({ entry, tag, digest }: Entry, finding: Finding, way: Way): boolean {
    if (entry.tag !== undefined && (way.tag === undefined || !tag(way.tag))) return false;
    if (entry.digest === undefined) return true;
    return [finding.digest, way.root].some((one) => typeof one === 'string' && digest(one));
  }

  function firstToEnd(matching: readonly Entry[]): Entry | null {
    for (const one of matching) one.used = true;
    return matching.toSorted((a, b) => (a.entry.until < b.entry.until ? -1 : 1))[0] ?? null;
  }

  /** What one has said of the same names before: of one image there may be thousands of findings, with thousands of tags. */
  const before = new WeakMap<readonly string[], Map<string, Acknowledged | null>>();

  return {
    of(finding) {
      const { repository, fault, tags, roots, isCut = false } = finding;
      if (repository === null) {
        return summary([firstToEnd(active.filter(({ entry }) => entry.fault === fault))]);
      }
      const here = active.filter((one) => one.entry.fault === undefined && one.repository(repository));
      if (here.length === 0) return null;
      const ofDigest = here.map(
        ({ entry, digest }) => entry.digest !== undefined && finding.digest !== null && digest(finding.digest),
      );
      const key = JSON.stringify([repository, roots, isCut, ofDigest]);
      const known = before.get(tags) ?? new Map<string, Acknowledged | null>();
      const told = known.get(key);
      if (told !== undefined) return told;
      const ways: readonly Way[] = [...tags.map((tag) => ({ tag })), ...roots.map((root) => ({ root }))];
      // Of names that are not told, nobody knows whether one matches.
      const said = summary(
        (ways.length === 0 || isCut ? [...ways, {}] : ways).map((way) =>
          firstToEnd(here.filter((one) => covers(one, finding, way))),
        ),
      );
      before.set(tags, known.set(key, said));
      return said;

      function summary(covering: readonly (Entry | null)[]): Acknowledged | null {
        if (covering.includes(null)) return null;
        const first = firstToEnd(covering.filter((one) => one !== null));
        return first === null ? null : { until: first.entry.until, reason: first.entry.reason };
      }
    },
    unused: () =>
      entries.filter(({ used }) => !used).map((one) => ({ entry: one.entry, ended: !active.includes(one) })),
  };
}

function matcher(glob: string | undefined): (name: string) => boolean {
  return glob === undefined ? () => true : compileGlob(glob);
}
