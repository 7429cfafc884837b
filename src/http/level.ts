/** How many requests may be under way at one host. */
export interface Level {
  /** One at least. */
  readonly permits: number;
  /** Takes note of a request that ended. */
  ended(end: Ended): void;
  /** Where it stood for most of the requests; null before the first one ended. */
  settled(): number | null;
}

/** How a request ended, as far as it says how much the host bears. */
export interface Ended {
  readonly method: string;
  /** From the request on the wire to the head of the answer, in milliseconds; null where none came. */
  readonly latencyMs: number | null;
  /** `refused`: the host asks for less (429, 503). `lost`: the connection broke, or nothing came in time. */
  readonly sign: 'fine' | 'refused' | 'lost';
  /** The requests under way when it started, itself included. */
  readonly underWay: number;
}

/** What is begun with: as many as nobody minded. */
const FIRST = 4;

/** A host that says nothing is asked no more slowly than this: it may be gone, and that has to be found out. */
const LEAST_WHEN_LOST = 4;

/** What two machines side by side differ by anyhow, in milliseconds. */
const JITTER_MS = 2;

/** Answers that are held against the ones before: as many as twice the permits, and this many at least. */
const LEAST_ANSWERS = 16;

/** Up to this many times as long as at best is flat; from this on the host is loaded. */
const FLAT = 1.5;
const LOADED = 2;

/** What is left of the permits of a host that is loaded, and of one that refuses. */
const EASE = 0.75;
const BACK_OFF = 0.5;

/** With fewer permits answers come sooner, by this factor at least, where the permits were what made them late. */
const HELPED = 0.9;

/** As often in a row as fewer permits may not help until the slowness is taken to be the host's own. */
const IN_VAIN = 2;

/** A level that is given. */
export function fixedLevel(permits: number): Level {
  return { permits, ended: () => {}, settled: () => permits };
}

/**
 * A level between 1 and `most` that is found out: it grows while answers come as soon as they did at best, and shrinks
 * when they take twice as long, when the host asks for less, and when connections break. Answers are held against those to
 * the same method; where fewer permits do not make them come sooner, it is not the permits that they wait for.
 */
export function findLevel(most: number): Level {
  /** The best that was seen, by method, in milliseconds. */
  const best = new Map<string, number>();
  /** How often a request ended at each number of permits. */
  const stood: number[] = [];
  let permits = Math.min(FIRST, most);
  let isDoubling = true;
  let answers: Ended[] = [];
  let wasUsed = false;
  /** Requests whose end says nothing, because they started before the permits were cut. */
  let overdue = 0;
  let eased: { readonly slowness: number; readonly inVain: number } | null = null;

  function change(to: number): void {
    permits = Math.max(1, Math.min(most, to));
    answers = [];
    wasUsed = false;
  }

  function cut(underWay: number, least: number): void {
    isDoubling = false;
    eased = null;
    overdue = underWay;
    if (permits > least) change(Math.max(least, Math.floor(permits * BACK_OFF)));
  }

  function weigh(): void {
    const slowness = median(answers.map(({ method, latencyMs }) => slownessOf(latencyMs ?? 0, best.get(method))));
    for (const [method, latency] of medians(answers)) best.set(method, Math.min(best.get(method) ?? latency, latency));
    if (slowness <= FLAT) {
      eased = null;
      grow();
    } else if (slowness < LOADED) change(permits);
    else ease(slowness);
  }

  function grow(): void {
    if (!wasUsed) return change(permits);
    change(isDoubling ? permits * 2 : permits + Math.max(1, Math.floor(permits / 8)));
  }

  function ease(slowness: number): void {
    isDoubling = false;
    const helped = eased === null || slowness <= eased.slowness * HELPED;
    const inVain = helped ? 0 : (eased?.inVain ?? 0) + 1;
    if (inVain < IN_VAIN && permits > 1) {
      eased = { slowness, inVain };
      return change(Math.floor(permits * EASE));
    }
    eased = null;
    for (const [method, latency] of best) best.set(method, (latency + JITTER_MS) * slowness - JITTER_MS);
    change(permits);
  }

  return {
    get permits() {
      return permits;
    },
    ended(end) {
      stood[permits] = (stood[permits] ?? 0) + 1;
      if (overdue > 0) overdue -= 1;
      else if (end.sign === 'refused') cut(end.underWay, 1);
      else if (end.sign === 'lost') cut(end.underWay, LEAST_WHEN_LOST);
      else if (end.latencyMs !== null) {
        answers.push(end);
        wasUsed ||= end.underWay >= permits;
        if (answers.length >= Math.max(LEAST_ANSWERS, 2 * permits)) weigh();
      }
    },
    settled: () => middleOf(stood),
  };
}

/** How many times as long as at best; 1 where there is nothing to compare with. */
function slownessOf(latencyMs: number, best: number | undefined): number {
  return best === undefined ? 1 : (latencyMs + JITTER_MS) / (best + JITTER_MS);
}

function medians(answers: readonly Ended[]): ReadonlyMap<string, number> {
  const latencies = Map.groupBy(answers, ({ method }) => method);
  return new Map([...latencies].map(([method, ends]) => [method, median(ends.map(({ latencyMs }) => latencyMs ?? 0))]));
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? 0;
}

/** The index below and above which lie as many of what is counted; null where nothing is. */
function middleOf(counts: readonly number[]): number | null {
  const half = counts.reduce((sum, count) => sum + count, 0) / 2;
  let passed = 0;
  for (const [index, count = 0] of counts.entries()) {
    passed += count;
    if (passed > 0 && passed >= half) return index;
  }
  return null;
}
