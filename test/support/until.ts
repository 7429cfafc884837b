import { setTimeout as pause } from 'node:timers/promises';

const POLL_MS = 10;

/** Waits until something is the case; throws with `what` it waited for when that takes too long. */
export async function until(
  isSo: () => boolean | Promise<boolean>,
  what: string,
  timeoutMs: number = 20_000,
  pollMs: number = POLL_MS,
): Promise<void> {
  const giveUpAt = performance.now() + timeoutMs;
  while (!(await isSo())) {
    if (performance.now() > giveUpAt) throw new Error(`waited ${timeoutMs} ms in vain until ${what}`);
    await pause(pollMs);
  }
}
