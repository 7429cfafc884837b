/** So many permits: whoever wants one and finds none waits for it, first come, first served. */
export interface Permits {
  /** Runs a task with a permit, and hands that on when the task is over. */
  run<T>(task: () => Promise<T>): Promise<T>;
  /** From now on there are so many; where there are fewer, those that are taken are not taken back. */
  change(to: number): void;
}

/** Creates so many permits, one at least. */
export function createPermits(count: number): Permits {
  const waiting: (() => void)[] = [];
  let permits = count;
  let taken = 0;

  function handOut(): void {
    while (taken < permits && waiting.length > 0) {
      taken += 1;
      waiting.shift()?.();
    }
  }

  return {
    async run(task) {
      if (taken < permits) taken += 1;
      else await new Promise<void>((start) => void waiting.push(start));
      try {
        return await task();
      } finally {
        taken -= 1;
        handOut();
      }
    },
    change(to) {
      permits = to;
      handOut();
    },
  };
}
