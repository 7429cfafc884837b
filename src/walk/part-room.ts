import { onAbort } from '../util/on-abort.ts';

/** Parts that a manifest may have and is looked at whatever others have: nearly all have fewer. */
export const FEW_PARTS = 100;

/** Parts of all other manifests that are looked at at once at each step down; or one manifest that has more. */
const ROOM = 30_000;

/** How to give back what was entered; later calls do nothing. */
export type Leave = () => void;

/**
 * Where manifests are held that name very much, of all repositories of a walk: hundreds may be under way. An index waits
 * for what it names, and that never for the index, since each step down has room of its own.
 */
export interface PartRoom {
  /** Null where there is no room, or others wait for it. */
  enterNow(step: number, parts: number): Leave | null;
  /** Waits until there is room, by turns of repositories, or until the signal is aborted: then nothing comes any more. */
  enter(step: number, parts: number, repository: string, signal: AbortSignal): Promise<Leave>;
}

interface Waiting {
  readonly parts: number;
  readonly start: (leave: Leave) => void;
}

/** A room in which nothing is. */
export function createPartRoom(room = ROOM): PartRoom {
  const steps = new Map<number, ReturnType<typeof createStep>>();
  const stepOf = (step: number): ReturnType<typeof createStep> => {
    const one = steps.get(step) ?? createStep(room);
    steps.set(step, one);
    return one;
  };
  return {
    enterNow: (step, parts) => stepOf(step).enterNow(parts),
    enter: (step, parts, repository, signal) => stepOf(step).enter(parts, repository, signal),
  };
}

function createStep(room: number) {
  /** By repository, the one whose turn is next first. Each has something in wait. */
  const queues = new Map<string, Set<Waiting>>();
  let left = room;

  function take(parts: number): Leave {
    let isBack = false;
    left -= parts;
    return () => {
      if (isBack) return;
      isBack = true;
      left += parts;
      admit();
    };
  }

  function takeOut(repository: string, one: Waiting): void {
    const queue = queues.get(repository);
    queue?.delete(one);
    if (queue?.size === 0) queues.delete(repository);
  }

  function admit(): void {
    for (const [repository, queue] of queues) {
      const [next] = queue;
      // Whoever is next waits for all that it needs; else the small ones would keep it waiting for ever.
      if (next === undefined || next.parts > left) return;
      takeOut(repository, next);
      queues.delete(repository);
      if (queue.size > 0) queues.set(repository, queue);
      next.start(take(next.parts));
    }
  }

  return {
    enterNow(wanted: number): Leave | null {
      const parts = Math.min(wanted, room);
      return queues.size === 0 && parts <= left ? take(parts) : null;
    },
    enter(wanted: number, repository: string, signal: AbortSignal): Promise<Leave> {
      const { promise, resolve } = Promise.withResolvers<Leave>();
      if (signal.aborted) return Promise.resolve(() => {});
      const one: Waiting = {
        parts: Math.min(wanted, room),
        start(leave) {
          unwatch();
          resolve(leave);
        },
      };
      const unwatch = onAbort(signal, () => {
        takeOut(repository, one);
        resolve(() => {});
        admit();
      });
      queues.set(repository, (queues.get(repository) ?? new Set()).add(one));
      admit();
      return promise;
    },
  };
}
