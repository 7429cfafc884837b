import type { Errand } from './itinerary.ts';
import type { CatalogWalkOptions } from './options.ts';

/** Of what a run may take, what is left for the rest once the things that are known to be broken are looked at. */
const BROKEN_SHARE = 0.25;
/** And once those in use are. */
const USED_SHARE = 0.5;

/** Tags and digests of one repository that have their turn together. */
const NAMES_AT_ONCE = 10;

/** What is asked before all else, and how much of the run it may take, from 0 to 1. */
export interface Turns {
  readonly turn: 'broken' | 'used';
  readonly share: number;
  readonly errands: readonly Errand[];
}

/**
 * What is known to be broken, then what workloads use: the tags and the digests alone. Where that is more than a run
 * can do it is done by turns, so that the rest is not forgotten over it.
 */
export function turnsOf(
  { itinerary, pinned, usedTags }: Pick<CatalogWalkOptions, 'itinerary' | 'pinned' | 'usedTags'>,
  takesPart: (repository: string) => boolean,
): readonly Turns[] {
  const names = [...new Set([...(pinned?.keys() ?? []), ...(usedTags?.keys() ?? [])])].toSorted();
  const used = names.map((repository) => ({
    repository,
    tags: usedTags?.get(repository) ?? [],
    digests: pinned?.get(repository) ?? [],
  }));
  const broken = itinerary?.broken ?? [];
  return [
    { turn: 'broken', share: BROKEN_SHARE, errands: inTurn(broken, itinerary?.begin('broken') ?? null) },
    { turn: 'used', share: USED_SHARE, errands: inTurn(used, itinerary?.begin('used') ?? null) },
  ].map((one) => ({ ...one, errands: one.errands.filter(({ repository }) => takesPart(repository)) }) as Turns);
}

/** From the one whose turn it is to the one before it. */
function inTurn(errands: readonly Errand[], begin: string | null): readonly Errand[] {
  const sorted = errands.flatMap(divide).toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  const at =
    begin === null
      ? 0
      : Math.max(
          0,
          sorted.findIndex((one) => nameOf(one) >= begin),
        );
  return [...sorted.slice(at), ...sorted.slice(0, at)];
}

/** In what order errands have their turns, and where the next run goes on. */
export function nameOf({ repository, tags, digests }: Errand): string {
  return `${repository} ${tags[0] ?? digests[0] ?? ''}`;
}

/** Of a repository of which very much is in use, the rest must have its turn as well. */
function divide({ repository, tags, digests }: Errand): readonly Errand[] {
  const names = [...tags.map((tag) => ({ tag })), ...digests.map((digest) => ({ digest }))];
  const chunks = Array.from({ length: Math.ceil(names.length / NAMES_AT_ONCE) }, (_, index) =>
    names.slice(index * NAMES_AT_ONCE, (index + 1) * NAMES_AT_ONCE),
  );
  return chunks.map((chunk) => ({
    repository,
    tags: chunk.flatMap((name) => ('tag' in name ? [name.tag] : [])),
    digests: chunk.flatMap((name) => ('digest' in name ? [name.digest] : [])),
  }));
}

/** Two errands in one repository as one. */
export function join(one: Errand, other: Errand | null | undefined): Errand {
  if (other === null || other === undefined) return one;
  const { repository } = one;
  return { repository, tags: [...one.tags, ...other.tags], digests: [...one.digests, ...other.digests] };
}
