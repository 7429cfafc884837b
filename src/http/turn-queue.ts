/** Things that wait for their turn, those of one party after those of another. First come, first served in each party. */
export interface TurnQueue<T> {
  /** Puts something at the end of what its party has in wait; gives how to take it out again, which may be called later. */
  add(party: string, thing: T): () => void;
  /** Whose turn is next; null where nobody waits. */
  first(): T | null;
  /** Takes out what `first` gives: its party is behind all others then, whatever it has in wait. */
  take(): T | null;
  readonly size: number;
}

interface Entry<T> {
  /** Null once it was taken out. */
  thing: T | null;
}

interface Party<T> {
  readonly name: string;
  readonly entries: Entry<T>[];
}

/** A queue in which nobody waits. */
export function createTurnQueue<T>(): TurnQueue<T> {
  /** In the order of their turns; some may have nothing in wait any more. */
  const turns: Party<T>[] = [];
  const parties = new Map<string, Party<T>>();
  let size = 0;

  function first(): T | null {
    for (let party = turns[0]; party !== undefined; party = turns[0]) {
      const { entries } = party;
      while (entries[0]?.thing === null) entries.shift();
      if (entries[0] !== undefined) return entries[0].thing;
      turns.shift();
      parties.delete(party.name);
    }
    return null;
  }

  function begin(name: string): Party<T> {
    const party: Party<T> = { name, entries: [] };
    parties.set(name, party);
    turns.push(party);
    return party;
  }

  return {
    first,
    add(name, thing) {
      const entry: Entry<T> = { thing };
      const party = parties.get(name) ?? begin(name);
      party.entries.push(entry);
      size += 1;
      return () => {
        if (entry.thing !== null) size -= 1;
        entry.thing = null;
      };
    },
    take() {
      const thing = first();
      const party = thing === null ? undefined : turns.shift();
      const entry = party?.entries.shift();
      if (party === undefined || entry === undefined) return null;
      entry.thing = null;
      size -= 1;
      if (party.entries.length > 0) turns.push(party);
      else parties.delete(party.name);
      return thing;
    },
    get size() {
      return size;
    },
  };
}
