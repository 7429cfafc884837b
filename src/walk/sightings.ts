/** Places that stand together: what is looked up is in one of four. */
const WAYS = 4;
/** Of them, so many may be about one digest, so that a layer that all images share does not take them all. */
const MOST_OF_ONE = 2;
/** In groups of places. A small registry needs no more than the first; the last is 4 MiB, and forgets over it. */
const FIRST_GROUPS = 256;
const MOST_GROUPS = 131_072;
/** How full it may be before it grows: few have to make room for others then. */
const FULLNESS = 0.25;
/** Two words a place: of the digest, and of the repository's name. */
const WORDS = 2;

/**
 * Where things were found good in a walk, as far as there is room: some bytes for each, whatever the names are. It is a
 * hint and no proof, for it may take one name for another, so whoever is given a repository asks it.
 */
export interface Sightings {
  saw(repository: string, digest: string): void;
  /** Of these digests, the repositories among the listed ones in which each may have been seen. */
  places(digests: Iterable<string>, listed: Iterable<string>): ReadonlyMap<string, readonly string[]>;
}

/** Nothing was seen yet. */
export function createSightings(): Sightings {
  let groups = FIRST_GROUPS;
  let table = new Uint32Array(groups * WAYS * WORDS);
  let used = 0;

  /** False where it is there already, or takes the place of another. */
  function put(digest: number, repository: number): boolean {
    const start = (digest % groups) * WAYS * WORDS;
    let same = 0;
    for (let at = start; at < start + WAYS * WORDS; at += WORDS) {
      if (table[at + 1] === 0) {
        table.set([digest, repository], at);
        return true;
      }
      if (table[at] !== digest) continue;
      same += 1;
      if (table[at + 1] === repository || same === MOST_OF_ONE) return false;
    }
    table.set([digest, repository], start + (repository % WAYS) * WORDS);
    return false;
  }

  function grow(): void {
    const before = table;
    groups *= 2;
    table = new Uint32Array(groups * WAYS * WORDS);
    used = 0;
    for (let at = 0; at < before.length; at += WORDS) {
      const repository = before[at + 1] ?? 0;
      if (repository !== 0 && put(before[at] ?? 0, repository)) used += 1;
    }
  }

  function seenIn(digest: number): readonly number[] {
    const start = (digest % groups) * WAYS * WORDS;
    const places = Array.from({ length: WAYS }, (_, way) => start + way * WORDS);
    return places.filter((at) => table[at] === digest && table[at + 1] !== 0).map((at) => table[at + 1] ?? 0);
  }

  return {
    saw(repository, digest) {
      if (!put(wordOf(digest), nameWord(repository))) return;
      used += 1;
      if (used > groups * WAYS * FULLNESS && groups < MOST_GROUPS) grow();
    },
    places(digests, listed) {
      const words = new Map([...digests].map((digest) => [digest, seenIn(wordOf(digest))]));
      const wanted = new Set([...words.values()].flat());
      const names = new Map<number, string[]>();
      for (const repository of wanted.size === 0 ? [] : listed) {
        const word = nameWord(repository);
        if (wanted.has(word)) names.set(word, [...(names.get(word) ?? []), repository]);
      }
      return new Map([...words].map(([digest, of]) => [digest, of.flatMap((word) => names.get(word) ?? [])]));
    },
  };
}

/** The first bits of a digest are as good as any hash of it. */
function wordOf(digest: string): number {
  const from = digest.indexOf(':') + 1;
  return Number.parseInt(digest.slice(from, from + 8), 16) >>> 0;
}

/** FNV-1a; never 0, which is how an empty place looks. https://www.rfc-editor.org/rfc/rfc9923 */
function nameWord(name: string): number {
  let word = 0x811c9dc5;
  for (let at = 0; at < name.length; at += 1) word = Math.imul(word ^ name.charCodeAt(at), 0x01000193);
  return (word | 1) >>> 0;
}
