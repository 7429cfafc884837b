/** A mapping as it came from a file, before anything is known about it. */
export type Tree = Readonly<Record<string, unknown>>;

/** True for a mapping. */
export function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value at a path, or undefined where the path does not lead anywhere. */
export function valueAt(tree: unknown, path: readonly PropertyKey[]): unknown {
  let value: unknown = tree;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}

/** The tree with a value at a path; what was on the way and was no mapping is replaced. */
export function withValue(tree: Tree, path: readonly string[], value: unknown): Tree {
  const [key, ...rest] = path;
  if (key === undefined) return isTree(value) ? value : tree;
  const inner = valueAt(tree, [key]);
  return { ...tree, [key]: rest.length === 0 ? value : withValue(isTree(inner) ? inner : {}, rest, value) };
}

/** The tree without what is at a path. */
export function withoutValue(tree: Tree, path: readonly string[]): Tree {
  const [key, ...rest] = path;
  if (key === undefined || !Object.hasOwn(tree, key)) return tree;
  if (rest.length === 0) return Object.fromEntries(Object.entries(tree).filter(([name]) => name !== key));
  const inner = tree[key];
  return isTree(inner) ? { ...tree, [key]: withoutValue(inner, rest) } : tree;
}
