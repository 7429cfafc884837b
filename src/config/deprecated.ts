import { isTree, valueAt, withoutValue, withValue, type Tree } from './tree.ts';
import type { Problems } from './problem.ts';

/** A key that still works, with a notice. Both are paths inside a registry. */
interface DeprecatedKey {
  readonly old: string;
  readonly current: string;
}

/** Spellings that people bring from other tools. */
export const DEPRECATED_KEYS: readonly DeprecatedKey[] = [
  { old: 'insecureSkipVerify', current: 'insecure' },
  { old: 'type', current: 'kind' },
];

/** The file with every deprecated key under its current name, and one warning for each. */
export function renameDeprecatedKeys(
  file: Tree,
  origin: string,
  problems: Problems,
): { readonly file: Tree; readonly warnings: readonly string[] } {
  const warnings: string[] = [];
  let renamed = file;
  const registries = valueAt(file, ['registries']);
  for (const name of isTree(registries) ? Object.keys(registries) : []) {
    for (const { old, current } of DEPRECATED_KEYS) {
      const registry = ['registries', name];
      const value = valueAt(renamed, [...registry, ...old.split('.')]);
      if (value === undefined) continue;
      const oldPath = [...registry, old].join('.');
      const currentPath = [...registry, current].join('.');
      if (valueAt(renamed, [...registry, ...current.split('.')]) === undefined) {
        renamed = withValue(renamed, [...registry, ...current.split('.')], value);
        warnings.push(`${origin}: ${oldPath} is deprecated; write ${currentPath}`);
      } else {
        problems.add(origin, oldPath, `deprecated, and given beside ${currentPath}; remove it`);
      }
      renamed = withoutValue(renamed, [...registry, ...old.split('.')]);
    }
  }
  return { file: renamed, warnings };
}
