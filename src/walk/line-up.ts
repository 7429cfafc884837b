import { createFairQueues, createQueue, type FairQueues, type Queue } from './fair-queues.ts';
import type { OpenCase } from './suspects.ts';

/** Whose a case is: of a repository that is in use, of something that was broken in earlier walks, or neither. */
const RANKS = ['used', 'known', 'other'] as const;
export type Rank = (typeof RANKS)[number];

/** Which rank has its turn: what is in use has every other one, and nobody waits for all of the others. */
const TURNS: readonly Rank[] = ['used', 'known', 'used', 'other'];
/** In cases. */
const ONE_TURN = 16;

/** A case, and whose it is. */
export interface RankedCase {
  readonly one: OpenCase;
  readonly rank: Rank;
}

/** The cases that are to be asked about again, in an order that is fair. Times are milliseconds of one clock. */
export interface LineUp {
  /** Adds cases that nobody has asked about again, and nobody shall before their time; it is no earlier than the last. */
  add(cases: readonly RankedCase[], dueAt: number): void;
  /** The same for cases that were asked about: they come before those that were not, so that each comes to its end. */
  goOn(cases: readonly OpenCase[], dueAt: number): void;
  /** Puts back what was taken and not asked about. */
  putBack(cases: readonly OpenCase[]): void;
  /** Takes those whose time has come, so many at most. */
  next(now: number, most: number): OpenCase[];
  /** When the next one may be taken that could not be taken the last time; null where there is none. */
  readonly dueAt: number | null;
  readonly size: number;
}

/** Those whose time has not come. */
interface Waiting {
  readonly dueAt: number;
  readonly added: readonly RankedCase[];
  readonly begun: readonly OpenCase[];
}

/** A line in which nobody stands yet. */
export function createLineUp(): LineUp {
  /** In the order of their times. */
  const waiting: Waiting[] = [];
  /** By how often they were asked about, at their index. */
  const begun: (Queue<OpenCase> | undefined)[] = [];
  const returned = createQueue<OpenCase>();
  const ranks: Readonly<Record<Rank, FairQueues<OpenCase>>> = {
    used: createFairQueues(),
    known: createFairQueues(),
    other: createFairQueues(),
  };
  let turn = 0;
  let size = 0;

  function wait(group: Waiting): void {
    const count = group.added.length + group.begun.length;
    if (count > 0) waiting.push(group);
    size += count;
  }

  function resume(one: OpenCase): void {
    const queue = begun[one.answers.length] ?? createQueue();
    begun[one.answers.length] = queue;
    queue.push(one);
  }

  function callUp(now: number): void {
    for (let first = waiting[0]; first !== undefined && first.dueAt <= now; first = waiting[0]) {
      waiting.shift();
      for (const { one, rank } of first.added) ranks[rank].add(one.suspect.tree.repository, one);
      for (const one of first.begun) resume(one);
    }
  }

  /** Where a rank has nobody, the next one has its turn. */
  function takeTurn(most: number): OpenCase[] {
    const order = [TURNS[turn % TURNS.length] ?? 'other', ...RANKS];
    turn += 1;
    const rank = order.find((one) => ranks[one].size > 0);
    return rank === undefined ? [] : ranks[rank].take(Math.min(most, ONE_TURN));
  }

  return {
    add: (added, dueAt) => wait({ dueAt, added, begun: [] }),
    goOn: (begunAlready, dueAt) => wait({ dueAt, added: [], begun: begunAlready }),
    putBack(cases) {
      for (const one of cases) {
        if (one.answers.length > 0) resume(one);
        else returned.push(one);
      }
      size += cases.length;
    },
    next(now, most) {
      callUp(now);
      const taken: OpenCase[] = [];
      // Whatever is nearest to its end first.
      for (const queue of begun.toReversed()) queue?.moveTo(taken, most);
      returned.moveTo(taken, most);
      for (let more = takeTurn(most - taken.length); more.length > 0; more = takeTurn(most - taken.length)) {
        for (const one of more) taken.push(one);
      }
      size -= taken.length;
      return taken;
    },
    get dueAt() {
      return waiting[0]?.dueAt ?? null;
    },
    get size() {
      return size;
    },
  };
}
