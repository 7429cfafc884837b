/** So many of one queue follow each other: what they have in common is then asked for once for all of them. */
const IN_A_ROW = 16;

/** Queues that have their turns one after the other, however long they are. First come, first served in each. */
export interface FairQueues<T> {
  /** Puts something at the end of a queue. */
  add(key: string, one: T): void;
  /** Takes out some of one queue or of several, so many at most. */
  take(most: number): T[];
  readonly size: number;
}

/** Queues in which nothing stands yet. */
export function createFairQueues<T>(): FairQueues<T> {
  /** In the order of their turns. */
  const queues = new Map<string, Queue<T>>();
  let size = 0;

  function takeTurn(taken: T[], most: number): boolean {
    for (const [key, queue] of queues) {
      const before = taken.length;
      queue.moveTo(taken, Math.min(most, before + IN_A_ROW));
      size -= taken.length - before;
      queues.delete(key);
      if (queue.size > 0) queues.set(key, queue);
      return true;
    }
    return false;
  }

  return {
    add(key, one) {
      const queue = queues.get(key) ?? createQueue();
      queues.set(key, queue);
      queue.push(one);
      size += 1;
    },
    take(most) {
      const taken: T[] = [];
      while (taken.length < most && takeTurn(taken, most));
      return taken;
    },
    get size() {
      return size;
    },
  };
}

/** First come, first served. */
export interface Queue<T> {
  push(one: T): void;
  /** Moves what comes first to the end of a list, until that is as long as it may be. */
  moveTo(taken: T[], most: number): void;
  readonly size: number;
}

/** What was served is cut off when it is more than what is left, and not little: so nothing is moved often. */
const FEW = 1024;

/** An empty queue. */
export function createQueue<T>(): Queue<T> {
  const things: T[] = [];
  let at = 0;
  return {
    push: (one) => void things.push(one),
    moveTo(taken, most) {
      const end = Math.min(things.length, at + Math.max(0, most - taken.length));
      for (; at < end; at += 1) taken.push(things[at] as T);
      if (at < FEW || at * 2 < things.length) return;
      things.splice(0, at);
      at = 0;
    },
    get size() {
      return things.length - at;
    },
  };
}
