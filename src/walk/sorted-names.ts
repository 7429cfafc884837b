import type { Clock } from '../util/clock.ts';

/** In names: so many are sorted, or merged, in one go. */
const PIECE = 32_768;

/** The same as `sortedNames`, with a turn for timers and signals in between where there are very many. */
export async function sortedByAndBy(names: readonly string[], clock: Pick<Clock, 'sleep'>): Promise<readonly string[]> {
  if (names.length <= PIECE || isInOrder(names)) return sortedNames(names);
  let runs: (readonly string[])[] = [];
  for (let at = 0; at < names.length; at += PIECE) {
    runs.push(names.slice(at, at + PIECE).toSorted());
    await clock.sleep(0);
  }
  while (runs.length > 1) {
    const merged: (readonly string[])[] = [];
    for (let at = 0; at < runs.length; at += 2) {
      const [one = [], other] = [runs[at], runs[at + 1]];
      merged.push(other === undefined ? one : await merge(one, other, clock));
    }
    runs = merged;
  }
  return runs[0] ?? [];
}

/** Two lists that are in order as one, each name once. */
async function merge(
  one: readonly string[],
  other: readonly string[],
  clock: Pick<Clock, 'sleep'>,
): Promise<readonly string[]> {
  const merged: string[] = [];
  let [at, otherAt] = [0, 0];
  while (at < one.length || otherAt < other.length) {
    const [next, otherNext] = [one[at], other[otherAt]];
    const isOne = otherNext === undefined || (next !== undefined && next <= otherNext);
    const name = (isOne ? next : otherNext) ?? '';
    if (isOne) at += 1;
    else otherAt += 1;
    if (merged.length === 0 || merged.at(-1) !== name) merged.push(name);
    if ((at + otherAt) % PIECE === 0) await clock.sleep(0);
  }
  return merged;
}

/**
 * The names in their order by code unit, each once. A list that is so already, as most registries send theirs, is given
 * back as it is: it may have a million names.
 */
export function sortedNames(names: readonly string[]): readonly string[] {
  if (isInOrder(names)) return names;
  const sorted = names.toSorted();
  return those(sorted, (name, index) => index === 0 || name !== sorted[index - 1]);
}

/** Those names for which it is true; the list as it is where that is all of them. */
export function those(names: readonly string[], isOne: (name: string, index: number) => boolean): readonly string[] {
  let kept: string[] | null = null;
  for (const [index, name] of names.entries()) {
    if (isOne(name, index)) kept?.push(name);
    else kept ??= names.slice(0, index);
  }
  return kept ?? names;
}

/** Whether a name is in a list that is in order. */
export function isAmong(sorted: readonly string[], name: string): boolean {
  let from = 0;
  let to = sorted.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((sorted[middle] ?? '') < name) from = middle + 1;
    else to = middle;
  }
  return sorted[from] === name;
}

function isInOrder(names: readonly string[]): boolean {
  let before: string | null = null;
  for (const name of names) {
    if (before !== null && before >= name) return false;
    before = name;
  }
  return true;
}
