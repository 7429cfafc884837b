/** Promises that people write, in minutes: the first one that is long enough is advised. */
const PROMISES: readonly (readonly [minutes: number, written: string])[] = [
  [30, '30m'],
  [60, '1h'],
  [120, '2h'],
  [180, '3h'],
  [240, '4h'],
  [360, '6h'],
  [480, '8h'],
  [720, '12h'],
  [1440, '1d'],
  [2880, '2d'],
  [4320, '3d'],
  [10_080, '7d'],
  [20_160, '14d'],
  [43_200, '30d'],
  [129_600, '90d'],
  [576_000, '400d'],
];

/** How often a run begins where nobody knows, in milliseconds: the chart's default. */
const USUAL_PERIOD_MS = 15 * 60_000;

/** What is known of how a registry is walked. Times are milliseconds. */
export interface Walking {
  /** When the last run ended; null for the first one. */
  readonly lastRunAt: number | null;
  readonly startedAt: number;
  readonly fullWalkEvery: number | null;
  /** The last state had no room for what was walked. */
  readonly hadNoRoom: boolean;
}

/** Says how many runs one walk takes, where a run has done such a share of it, and which promise can be kept. */
export function adviseOn(share: number, { lastRunAt, startedAt, fullWalkEvery, hadNoRoom }: Walking): string {
  if (hadNoRoom) return 'the state has no room for what was walked, so that no run can go on: divide it into shards';
  if (share <= 0) return 'not one was walked to its end: allow a run more time or more requests';
  const runs = Math.max(2, Math.ceil(1 / share));
  const takes = `one walk takes about ${runs} runs`;
  // One run more, for the last one has to end, too.
  const needed = (runs + 1) * Math.max(USUAL_PERIOD_MS, lastRunAt === null ? 0 : startedAt - lastRunAt);
  const promise = PROMISES.find(([minutes]) => minutes * 60_000 >= needed)?.[1];
  if (promise === undefined) return `${takes}: divide it into shards`;
  return fullWalkEvery === null || fullWalkEvery < needed ? `${takes}; set fullWalkEvery: ${promise}` : takes;
}
