import type { RegistrySettings } from '../config/settings.ts';
import { brokenDigests } from '../history/known-broken.ts';
import { placeOf } from '../history/place.ts';
import type { Plan } from '../history/plan.ts';
import { createScrub, renewScrub, scrubbedSince, type ScrubPart, type ScrubRecord } from '../history/scrub.ts';
import type { State } from '../history/state.ts';
import { walkedSince } from '../history/walked-since.ts';
import type { Clock } from '../util/clock.ts';
import type { OutcomeScrub } from '../walk/result.ts';

/** A run's part of hashing everything by turns, and what it is a part of. */
export interface RunScrub {
  readonly part: ScrubPart;
  readonly every: number;
  readonly startedAt: number;
}

/** A longer silence of ours may look like one of the registry's. */
const LONGEST_PAUSE_MS = 10_000;

interface Deps {
  readonly clock: Pick<Clock, 'elapsed' | 'sleep'>;
  readonly stop: AbortSignal;
  /** Of the whole run, in milliseconds. */
  readonly deadline: number;
}

/** What a run hashes by turns; null where nothing is, or where nothing is kept that says whose turn it is. */
export function openScrub(
  { scrub: { every, bytesPerSecond } }: Pick<RegistrySettings, 'scrub'>,
  state: State | null,
  plan: Plan | null,
  { clock, stop, deadline }: Deps,
): RunScrub | null {
  if (every === null || plan === null) return null;
  const { book, startedAt } = plan;
  const broken = state === null ? new Set<string>() : brokenDigests(state);
  // All that are read at once share the rate.
  let freeAt = 0;
  const part = createScrub({
    every,
    // The rest of the time is for what a run has to do besides.
    room: (bytesPerSecond * deadline) / 2000,
    startedAt,
    walkedAt(repository) {
      const { fingerprint, slice } = placeOf(repository);
      return walkedSince(book, fingerprint, slice);
    },
    isBroken: (repository, digest) => broken.has(`${repository}@${digest}`),
    pace(bytes) {
      const now = clock.elapsed();
      freeAt = Math.max(now, freeAt) + (bytes / bytesPerSecond) * 1000;
      return clock.sleep(Math.min(freeAt - now, LONGEST_PAUSE_MS), stop);
    },
  });
  return { part, every, startedAt };
}

/** What is to be kept of it after a run. */
export function recordOf(scrub: RunScrub, state: State | null): ScrubRecord {
  const { part, every, startedAt } = scrub;
  return renewScrub(state?.scrub ?? null, { every, startedAt, missed: part.missed });
}

/** What is to be told of it. `oldestAt` is when what is longest unseen was walked; null where that is not known. */
export function scrubOutcome({ part }: RunScrub, record: ScrubRecord, oldestAt: number | null): OutcomeScrub {
  return { bytes: part.bytes, oldestAt: oldestAt === null ? null : scrubbedSince(record, oldestAt) };
}
