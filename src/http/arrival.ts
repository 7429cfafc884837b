import { errors, type Dispatcher } from 'undici';
import type { BodySource } from './body.ts';

/** The head of an answer. */
export interface Head {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** The answer to one request, on its way. */
export interface Arrival {
  /** What undici calls back. */
  readonly handler: Dispatcher.DispatchHandler;
  /** Rejects when none comes. */
  readonly head: Promise<Head>;
  /** Its body: what came of it is read before what ended it is thrown. */
  readonly body: BodySource;
  /** Ends it: whoever waits for it has that error at once. Nothing happens where it has ended already. */
  abort(error: Error): void;
}

/** Bytes that came and wait to be read, from which on the server has to wait. */
const ENOUGH_WAITING = 65_536;

/**
 * Gets ready for an answer. `onSent` is called when the request goes on the wire: until then there is no connection for
 * it.
 * Through undici's own hooks and not by its `request`, which makes a stream for each body: that takes as much time as
 * all else that undici does for a request.
 */
export function awaitArrival(onSent: () => void): Arrival {
  const { promise: head, resolve, reject } = Promise.withResolvers<Head>();
  const waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  let controller: Dispatcher.DispatchController | null = null;
  let isOver = false;
  let error: Error | null = null;
  let wake = (): void => {};

  function end(why: Error | null): void {
    if (isOver) return;
    isOver = true;
    error = why;
    if (why !== null) reject(why);
    wake();
  }

  function abort(why: Error): void {
    if (isOver) return;
    end(why);
    controller?.abort(why);
  }

  async function next(): Promise<IteratorResult<Uint8Array, undefined>> {
    if (waiting.length === 0 && !isOver) {
      const woken = new Promise<void>((done) => (wake = done));
      // What the socket holds already comes before this returns.
      controller?.resume();
      await woken;
    }
    const chunk = waiting.shift();
    if (chunk !== undefined) {
      waitingBytes -= chunk.byteLength;
      return { done: false, value: chunk };
    }
    if (error !== null) throw error;
    return { done: true, value: undefined };
  }

  return {
    head,
    abort,
    body: {
      [Symbol.asyncIterator]: () => ({ next }),
      destroy: () => void (isOver || abort(new errors.RequestAbortedError())),
    },
    handler: {
      onRequestStart(started) {
        // A request that was canceled while its connection was being made ends here, unsent.
        if (error !== null) return started.abort(error);
        controller = started;
        onSent();
      },
      onResponseStart(_controller, status, headers) {
        // What comes before the answer.
        if (status >= 200) resolve({ status, headers });
      },
      onResponseData(started, chunk) {
        if (isOver) return;
        waiting.push(chunk);
        waitingBytes += chunk.byteLength;
        if (waitingBytes >= ENOUGH_WAITING) started.pause();
        wake();
      },
      onResponseEnd: () => end(null),
      onResponseError: (_controller, why) => end(why),
    },
  };
}
