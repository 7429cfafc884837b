/** Nobody writes a file of settings, or of findings, with more in it; each value takes a few hundred bytes to be read. */
const MOST_VALUES = 50_000;

/** Whether there is more in a YAML text than is worth its reading: a few bytes of it may be a value of their own. */
export function isHeavyYaml(text: string): boolean {
  let values = 0;
  // Each value begins with one of these, or on a line of its own.
  for (const _ of text.matchAll(/[[{,]|(?:^|\s)[-?:](?=\s|$)|:(?=\s|$)|[&*!]\S/gm)) {
    values += 1;
    if (values > MOST_VALUES) return true;
  }
  return false;
}

/**
 * Where the first key is that is no scalar, in characters; null where all are. Each such key in another one doubles the
 * work of writing it out, and what a library says of one quotes it. `root` is what a document holds, as `yaml` has it: a
 * collection has items, which are nodes or pairs of them.
 */
export function firstOddKey(root: unknown): number | null {
  const open: unknown[] = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    for (const item of itemsOf(node) ?? []) {
      if (typeof item !== 'object' || item === null) continue;
      if (!('key' in item)) {
        open.push(item);
        continue;
      }
      if (itemsOf(item.key) !== null || isAlias(item.key)) return rangeOf(item.key)?.[0] ?? 0;
      if ('value' in item) open.push(item.value);
    }
  }
  return null;
}

function itemsOf(node: unknown): readonly unknown[] | null {
  return typeof node === 'object' && node !== null && 'items' in node && Array.isArray(node.items) ? node.items : null;
}

function isAlias(node: unknown): boolean {
  return typeof node === 'object' && node !== null && 'source' in node && !('value' in node);
}

function rangeOf(node: unknown): readonly number[] | null {
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)
    ? (node.range as readonly number[])
    : null;
}
