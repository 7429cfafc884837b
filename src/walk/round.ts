import type { WalkContext } from './context.ts';
import type { Round } from './source.ts';

/** What does not come is not asked for again within so many milliseconds, however short the wait between rounds. */
const SHORTEST_PERIOD_MS = 1000;

/** A round that is under way. */
export interface OpenRound extends Round {
  /** Nothing more is asked in it. */
  end(): void;
}

/** Begins a round of confirmations. Whoever begins it ends it, or its connections stay open. */
export function beginRound({ deps, options }: Pick<WalkContext, 'deps' | 'options'>): OpenRound {
  const ending = new AbortController();
  const periodMs = Math.max(options.confirm.delayMs, SHORTEST_PERIOD_MS);
  return {
    ended: ending.signal,
    period: Math.floor(deps.clock.elapsed() / periodMs),
    end: () => ending.abort(),
  };
}
