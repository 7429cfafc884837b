import type { Mark, WalkBook } from './walked.ts';

const DAY_MS = 86_400_000;
/** For so long the highest that was listed counts. */
const KEPT_MS = 7 * DAY_MS;

/** Fewer are no reason to wake anybody: RegistryIntegrityCoverageDropped has the same number. */
const FEW_NAMES = 10;

/** How much less is listed than there was; what is null was not listed to its end. */
export interface Listed {
  readonly repositories: number;
  readonly tags: number | null;
}

/** How much less is listed than there was. */
export interface Drop {
  /** The largest share that is gone, from 0 to 1. */
  readonly ratio: number;
  /** How many names are gone, of the same things. */
  readonly names: number;
}

/** Marks that count at a time: from the last seven days, and none before what somebody has accepted. */
export function marksAt(
  { last, days }: Pick<WalkBook, 'last' | 'days'>,
  now: number,
  acceptedAt: number | null,
): Pick<WalkBook, 'last' | 'days'> {
  // What is accepted in the future would be accepted for ever.
  const since = acceptedAt === null || acceptedAt > now ? 0 : acceptedAt;
  return {
    last: last === null || last.at < since ? null : last,
    days: days.filter(({ at }) => at >= since && now - at <= KEPT_MS),
  };
}

/**
 * How much less is listed than in the last complete run, and than was the most; nothing gone where there is no mark. Fewer
 * names than anybody is told of stand back behind more of them: of five repositories three are gone, and with them
 * thousands of tags.
 */
export function dropSince({ last, days }: Pick<WalkBook, 'last' | 'days'>, listed: Listed): Drop {
  const marks = last === null ? days : [last, ...days];
  const pairs = marks.flatMap((mark) => [
    [mark.repositories, listed.repositories] as const,
    ...(listed.tags === null ? [] : [[mark.tags, listed.tags] as const]),
  ]);
  let drop: Drop = { ratio: 0, names: 0 };
  for (const [before, now] of pairs) {
    if (now >= before) continue;
    const one = { ratio: (before - now) / before, names: before - now };
    if (weigh(one) > weigh(drop) || (weigh(one) === weigh(drop) && one.names > drop.names)) drop = one;
  }
  return drop;
}

/** Any share of enough names is more than all of a few. */
function weigh({ ratio, names }: Drop): number {
  return names >= FEW_NAMES ? 1 + ratio : ratio;
}

/** The marks with what a complete run has listed: of each day the highest is kept. */
export function addMark({ days }: Pick<WalkBook, 'last' | 'days'>, mark: Mark): Pick<WalkBook, 'last' | 'days'> {
  const day = Math.floor(mark.at / DAY_MS);
  const today = days.find(({ at }) => Math.floor(at / DAY_MS) === day);
  const isHigher = today !== undefined && (today.repositories > mark.repositories || today.tags > mark.tags);
  const highest: Mark = {
    // Whoever accepts less says since when: what was highest is as old as when it was seen.
    at: isHigher ? today.at : mark.at,
    repositories: Math.max(mark.repositories, today?.repositories ?? 0),
    tags: Math.max(mark.tags, today?.tags ?? 0),
  };
  return { last: mark, days: [...days.filter((one) => one !== today), highest] };
}
