import type { HttpOutcome } from './exchange.ts';

/** One try of a request: what would be handed back, and whether a failure is of a kind that may pass. */
export interface Attempt {
  readonly outcome: HttpOutcome;
  readonly transient: boolean;
}
