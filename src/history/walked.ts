import type { Counted } from './counted.ts';

/** A slice, or a part of a divided repository: when it was walked, and what was counted in it. */
export interface Walked {
  /** When the run began that walked it, or the first part of it; null where it never was, to its end. */
  walkedAt: number | null;
  /** When it was tried last, whatever came of it. */
  triedAt: number | null;
  counts: Counted;
}

/** A slice in the middle of which the last run ended. */
export interface Pass {
  readonly since: number;
  /** Fingerprints of repositories that were walked, and of those in which something stayed unknown. */
  readonly done: ReadonlySet<number>;
  readonly tried: ReadonlySet<number>;
  readonly counts: Counted;
}

/** A repository with so many tags that it is walked in parts. */
export interface Divided {
  readonly bits: number;
  readonly tagsListed: number;
  /** 2^bits of them. */
  readonly parts: readonly Walked[];
}

/** Repositories that are listed since some time, and that no run has walked to their end. */
export interface Waiting {
  readonly since: number;
  /** When they were tried last; null where they were not. */
  readonly triedAt: number | null;
}

/** How much was listed when a run was complete. */
export interface Mark {
  readonly at: number;
  readonly repositories: number;
  readonly tags: number;
}

/** What runs of one selection have walked; repositories by fingerprint. */
export interface WalkBook {
  /** Which repositories and tags take part, as a text to compare. */
  readonly selection: string;
  readonly begunAt: number;
  readonly lastRunAt: number;
  readonly slices: ReadonlyMap<number, Walked>;
  readonly passes: ReadonlyMap<number, Pass>;
  readonly divided: ReadonlyMap<number, Divided>;
  readonly waiting: ReadonlyMap<number, Waiting>;
  /** How often in a row a run ended in the middle of a repository. */
  readonly cut: ReadonlyMap<number, number>;
  /** The last run has walked nothing to its end, but for what was broken or in use. */
  readonly cameToNothing: boolean;
  /** With which repository errands begin that have no room in one run. */
  readonly turns: Readonly<Record<string, string>>;
  /** Of the last complete run, and the highest of each day. */
  readonly last: Mark | null;
  readonly days: readonly Mark[];
}

/** A book in which nothing is written yet. */
export function emptyBook(selection: string, now: number): WalkBook {
  return {
    selection,
    begunAt: now,
    lastRunAt: now,
    slices: new Map(),
    passes: new Map(),
    divided: new Map(),
    waiting: new Map(),
    cut: new Map(),
    cameToNothing: false,
    turns: {},
    last: null,
    days: [],
  };
}
