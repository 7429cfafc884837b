import type * as z from 'zod';

import { nearest } from './nearest.ts';
import { describeIssue, formatPath, type Problems } from './problem.ts';
import { ConfigurationFile } from './schema.ts';
import { FILE_SETTINGS, REGISTRY_SETTINGS, type Setting } from './setting.ts';
import { valueAt, type Tree } from './tree.ts';

/** Tells what is wrong with a config file by itself; what it leaves out may come from elsewhere. */
export function checkFile(file: Tree, origin: string, problems: Problems): void {
  for (const issue of ConfigurationFile.safeParse(file).error?.issues ?? []) {
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) {
        problems.add(origin, formatPath([...issue.path, key]), describeUnknownKey(issue.path, key));
      }
    } else if (!isLeftOut(issue, file)) {
      problems.add(origin, formatPath(issue.path), describeIssue(issue, file, isHidden(issue)));
    }
  }
}

/** Nothing is given; a mapping with nothing in it is null in YAML. */
function isLeftOut(issue: z.core.$ZodIssue, file: Tree): boolean {
  // Of a list, all of each item is in one place.
  if (issue.code === 'invalid_key' || issue.path.some((key) => typeof key === 'number')) return false;
  const value = valueAt(file, issue.path);
  return value === undefined || (value === null && settingAt(issue.path) === undefined);
}

/** A text where a mapping belongs may be anything, credentials included. */
function isHidden(issue: z.core.$ZodIssue): boolean {
  return settingAt(issue.path)?.secret ?? true;
}

/** The settings of the mapping that a path is in, and the path from there. */
function scopeOf(path: readonly PropertyKey[]): { readonly settings: readonly Setting[]; readonly inner: string } {
  const inRegistry = path[0] === 'registries' && path.length > 1;
  return {
    settings: inRegistry ? REGISTRY_SETTINGS : FILE_SETTINGS,
    inner: (inRegistry ? path.slice(2) : path).map(String).join('.'),
  };
}

function settingAt(path: readonly PropertyKey[]): Setting | undefined {
  const { settings, inner } = scopeOf(path);
  return settings.find((setting) => `${inner}.`.startsWith(`${setting.path}.`));
}

function describeUnknownKey(parent: readonly PropertyKey[], key: string): string {
  const { settings, inner } = scopeOf(parent);
  const prefix = inner === '' ? '' : `${inner}.`;
  const isTopLevel = parent.length === 0;
  const siblings = settings.filter(({ path }) => path.startsWith(prefix)).map(({ path }) => firstKey(path, prefix));
  const near = nearest(key, isTopLevel ? [...siblings, 'registries'] : siblings);
  const meant = near ?? (isTopLevel ? placeInRegistry(key) : null) ?? placeElsewhere(key, settings);
  return meant === null ? 'unknown key' : `unknown key; did you mean ${meant}?`;
}

function firstKey(path: string, prefix: string): string {
  return path.slice(prefix.length).split('.', 1)[0] ?? '';
}

/** What belongs to one registry is easily written beside them all. */
function placeInRegistry(key: string): string | null {
  return REGISTRY_SETTINGS.some(({ path }) => firstKey(path, '') === key) ? `registries.<name>.${key}` : null;
}

function placeElsewhere(key: string, settings: readonly Setting[]): string | null {
  return settings.find(({ path }) => path.endsWith(`.${key}`))?.path ?? null;
}
