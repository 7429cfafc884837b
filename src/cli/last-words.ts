import type { Clock } from '../util/clock.ts';
import type { Io } from './io.ts';

/** How long a reader that hesitates is waited for once a signal came, in milliseconds. */
const READER_GRACE_MS = 2_000;

/** The end of a command, when what it says is on its way to whoever reads it. */
export interface LastWords {
  /** From here on no signal ends the process by itself. */
  hold(): void;
  /** Waits for the readers; in one line, why standard output was not written, or null. */
  finish(): Promise<string | null>;
}

/**
 * A report is not cut short by a signal: a reader that goes on reading gets all of it. One that does not is waited for
 * until a signal comes and a short while after it, or until a second one. What standard error does not take is nobody's
 * loss.
 */
export function prepareLastWords({ stdout, stderr, onSignal }: Omit<Io, 'argv' | 'env'>, clock: Clock): LastWords {
  const { promise: givenUp, resolve: giveUp } = Promise.withResolvers<null>();
  let isFinishing = false;
  let signals = 0;
  let cancel = (): void => {};
  let ignore: (() => void) | null = null;

  function hold(): void {
    ignore ??= onSignal(() => {
      if (!isFinishing) return;
      signals += 1;
      if (signals > 1) giveUp(null);
      else cancel = clock.schedule(READER_GRACE_MS, () => giveUp(null));
    });
  }

  return {
    hold,
    async finish() {
      hold();
      isFinishing = true;
      const failure = await Promise.race([stdout.finish(), givenUp]);
      if (failure !== null) stderr.write(`registry-integrity-probe: standard output cannot be written: ${failure}\n`);
      await Promise.race([stderr.finish(), givenUp]);
      cancel();
      ignore?.();
      return failure;
    },
  };
}
