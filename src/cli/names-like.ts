import { MAX_REPOSITORIES, type CopyPlace } from '../walk/find-copies.ts';

/**
 * Repositories that are likely to share content with the one in which something is broken: those whose names end as its
 * name does (`mirror/app` for `team/app`), and then those beside it (`team/web`). So many at most; the names are gone
 * through once.
 */
export function namesLike(listed: readonly string[]): CopyPlace['repositories'][number] {
  let index: ReadonlyMap<string, readonly string[]> | null = null;
  return ({ repository }) => {
    if (repository === null) return [];
    index ??= indexOf(listed);
    const alike = keysOf(repository).flatMap((key) => index?.get(key) ?? []);
    return [...new Set(alike)].filter((name) => name !== repository).slice(0, MAX_REPOSITORIES);
  };
}

function indexOf(listed: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const index = new Map<string, string[]>();
  for (const name of listed) {
    for (const key of keysOf(name)) {
      const names = index.get(key);
      if (names === undefined) index.set(key, [name]);
      // One more than are wanted, for one of them may be the repository itself.
      else if (names.length <= MAX_REPOSITORIES) names.push(name);
    }
  }
  return index;
}

function keysOf(name: string): readonly string[] {
  const at = name.lastIndexOf('/');
  return at < 0 ? [`ends ${name}`, 'beside '] : [`ends ${name.slice(at + 1)}`, `beside ${name.slice(0, at)}`];
}
