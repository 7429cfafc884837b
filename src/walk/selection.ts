import { compileGlob } from './glob.ts';

/** Decides by globs which names take part. */
export interface Selection {
  includes(name: string): boolean;
  /** Patterns that have matched nothing so far: most often a typing mistake. */
  unused(): readonly string[];
}

/** Compiles globs: a name takes part when it matches one without `!` (if there is any) and none with `!`. */
export function createSelection(globs: readonly string[]): Selection {
  const patterns = globs.map((glob) => {
    const negated = glob.startsWith('!');
    return { glob, negated, matches: compileGlob(negated ? glob.slice(1) : glob), used: false };
  });
  const wanted = patterns.filter(({ negated }) => !negated);
  const unwanted = patterns.filter(({ negated }) => negated);

  function hit(list: typeof patterns, name: string): boolean {
    const matching = list.filter(({ matches }) => matches(name));
    for (const pattern of matching) pattern.used = true;
    return matching.length > 0;
  }

  return {
    includes: (name) => {
      const isWanted = hit(wanted, name) || wanted.length === 0;
      const isUnwanted = hit(unwanted, name);
      return isWanted && !isUnwanted;
    },
    unused: () => patterns.filter(({ used }) => !used).map(({ glob }) => glob),
  };
}
