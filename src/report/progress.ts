import type { Clock } from '../util/clock.ts';
import { visible } from './escape.ts';
import { quantity } from './wording.ts';

/** Ten times a second is as often as an eye can follow. */
const INTERVAL_MS = 100;

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
  let cancel: (() => void) | null = null;

  function draw(): void {
    cancel = null;
    if (latest === null) return;
    drawnAt = clock.elapsed();
    standing = true;
    // The last column stays free: a full line makes some terminals go to the next one, where it cannot be erased.
    write(`${ERASE_LINE}${describe(latest).slice(0, Math.max(columns() - 1, 0))}`);
  }

  return {
    update(state) {
      latest = state;
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

function describe({
  registry,
  repositoriesDone,
  repositoriesTotal,
  tags,
  objects,
  suspects,
  concurrency,
}: ProgressState): string {
  const repositories = `${repositoriesDone}/${quantity(repositoriesTotal, 'repository', 'repositories')}`;
  const doubts = suspects === 0 ? '' : `, ${suspects} to confirm`;
  const atOnce = concurrency === null ? '' : `, ${concurrency} at a time`;
  const seen = `${quantity(tags, 'tag')}, ${quantity(objects, 'object')}`;
  return `${visible(registry)}: ${repositories}, ${seen}${atOnce}${doubts}`;
}
