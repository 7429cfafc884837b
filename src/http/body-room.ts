import { onAbort } from '../util/on-abort.ts';
import { createTurnQueue, type TurnQueue } from './turn-queue.ts';

/** In bytes: what a body may have before it waits for room; nearly all that are read have less. */
export const SMALL_BODY_BYTES = 256 * 1024;

/** In bytes, of all larger bodies that are held at once, in a process that has 256 MiB for everything. */
const ROOM_BYTES = 16 * 1024 * 1024;

/** Bodies of one host that wait for room while they are coming: each has a permit and a connection meanwhile. */
const MOST_HELD_UP = 2;

/** Whose body it is: those of one host come after those of another, and so do, at one host, those of one party. */
export interface Owner {
  readonly host: string;
  readonly party: string;
}

/** How to give back what was entered; later calls do nothing. */
export type Leave = () => void;

/** Where bodies are held that are too large to be held in any number. */
export interface BodyRoom {
  /**
   * Waits until there is room for so many bytes, by turns, and answers with how to give it back; null where the signal was
   * aborted before. What is larger than all of the room has it for itself.
   */
  enter(owner: Owner, bytes: number, signal: AbortSignal): Promise<Leave | null>;
  /** The same for a body that is coming, of which few may wait: `crowded` where others of its host do. */
  enterFromWire(owner: Owner, bytes: number, signal: AbortSignal): Promise<Leave | null | 'crowded'>;
}

interface Waiting {
  readonly bytes: number;
  readonly start: () => void;
}

/** Creates a room of so many bytes. */
export function createBodyRoom(room: number = ROOM_BYTES): BodyRoom {
  /** By host, the one that has waited longest for its turn first; each has something in wait. */
  const queues = new Map<string, TurnQueue<Waiting>>();
  /** By host, how many are held up. */
  const heldUp = new Map<string, number>();
  let left = room;

  function admit(): void {
    for (const [host, queue] of queues) {
      const next = queue.first();
      // Whoever is next waits for all that it needs; else the small ones would keep it waiting for ever.
      if (next !== null && next.bytes > left) return;
      queues.delete(host);
      queue.take();
      // Behind the other hosts, whatever this one has in wait.
      if (queue.size > 0) queues.set(host, queue);
      if (next === null) continue;
      left -= next.bytes;
      next.start();
      return admit();
    }
  }

  function enter({ host, party }: Owner, wanted: number, signal: AbortSignal): Promise<Leave | null> {
    if (signal.aborted) return Promise.resolve(null);
    const bytes = Math.min(wanted, room);
    const { promise, resolve } = Promise.withResolvers<Leave | null>();
    let isBack = false;
    const start = (): void => {
      unwatch();
      resolve(() => {
        if (!isBack) left += bytes;
        isBack = true;
        admit();
      });
    };
    const unwatch = onAbort(signal, () => {
      takeOut();
      resolve(null);
      admit();
    });
    const queue = queues.get(host) ?? createTurnQueue();
    const takeOut = queue.add(party, { bytes, start });
    queues.set(host, queue);
    admit();
    return promise;
  }

  function fits(bytes: number): boolean {
    return queues.size === 0 && Math.min(bytes, room) <= left;
  }

  return {
    enter,
    async enterFromWire(owner, bytes, signal) {
      if (fits(bytes)) return enter(owner, bytes, signal);
      const { host } = owner;
      const others = heldUp.get(host) ?? 0;
      if (others >= MOST_HELD_UP) return 'crowded';
      heldUp.set(host, others + 1);
      try {
        return await enter(owner, bytes, signal);
      } finally {
        const still = (heldUp.get(host) ?? 1) - 1;
        if (still === 0) heldUp.delete(host);
        else heldUp.set(host, still);
      }
    },
  };
}

/** Memory is the process's, whichever registry it is used for. */
export const PROCESS_ROOM = createBodyRoom();
