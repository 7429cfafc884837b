import { cutTo } from '../util/cut.ts';
import type { UnknownEntry } from './result.ts';

/** Of one repository, and of a walk: more of what could not be told is counted, and not told one by one. */
const MOST_OF_REPOSITORY = 500;
const MOST = 2_000;
/** In characters, of a detail: they are a registry's words, and there may be one of them for each entry. */
const LONGEST_DETAIL = 2_000;
/** Repositories that are named as those in which something could not be told. */
const MOST_NAMED = 5;

/** In how many answers about a repository nothing could be told. */
export interface UntoldRepository {
  readonly repository: string;
  readonly count: number;
}

/** What could not be told, as far as it is told. */
export interface BoundedUnknowns {
  /** Sorted. What is left out is said in an entry of its own, `_more`, of each repository, and of all of them. */
  readonly entries: readonly UnknownEntry[];
  /** Those with the most, which come first. */
  readonly repositories: readonly UntoldRepository[];
}

/** The first of all that could not be told: there may be as many as somebody likes to push, or to break. */
export function boundUnknowns(all: readonly UnknownEntry[]): BoundedUnknowns {
  const groups = Map.groupBy(all, ({ repository }) => repository);
  const entries: UnknownEntry[] = [];
  let [left, repositories] = [0, 0];
  for (const [repository, group] of [...groups].toSorted(([a], [b]) => compare(a ?? '', b ?? ''))) {
    if (entries.length >= MOST) {
      left += countOf(group);
      repositories += 1;
      continue;
    }
    const sorted = group.toSorted((a, b) => compare(a.reference, b.reference));
    for (const one of sorted.slice(0, MOST_OF_REPOSITORY)) {
      const { times: _times, ...entry } = one;
      entries.push({ ...entry, detail: cutTo(one.detail, LONGEST_DETAIL) });
    }
    const more = sorted.slice(MOST_OF_REPOSITORY);
    if (more.length > 0) entries.push(moreOf(repository, more, `${countOf(more)} more`));
  }
  const rest = all.slice(0, 1);
  if (left > 0) entries.push(moreOf(null, rest, `${left} more, in ${repositories} more repositories`));
  return { entries, repositories: mostUntold(groups) };
}

function countOf(entries: readonly UnknownEntry[]): number {
  return entries.reduce((sum, { times = 1 }) => sum + times, 0);
}

function moreOf(repository: string | null, [first]: readonly UnknownEntry[], detail: string): UnknownEntry {
  return { repository, reference: '_more', reason: first?.reason ?? 'protocol', detail };
}

function mostUntold(groups: ReadonlyMap<string | null, readonly UnknownEntry[]>): readonly UntoldRepository[] {
  return [...groups]
    .flatMap(([repository, group]) => (repository === null ? [] : [{ repository, count: countOf(group) }]))
    .toSorted((a, b) => b.count - a.count || compare(a.repository, b.repository))
    .slice(0, MOST_NAMED);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
