import type { Clock } from '../util/clock.ts';
import { visible } from './escape.ts';
import { formatDuration, quantity } from './wording.ts';

/** Ten times a second is as often as an eye can follow. */
const INTERVAL_MS = 100;

/** Before that, nobody can tell how fast it goes. */
const TELLING_MS = 1000;

/** Back to the first column, and everything to the right of it erased. */
const ERASE_LINE = '\r\u001b[2K';

/** Where a walk is. */
export interface ProgressState {
  readonly registry: string;
  readonly repositoriesDone: number;
  readonly repositoriesTotal: number;
  readonly tags: number;
  readonly objects: number;
  /** Looked broken so far, and still to be confirmed. */
  readonly suspects: number;
  /** How many requests may be under way at once; null where that is not known. */
  readonly concurrency: number | null;
  /** Sent so far; null where nobody counts them. */
  readonly requests: number | null;
}

/** One line that is drawn over itself. */
export interface ProgressLine {
  update(state: ProgressState): void;
  /** Takes the line away; call it before anything else is written to the same terminal, and at the end. */
  clear(): void;
}

export interface ProgressDeps {
  readonly write: (text: string) => void;
  /** The terminal's width now: it may change while the line stands. */
  readonly columns: () => number;
  readonly clock: Clock;
  /** False where the output is no terminal: then nothing is ever written. */
  readonly enabled: boolean;
}

/** Makes a progress line for a terminal. */
export function createProgress({ write, columns, clock, enabled }: ProgressDeps): ProgressLine {
  if (!enabled) return { update: () => {}, clear: () => {} };
  let drawnAt = Number.NEGATIVE_INFINITY;
  let standing = false;
  let latest: ProgressState | null = null;
  const begunAt = new Map<string, number>();
  let cancel: (() => void) | null = null;

  function draw(): void {
    cancel = null;
    if (latest === null) return;
    drawnAt = clock.elapsed();
    standing = true;
    // The last column stays free: a full line makes some terminals go to the next one, where it cannot be erased.
    write(
      `${ERASE_LINE}${describe(latest, drawnAt - (begunAt.get(latest.registry) ?? drawnAt)).slice(0, Math.max(columns() - 1, 0))}`,
    );
  }

  return {
    update(state) {
      latest = state;
      if (!begunAt.has(state.registry)) begunAt.set(state.registry, clock.elapsed());
      const wait = drawnAt + INTERVAL_MS - clock.elapsed();
      if (wait <= 0) {
        cancel?.();
        draw();
      } else cancel ??= clock.schedule(Math.min(wait, INTERVAL_MS), draw);
    },
    clear() {
      cancel?.();
      cancel = null;
      latest = null;
      if (standing) write(ERASE_LINE);
      standing = false;
    },
  };
}

/** What was seen in so many milliseconds, and how long the rest takes at that pace. */
function describe(state: ProgressState, elapsedMs: number): string {
  const { registry, repositoriesDone, repositoriesTotal, tags, objects, suspects, concurrency, requests } = state;
  const share = repositoriesTotal === 0 ? 0 : repositoriesDone / repositoriesTotal;
  const repositories = quantity(repositoriesTotal, 'repository', 'repositories');
  const parts = [
    `${Math.floor(share * 100)}% (${repositoriesDone}/${repositories})`,
    quantity(tags, 'tag'),
    quantity(objects, 'object'),
  ];
  if (elapsedMs >= TELLING_MS) {
    if (requests !== null) parts.push(`${Math.round((requests * 1000) / elapsedMs)} requests/s`);
    if (share > 0 && share < 1) parts.push(`${formatDuration((elapsedMs / share - elapsedMs) / 1000)} left`);
  }
  if (concurrency !== null) parts.push(`${concurrency} at a time`);
  if (suspects > 0) parts.push(`${suspects} to confirm`);
  return `${visible(registry)}: ${parts.join(', ')}`;
}
