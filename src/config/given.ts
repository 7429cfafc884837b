import { describeIssue, formatPath, type Problems } from './problem.ts';
import type { Setting } from './setting.ts';
import { valueAt, withValue, type Tree } from './tree.ts';

/** A value that somebody gave to a setting, not yet checked. */
export interface Given {
  readonly value: unknown;
  /** The config file, the environment variable or the flag. */
  readonly origin: string;
  /** The setting's path as the origin sees it: `registries.prod.url`. */
  readonly path: string;
}

/** What one origin gives, by the path of the setting. */
export type Layer = ReadonlyMap<string, Given>;

/** What a mapping of the config file gives to settings. */
export function layerOf(tree: unknown, settings: readonly Setting[], origin: string, prefix: readonly string[]): Layer {
  const layer = new Map<string, Given>();
  for (const { path } of settings) {
    const value = valueAt(tree, [...prefix, ...path.split('.')]);
    if (value !== undefined) layer.set(path, { value, origin, path: [...prefix, path].join('.') });
  }
  return layer;
}

/** All layers in one; a later one wins. */
export function mergeLayers(...layers: readonly Layer[]): Layer {
  return new Map(layers.flatMap((layer) => [...layer]));
}

/** The part of a layer whose paths are wanted. */
export function pickPaths(layer: Layer, wanted: ReadonlySet<string>): Layer {
  return new Map([...layer].filter(([path]) => wanted.has(path)));
}

/** A layer as the mapping that the schema reads. */
export function treeOf(layer: Layer): Tree {
  let tree: Tree = {};
  for (const [path, { value }] of layer) tree = withValue(tree, path.split('.'), value);
  return tree;
}

/** True when something was given, null not counting. */
export function isGiven(given: Given | undefined): given is Given {
  return given !== undefined && given.value !== null;
}

/** Tells what is wrong with a value. */
export function checkGiven({ schema, secret }: Setting, { value, origin, path }: Given, problems: Problems): void {
  for (const issue of schema.safeParse(value).error?.issues ?? []) {
    const inner = formatPath(issue.path);
    const joint = inner === '' || inner.startsWith('[') ? '' : '.';
    problems.add(origin, `${path}${joint}${inner}`, describeIssue(issue, value, secret));
  }
}
