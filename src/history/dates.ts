import { fingerprintOf, packFingerprints, unpackFingerprints } from './fingerprints.ts';
import type { KnownFinding, State } from './state.ts';

/** When something broken was seen first, and last. */
export type Dates = Pick<KnownFinding, 'firstSeen' | 'lastSeen'>;

/** Dates of findings that are kept by nothing else, by the fingerprints of what tells those from each other. */
export type DatesByFingerprint = ReadonlyMap<number, Dates>;

/** What a finding is kept as, where there is room for its dates alone. */
export function fingerprintOfFinding(identity: string): number {
  return fingerprintOf(identity);
}

/** Reads the dates of a state; of a fingerprint that is there twice, those since when it is older. */
export function readDates(state: Pick<State, 'dates'> | null): DatesByFingerprint {
  const all = new Map<number, Dates>();
  for (const { firstSeen, lastSeen, findings } of state?.dates ?? []) {
    for (const one of unpackFingerprints(findings)) {
      const other = all.get(one);
      if (other === undefined || firstSeen < other.firstSeen) all.set(one, { firstSeen, lastSeen });
    }
  }
  return all;
}

/** The dates as a state has them: what was found by one run has the same ones, so that each takes some four bytes. */
export function keepDates(dates: DatesByFingerprint): NonNullable<State['dates']> {
  const groups = Map.groupBy(dates, ([, { firstSeen, lastSeen }]) => `${firstSeen} ${lastSeen}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [{ ...first[1], findings: packFingerprints(group.map(([one]) => one)) }];
  });
}
