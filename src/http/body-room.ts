import { onAbort } from '../util/on-abort.ts';

/** In bytes: what a body may have before it waits for room; nearly all that are read have less. */
export const SMALL_BODY_BYTES = 256 * 1024;

/** In bytes, of all larger bodies that are held at once, in a process that has 256 MiB for everything. */
const ROOM_BYTES = 16 * 1024 * 1024;

/** Where bodies are held that are too large to be held in any number. */
export interface BodyRoom {
  /**
   * Waits until there is room for so many bytes, those of one host after those of another, and answers with how to give
   * it back; null where the signal was aborted before. What is larger than all of the room has it for itself.
   */
  enter(host: string, bytes: number, signal: AbortSignal): Promise<(() => void) | null>;
}

interface Waiting {
  readonly bytes: number;
  readonly start: () => void;
}

/** Creates a room of so many bytes. */
export function createBodyRoom(room: number = ROOM_BYTES): BodyRoom {
  /** By host, the one that has waited longest for its turn first. */
  const queues = new Map<string, Set<Waiting>>();
  let left = room;

  function admit(): void {
    for (const [host, queue] of queues) {
      const [first] = queue;
      // Whoever is next waits for all that it needs; else the small ones would keep it waiting for ever.
      if (first !== undefined && first.bytes > left) return;
      queues.delete(host);
      if (first === undefined) continue;
      queue.delete(first);
      // Behind the other hosts, whatever this one has in wait.
      if (queue.size > 0) queues.set(host, queue);
      left -= first.bytes;
      first.start();
      return admit();
    }
  }

  return {
    enter(host, wanted, signal) {
      const bytes = Math.min(wanted, room);
      const { promise, resolve } = Promise.withResolvers<(() => void) | null>();
      if (signal.aborted) return Promise.resolve(null);
      const queue = queues.get(host) ?? new Set();
      const leave = (): void => {
        queue.delete(waiting);
        resolve(null);
        admit();
      };
      let isBack = false;
      const waiting: Waiting = {
        bytes,
        start() {
          unwatch();
          resolve(() => {
            if (!isBack) left += bytes;
            isBack = true;
            admit();
          });
        },
      };
      const unwatch = onAbort(signal, leave);
      queue.add(waiting);
      queues.set(host, queue);
      admit();
      return promise;
    },
  };
}

/** Memory is the process's, whichever registry it is used for. */
export const PROCESS_ROOM = createBodyRoom();
