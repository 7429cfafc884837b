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
