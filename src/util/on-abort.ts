/**
 * What is to be done for a signal, in places that are filled again when they are free. In a Set, into which as much is put
 * as is taken out, each copy that it makes of itself would be kept with all that was in it, until all of the heap is
 * looked through.
 */
interface Waiting {
  readonly tasks: ((() => void) | null)[];
  readonly free: number[];
}

const waitingFor = new WeakMap<AbortSignal, Waiting>();

/**
 * Calls `task` when the signal is aborted, once; what is returned takes that back. A signal that is aborted already
 * calls nothing any more. All who wait for one signal share one listener: to add one and to take it away for each of many
 * requests costs as much as half of what they do else.
 */
export function onAbort(signal: AbortSignal, task: () => void): () => void {
  const waiting = waitingFor.get(signal) ?? { tasks: [], free: [] };
  const { tasks, free } = waiting;
  if (tasks.length === free.length) {
    waitingFor.set(signal, waiting);
    signal.addEventListener('abort', callAll);
  }
  const place = free.pop() ?? tasks.length;
  tasks[place] = task;
  let isTakenBack = false;
  return () => {
    if (isTakenBack) return;
    isTakenBack = true;
    tasks[place] = null;
    free.push(place);
    if (tasks.length === free.length) signal.removeEventListener('abort', callAll);
  };
}

function callAll(this: AbortSignal): void {
  const waiting = waitingFor.get(this);
  waitingFor.delete(this);
  for (const task of waiting?.tasks ?? []) task?.();
}
