/** A permit that was held so long, in milliseconds, was held by a slow one: as a rule answers come within a tenth of it. */
const SLOW_MS = 500;
/** For so long, in milliseconds, a party counts as slow after that, and another one as quick after a quick one. */
const MEMORY_MS = 5_000;
/** Parties of which all that is known is kept: to forget each as soon as it holds nothing costs more. */
const FEW = 64;
/** What a slow party leaves to the others. */
const SHARE = 0.5;

/** Who holds permits, and whether there should be some left for others. Times are milliseconds of one clock. */
export interface Shares {
  /** False for a party that is slow, and has its share already, while others are quick. One permit it may always have. */
  mayStart(party: string, permits: number, now: number): boolean;
  started(party: string): void;
  ended(party: string, heldMs: number, now: number): void;
}

interface Standing {
  running: number;
  slowAt: number;
}

interface QuickEnd {
  readonly party: string;
  readonly at: number;
}

const NEVER: QuickEnd = { party: '', at: -Infinity };

/**
 * Shares by which whoever makes its requests last, such as a repository whose manifests never come, does not hold all
 * permits all the time: turns alone would have another one wait for each of its requests until one of the slow ones ends.
 * Where all are slow, or nobody else asks, nobody is held back. Of most who hold no permit nothing is remembered.
 */
export function createShares(): Shares {
  const standings = new Map<string, Standing>();
  let quick = NEVER;
  /** The last one of another party than that. */
  let quickBefore = NEVER;

  return {
    mayStart(party, permits, now) {
      const standing = standings.get(party);
      if (standing === undefined || now - standing.slowAt > MEMORY_MS) return true;
      const other = quick.party === party ? quickBefore : quick;
      return now - other.at > MEMORY_MS || standing.running < Math.max(1, Math.floor(permits * SHARE));
    },
    started(party) {
      const standing = standings.get(party) ?? { running: 0, slowAt: -Infinity };
      standings.set(party, standing);
      standing.running += 1;
    },
    ended(party, heldMs, now) {
      const standing = standings.get(party);
      if (standing === undefined) return;
      standing.running -= 1;
      if (standing.running === 0 && standings.size > FEW) standings.delete(party);
      if (heldMs >= SLOW_MS) {
        standing.slowAt = now;
        return;
      }
      if (quick.party !== party) quickBefore = quick;
      quick = { party, at: now };
    },
  };
}
