import type { Parts } from './parts.ts';
import type { SkipReason } from './result.ts';

/** Tags and digests that are asked for by themselves, before anything else, without the rest of their repository. */
export interface Errand {
  readonly repository: string;
  readonly tags: readonly string[];
  readonly digests: readonly string[];
}

/** A repository, or some parts of one, to be walked in one go. */
export interface Leg {
  readonly repository: string;
  /** Null for all of it. */
  readonly parts: Parts | null;
}

/** What was looked at on a leg. */
export interface LegCounts {
  readonly repositories: number;
  readonly repositoriesEmpty: number;
  readonly tagsListed: number;
  readonly tags: number;
  readonly manifests: number;
  readonly indexes: number;
  readonly blobs: number;
  readonly weak: number;
  readonly orphanedReferrers: number;
  readonly blocked: number;
  readonly skipped: Readonly<Record<SkipReason, number>>;
}

/** What became of a leg that was begun. */
export interface WalkedLeg {
  readonly repository: string;
  /** Null where it was walked as one. */
  readonly parts: {
    readonly bits: number;
    /** What was counted in those in which nothing is unknown; and those in which something is. Others were cut short. */
    readonly done: ReadonlyMap<number, LegCounts>;
    readonly tried: readonly number[];
  } | null;
  /** All that was to be walked was, and nothing in it is unknown. */
  readonly done: boolean;
  /** The run ended in the middle of it. */
  readonly cutShort: boolean;
  readonly counts: LegCounts;
}

/** What was asked for by itself, and answered. */
export interface RunErrand {
  readonly repository: string;
  /** Tags and digests in which nothing is unknown. */
  readonly done: ReadonlySet<string>;
}

/**
 * Of whose errands it is the turn: those of what is known to be broken, or of what workloads use: tags, and digests. With
 * a blank and a name behind it, of one of those who share the turn.
 */
export type Turn = TurnKind | `${TurnKind} ${string}`;
type TurnKind = 'broken' | 'used' | 'pinned';

/** In which order a walk goes about it, and who is told how far it came. */
export interface Itinerary {
  /** What is known to be broken. */
  readonly broken: readonly Errand[];
  /** The name with which errands begin that have no room in one run; null for the first one. */
  begin(turn: Turn): string | null;
  /** Said where they had no room: the name with which the next run begins. */
  goOn(turn: Turn, name: string): void;
  /** The last run came to nothing else over its errands: this one begins with the rest. */
  readonly isRestFirst: boolean;
  /** Each leg when its turn comes: there may be a million of them. */
  order(repositories: readonly string[]): Iterable<Leg>;
  /** How a repository that has so many tags is divided; null where it is walked as one. */
  divide(leg: Leg, tags: number): Parts | null;
  /** Said of each leg that was begun, once nothing in it is open. */
  walked(leg: WalkedLeg): void;
  ran(errand: RunErrand): void;
  /** Says in one line that of so many repositories some were not walked to their end. */
  rest(left: number, all: number): string;
}

/** The way of a walk that knows nothing of others: everything, in the order of its names. */
export const PLAIN_ITINERARY: Itinerary = {
  broken: [],
  isRestFirst: false,
  begin: () => null,
  goOn: () => {},
  *order(repositories) {
    for (const repository of repositories) yield { repository, parts: null };
  },
  divide: () => null,
  walked: () => {},
  ran: () => {},
  rest: (left, all) => `the run ended before ${left} of ${all} repositories were walked`,
};
