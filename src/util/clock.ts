/** Time as the probe sees it. Handed in, so that tests decide what time it is. All times are milliseconds. */
export interface Clock {
  /** Milliseconds since the Unix epoch: for timestamps alone, because it is set now and then, back as well. */
  now(): number;
  /** Milliseconds since some moment: for whatever lasts, or ends; it never goes back, nor leaps. */
  elapsed(): number;
  /** Resolves after `ms`, or at once when the signal is aborted; it never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls `task` once after `ms`; the returned function cancels it. */
  schedule(ms: number, task: () => void): () => void;
}
