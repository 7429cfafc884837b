/** Chunks that are handed over one at a time: who brings one waits until it was taken. */
export interface ChunkQueue {
  /** Done when the chunk was taken and what came of it was looked at, or when nobody takes any more. */
  push(chunk: Uint8Array): Promise<void>;
  /** Nothing comes any more. */
  end(): void;
  readonly chunks: AsyncGenerator<Uint8Array>;
}

/** A queue that never holds more than one chunk, whatever the paces of its two ends. */
export function createChunkQueue(): ChunkQueue {
  let waiting: Uint8Array | null = null;
  let isOver = false;
  let isLeft = false;
  let wakeReader = (): void => {};
  let wakeWriter = (): void => {};

  async function* take(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        if (waiting !== null) {
          const chunk: Uint8Array = waiting;
          yield chunk;
          waiting = null;
          wakeWriter();
        } else if (isOver) {
          return;
        } else {
          await new Promise<void>((resolve) => (wakeReader = resolve));
        }
      }
    } finally {
      isLeft = true;
      wakeWriter();
    }
  }

  return {
    async push(chunk) {
      if (isLeft) return;
      waiting = chunk;
      const taken = new Promise<void>((resolve) => (wakeWriter = resolve));
      wakeReader();
      await taken;
    },
    end() {
      isOver = true;
      wakeReader();
    },
    chunks: take(),
  };
}
