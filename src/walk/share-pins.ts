import { byTurns } from '../util/turns.ts';

/** A digest that somebody names. */
export interface Pin {
  readonly repository: string;
  readonly digest: string;
}

/** What is asked for in one run, and what has to wait. */
export interface SharedPins {
  /** By whoever has them for his share. */
  readonly chosen: ReadonlyMap<string, readonly Pin[]>;
  readonly over: readonly Pin[];
  /** With which name the next run begins, by tenant: of those who have more than their share. */
  readonly next: ReadonlyMap<string, string>;
}

/** How the room of a run is shared. */
export interface SharingOptions {
  /** How many there is room for. */
  readonly most: number;
  /** Who names it. */
  readonly tenantsOf: (pin: Pin) => readonly string[];
  /** With which name a tenant's begin; null where no run before has said. */
  readonly begin: (tenant: string) => string | null;
  /** Milliseconds since the epoch: by it, the beginning moves where nothing else says it. */
  readonly now: number;
}

/** The golden ratio's part behind the point: times 1, 2, 3 and so on, it comes by every part of a circle, whatever the steps. */
const GOLDEN = 0.618_033_988_749_894_9;

const MINUTE_MS = 60_000;

/** By which a pin is put in order. */
export function nameOfPin({ repository, digest }: Pin): string {
  return `${repository} ${digest}`;
}

/**
 * Shares the room of a run among all who name digests: each has one by turns, until there is no more room. Of whoever has
 * more, the next run goes on where this one ended; where no run tells the next, by the time of day.
 */
export function sharePins(pins: readonly Pin[], { most, tenantsOf, begin, now }: SharingOptions): SharedPins {
  const isTooMuch = pins.length > most;
  const queues = new Map<string, Pin[]>();
  for (const pin of pins) {
    for (const tenant of tenantsOf(pin)) {
      const queue = queues.get(tenant);
      if (queue === undefined) queues.set(tenant, [pin]);
      else queue.push(pin);
    }
  }
  const tenants = [...queues.keys()].toSorted();
  const offered = rotated(tenants, isTooMuch ? placeAt(now, tenants.length) : 0).flatMap((tenant) => {
    const sorted = (queues.get(tenant) ?? []).toSorted((a, b) => (nameOfPin(a) < nameOfPin(b) ? -1 : 1));
    const name = begin(tenant);
    const place = name === null ? placeAt(now, sorted.length) : sorted.findIndex((pin) => nameOfPin(pin) >= name);
    return rotated(sorted, isTooMuch || name !== null ? Math.max(0, place) : 0).map((pin) => ({ tenant, pin }));
  });

  const taken = new Set<Pin>();
  const chosen = new Map<string, Pin[]>();
  const next = new Map<string, string>();
  const inTurn = byTurns(offered, ({ tenant }) => [tenant]);
  for (const { tenant, pin } of inTurn) {
    if (taken.has(pin)) continue;
    if (taken.size < most) {
      taken.add(pin);
      const own = chosen.get(tenant);
      if (own === undefined) chosen.set(tenant, [pin]);
      else own.push(pin);
    } else if (!next.has(tenant)) next.set(tenant, nameOfPin(pin));
  }
  return { chosen, over: isTooMuch ? pins.filter((pin) => !taken.has(pin)) : [], next };
}

/** A place among so many that is another one in every minute. */
function placeAt(now: number, many: number): number {
  const minute = Math.floor(now / MINUTE_MS);
  return Math.floor(((minute * GOLDEN) % 1) * many);
}

function rotated<T>(all: readonly T[], place: number): readonly T[] {
  return place === 0 ? all : [...all.slice(place), ...all.slice(0, place)];
}
