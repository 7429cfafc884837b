import { isTree, withValue, type Tree } from '../../../src/config/tree.ts';

/** A value that can be told from all others wherever it turns up, and what to look for. */
export interface Mark {
  readonly path: string;
  readonly value: unknown;
  readonly sign: string;
}

/** Lists whose items are not objects; those of objects take one with a name. */
const LISTS_OF_TEXTS = ['extraArgs', 'accessModes', 'drop', 'imagePullSecrets'];

/** What the chart takes in one form alone. */
const FORMS: Readonly<Record<string, (sign: string) => string>> = {
  additionalMatchers: (sign) => `a="${sign}"`,
  url: (sign) => `http://${sign}.example.com`,
};

/** A mark for each value but switches: an empty mapping or list gets a member. */
export function marksOf(values: Tree): readonly Mark[] {
  return leaves(values, []).flatMap(({ path, value }, index) => {
    const sign = typeof value === 'number' ? String(1_000_000 + index) : `mark-${index}x`;
    return typeof value === 'boolean'
      ? []
      : [{ path: path.join('.'), value: marked(value, path.at(-1) ?? '', sign), sign }];
  });
}

/** The paths of all switches. */
export function switchesOf(values: Tree): readonly string[] {
  return leaves(values, [])
    .filter(({ value }) => typeof value === 'boolean')
    .map(({ path }) => path.join('.'));
}

/** The values with other ones at some paths. */
export function withValues(values: Tree, others: readonly (readonly [string, unknown])[]): Tree {
  return others.reduce((tree, [path, value]) => withValue(tree, path.split('.'), value), values);
}

/** The paths of all values, but for what is in lists. */
export function pathsOf(values: Tree): readonly string[] {
  return leaves(values, []).map(({ path }) => path.join('.'));
}

interface Leaf {
  readonly path: readonly string[];
  readonly value: unknown;
}

function leaves(value: unknown, path: readonly string[]): readonly Leaf[] {
  if (!isTree(value) || Object.keys(value).length === 0) return [{ path, value }];
  return Object.entries(value).flatMap(([key, member]) => leaves(member, [...path, key]));
}

function marked(value: unknown, key: string, sign: string): unknown {
  if (typeof value === 'number') return Number(sign);
  if (Array.isArray(value)) return [LISTS_OF_TEXTS.includes(key) ? sign : { name: sign }];
  return isTree(value) ? { [sign]: sign } : (FORMS[key]?.(sign) ?? sign);
}
