/** Things that wait for their turn, those of one party after those of another. First come, first served in each party. */
export interface TurnQueue<T> {
  /** Puts something at the end of what its party has in wait; gives how to take it out again, which may be called later. */
  add(party: string, thing: T): () => void;
  /** Whose turn is next, of the parties that may have one; null where none of them waits. */
  first(mayHave?: (party: string) => boolean): T | null;
  /** Takes out what `first` gives: its party is behind all others then, whatever it has in wait. */
  take(mayHave?: (party: string) => boolean): T | null;
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

const anybody = (): boolean => true;

/** A queue in which nobody waits. */
export function createTurnQueue<T>(): TurnQueue<T> {
  /** In the order of their turns; some may have nothing in wait any more. */
  const turns: Party<T>[] = [];
  const parties = new Map<string, Party<T>>();
  let size = 0;

  /** At which place of the turns; -1 where nobody is. Whoever has nothing in wait any more is forgotten on the way. */
  function nextAt(mayHave: (party: string) => boolean): number {
    for (let at = 0; at < turns.length;) {
      const { name, entries } = turns[at] as Party<T>;
      while (entries[0]?.thing === null) entries.shift();
      if (entries.length === 0) {
        turns.splice(at, 1);
        parties.delete(name);
      } else if (mayHave(name)) return at;
      else at += 1;
    }
    return -1;
  }

  function begin(name: string): Party<T> {
    const party: Party<T> = { name, entries: [] };
    parties.set(name, party);
    turns.push(party);
    return party;
  }

  return {
    first: (mayHave = anybody) => turns[nextAt(mayHave)]?.entries[0]?.thing ?? null,
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
    take(mayHave = anybody) {
      const at = nextAt(mayHave);
      const [party] = at === -1 ? [] : turns.splice(at, 1);
      const entry = party?.entries.shift();
      if (party === undefined || entry === undefined) return null;
      const { thing } = entry;
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
