import { byTurns } from '../util/turns.ts';
import type { Errand, Itinerary, Turn } from './itinerary.ts';
import type { CatalogWalkOptions } from './options.ts';
import { nameOfPin, sharePins, type Pin } from './share-pins.ts';

/** Of what a run may take, what is left for the rest once the things that are known to be broken are looked at. */
const BROKEN_SHARE = 0.25;
/** And once those in use are. */
const USED_SHARE = 0.5;

/** Tags and digests of one repository that have their turn together. */
const NAMES_AT_ONCE = 10;

/** An errand, and with which name the next run begins where there is no room for it. */
export interface TurnErrand extends Errand {
  readonly turn: Turn;
  readonly name: string;
}

/** What is asked before all else, and how much of the run it may take, from 0 to 1. */
export interface Turns {
  readonly share: number;
  readonly errands: readonly TurnErrand[];
}

/** All that is asked before all else. */
export interface AllTurns {
  readonly turns: readonly Turns[];
  /** Digests for which there is no room in this run. */
  readonly over: readonly Pin[];
  /** With which name their turns begin in the next run. */
  readonly next: ReadonlyMap<Turn, string>;
}

type Offer = Pick<CatalogWalkOptions, 'itinerary' | 'pinned' | 'usedTags' | 'tenantsOf' | 'mostPinned'>;

/**
 * What is known to be broken, then what workloads use: the tags and the digests alone. Where that is more than a run
 * can do it is done by turns, so that the rest is not forgotten over it; who uses much leaves others their turn.
 */
export function turnsOf(offer: Offer, takesPart: (repository: string) => boolean, now: number): AllTurns {
  const { itinerary } = offer;
  const broken = (itinerary?.broken ?? []).filter(({ repository }) => takesPart(repository)).flatMap(divide);
  const { tenants, over, next } = usedOf(offer, takesPart, now);
  const used = [...tenants].flatMap(([tenant, { tags, pins }]) =>
    // Tags first: they lead to digests, too.
    byTurns([...inTurn(tags, turnOf('used', tenant), itinerary), ...pins], ({ turn }) => [turn]).map((errand) => ({
      tenant,
      errand,
    })),
  );
  return {
    turns: [
      { share: BROKEN_SHARE, errands: inTurn(broken, 'broken', itinerary) },
      { share: USED_SHARE, errands: byTurns(used, ({ tenant }) => [tenant]).map(({ errand }) => errand) },
    ],
    over,
    next,
  };
}

interface Tenant {
  readonly tags: Errand[];
  readonly pins: readonly TurnErrand[];
}

/** What those who share the turn have asked for, each for itself. */
function usedOf(
  { pinned = new Map(), usedTags = new Map(), tenantsOf, mostPinned, itinerary }: Offer,
  takesPart: (repository: string) => boolean,
  now: number,
): { readonly tenants: ReadonlyMap<string, Tenant> } & Pick<AllTurns, 'over' | 'next'> {
  const sharers = (repository: string, name: string): readonly string[] => {
    const named = tenantsOf?.(repository, name) ?? [];
    return named.length === 0 ? NOBODY : named;
  };
  const tags = new Map<string, Errand[]>();
  for (const [repository, names] of usedTags) {
    if (!takesPart(repository)) continue;
    const own = new Map<string, string[]>();
    for (const tag of names) for (const tenant of sharers(repository, tag)) push(own, tenant, tag);
    for (const [tenant, all] of own) {
      for (const errand of divide({ repository, tags: all, digests: [] })) push(tags, tenant, errand);
    }
  }
  const pins = [...pinned].flatMap(([repository, digests]) =>
    takesPart(repository) ? digests.map((digest) => ({ repository, digest })) : [],
  );
  const { chosen, over, next } = sharePins(pins, {
    most: mostPinned ?? pins.length,
    tenantsOf: ({ repository, digest }) => sharers(repository, digest),
    begin: (tenant) => itinerary?.begin(turnOf('pinned', tenant)) ?? null,
    now,
  });
  const names = [...new Set([...tags.keys(), ...chosen.keys()])].toSorted();
  return {
    tenants: new Map(
      names.map((tenant) => {
        const turn = turnOf('pinned', tenant);
        return [tenant, { tags: tags.get(tenant) ?? [], pins: errandsOf(chosen.get(tenant) ?? [], turn) }];
      }),
    ),
    over,
    next: new Map([...next].map(([tenant, name]) => [turnOf('pinned', tenant), name])),
  };
}

/** Who has no name has all of it. */
const NOBODY = [''];

function turnOf(kind: 'used' | 'pinned', tenant: string): Turn {
  return tenant === '' ? kind : `${kind} ${tenant}`;
}

function push<T>(lists: Map<string, T[]>, key: string, one: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [one]);
  else list.push(one);
}

/** In the order of their turns; those of one repository that follow each other go together. */
function errandsOf(pins: readonly Pin[], turn: Turn): readonly TurnErrand[] {
  const errands: (TurnErrand & { readonly digests: string[] })[] = [];
  for (const pin of pins) {
    const last = errands.at(-1);
    if (last?.repository === pin.repository && last.digests.length < NAMES_AT_ONCE) last.digests.push(pin.digest);
    else errands.push({ repository: pin.repository, tags: [], digests: [pin.digest], turn, name: nameOfPin(pin) });
  }
  return errands;
}

/** From the one whose turn it is to the one before it. */
function inTurn(errands: readonly Errand[], turn: Turn, itinerary: Itinerary | undefined): readonly TurnErrand[] {
  const begin = itinerary?.begin(turn) ?? null;
  const named = errands.map((errand) => ({ ...errand, turn, name: nameOf(errand) }));
  const sorted = named.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const at =
    begin === null
      ? 0
      : Math.max(
          0,
          sorted.findIndex(({ name }) => name >= begin),
        );
  return [...sorted.slice(at), ...sorted.slice(0, at)];
}

/** In what order errands have their turns. */
function nameOf({ repository, tags, digests }: Errand): string {
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
