import type { Clock } from '../util/clock.ts';

/** So many in one go, and then signals and timers have their turn. */
const PIECE = 500;

/** Does some work for each of the things, one after the other, where no piece of it waits for anything. */
export async function inPieces<T>(
  things: readonly T[],
  clock: Pick<Clock, 'sleep'>,
  work: (thing: T) => Promise<void> | void,
): Promise<void> {
  for (const [index, thing] of things.entries()) {
    if (index % PIECE === PIECE - 1) await clock.sleep(0);
    await work(thing);
  }
}

/**
 * Does some work for each of the things, so many of them at once, in their order. Nothing is held for those whose turn
 * has not come: there may be a million. With a clock, others have their turn where no piece of it waits for anything.
 * What one piece of work throws ends all of it, once those under way are done.
 */
export async function sideBySide<T>(
  things: Iterable<T>,
  atOnce: number,
  work: (thing: T) => Promise<void>,
  clock?: Pick<Clock, 'sleep'>,
): Promise<void> {
  const rest = things[Symbol.iterator]();
  let isOver = false;
  let begun = 0;
  let pause: Promise<void> | undefined;
  async function goOn(first: IteratorResult<T>): Promise<void> {
    for (let next = first; next.done !== true && !isOver; next = rest.next()) {
      begun += 1;
      if (begun % PIECE === 0) pause = clock?.sleep(0).then(() => void (pause = undefined));
      try {
        await work(next.value);
      } catch (thrown) {
        isOver = true;
        throw thrown;
      }
      // All of them wait: any one that went on would do the work of the others.
      if (pause !== undefined) await pause;
    }
  }
  const underWay: Promise<void>[] = [];
  for (let next = rest.next(); next.done !== true; next = rest.next()) {
    if (underWay.push(goOn(next)) === atOnce) break;
  }
  await Promise.all(underWay);
}
