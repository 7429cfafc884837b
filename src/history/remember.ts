import { messageOf } from '../util/errors.ts';
import type { Log } from '../util/log.ts';
import { decodeState, encodeState } from './encode.ts';
import { createHistory, type History } from './history.ts';
import { renewState, type FinishedRun } from './renew.ts';
import type { State, StateOwner } from './state.ts';
import type { StateStore } from './store.ts';

/** What was known when a run began. */
export interface Remembered {
  /** Null when it cannot be told. */
  readonly history: History | null;
  /** Null when nothing was kept that could be used. */
  readonly state: State | null;
  /** Why it could not be read; null when it could. */
  readonly problem: string | null;
  /** Something was kept, and it is of no use: what earlier runs knew is lost. */
  readonly isLost: boolean;
}

/** Nothing is remembered. */
export const NOTHING: Remembered = { history: createHistory(null), state: null, problem: null, isLost: false };

interface Deps {
  readonly store: StateStore;
  readonly log: Log;
}

/**
 * Reads what earlier runs kept. When it cannot be read, there is a warning, and nobody knows since when something is
 * broken. What is there and is no state is a miss, told once: everything is seen for the first time, and which digests
 * were good once is not known.
 */
export async function remember(owner: StateOwner, { store, log }: Deps, signal: AbortSignal): Promise<Remembered> {
  const kept = await safely(() => store.read(signal));
  const about = { registry: owner.registry, shard: owner.shard };
  if (kept.kind === 'failed') {
    log.warn({ ...about, detail: kept.detail }, 'The state cannot be read: nobody can tell since when it is broken');
    return { history: null, state: null, problem: kept.detail, isLost: false };
  }
  if (kept.bytes === null) {
    log.info(about, 'No state is kept yet: it begins with this run');
    return NOTHING;
  }
  const decoded = decodeState(kept.bytes, owner);
  if (decoded.kind === 'miss') {
    log.warn({ ...about, detail: decoded.detail }, 'The kept state is not used: it begins anew with this run');
    return { ...NOTHING, isLost: true };
  }
  return { ...NOTHING, history: createHistory(decoded.state), state: decoded.state };
}

/**
 * Keeps what a run found out. What another process has kept meanwhile is taken into account; false when it cannot be
 * done, which is told by a warning, and never costs the run its results.
 */
export async function keep(
  run: FinishedRun,
  remembered: Remembered,
  { store, log }: Deps,
  signal: AbortSignal,
): Promise<boolean> {
  const written = await safely(() =>
    store.write((bytes, maxBytes) => {
      const decoded = bytes === null ? null : decodeState(bytes, run);
      const known = decoded?.kind === 'state' ? decoded.state : remembered.state;
      const beganAnew = run.beganAnew === true || decoded?.kind === 'miss';
      return encodeState(renewState(known, { ...run, beganAnew }), maxBytes);
    }, signal),
  );
  // Why it could not be read was told already.
  if (written.kind !== 'written' && written.detail !== remembered.problem) {
    const { registry, shard } = run;
    log.warn({ registry, shard, detail: written.detail }, 'The state cannot be kept');
  }
  return written.kind === 'written';
}

/** A mistake in a store is no reason to lose what a run found out. */
async function safely<T>(ask: () => Promise<T>): Promise<T | { readonly kind: 'failed'; readonly detail: string }> {
  try {
    return await ask();
  } catch (error) {
    return { kind: 'failed', detail: messageOf(error) };
  }
}
