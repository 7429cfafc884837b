import { AFFECTS, type Affects } from '../walk/affects.ts';
import { byTurns } from '../util/turns.ts';
import type { Finding } from '../walk/finding.ts';
import { findingInfo, type Alike, type TagFindingInfo } from './finding-info.ts';

/** Whether a workload uses something; unknown where not all of the cluster was read. */
export type Used = 'yes' | 'no' | 'unknown';

/** Who uses something. */
export interface Use {
  readonly used: Used;
  /** As they are to be shown, sorted. */
  readonly by: readonly string[];
}

/** What is known of findings from elsewhere than the walk: the same of those to which the same names lead. */
export interface FindingKnowledge {
  /** Who uses a finding by a tag that leads to it, or by digests that are pinned; null: by those alone. */
  useOf(finding: Finding, tag: string | null): Use;
  /** Where all of them are, so that each namespace has its share of the series; left out, nobody knows. */
  namespacesOf?(finding: Finding, tag: string | null): readonly string[];
  /** In milliseconds since the epoch; null when nobody knows. */
  firstSeen(finding: Finding): number | null;
}

/** Nothing is known. */
export const NO_KNOWLEDGE: FindingKnowledge = {
  useOf: () => ({ used: 'unknown', by: [] }),
  firstSeen: () => null,
};

/** How many findings of one kind reach one tag. The tag is empty where only pinned digests lead to them. */
export interface TagFailure {
  readonly repository: string;
  readonly tag: string;
  readonly object: string;
  readonly fault: string;
  readonly used: Used;
  readonly affects: Affects;
  readonly count: number;
}

/** The series that name what is broken, and what is not among them. */
export interface TagFailures {
  readonly sent: readonly TagFailure[];
  /** Of what is sent, and of nothing else. */
  readonly info: readonly TagFindingInfo[];
  /** Series that are not sent. */
  readonly truncated: number;
  /** Broken repositories without a series, and findings of the whole registry. */
  readonly unnamed: number;
}

/** A series that may be sent, with what it counts. */
interface Counted {
  readonly series: TagFailure;
  readonly alike: Alike[];
  /** Who uses it through this tag. */
  readonly by: Set<string>;
  /** Where those are. */
  readonly namespaces: Set<string>;
}

/** Of what nobody uses, as far as is known. */
const NOWHERE = [''];

const FIELDS = ['repository', 'tag', 'object', 'fault', 'used', 'affects'] as const;

/**
 * Counts findings by tag and kind, at most `maxSeries` of them: the worst of each repository first, then the rest, and
 * what is used before what is not. Where there are more, namespaces have them by turns. A finding that many tags reach
 * counts in each. The order is always the same, so the same findings make the same series run after run.
 */
export function tagFailures(
  findings: readonly Finding[],
  maxSeries: number,
  known: FindingKnowledge = NO_KNOWLEDGE,
): TagFailures {
  const all = countByTag(findings, known).toSorted((a, b) => worstFirst(a.series, b.series));
  const firsts = firstOfEach(all);
  const rest = all.filter((one) => firsts.get(one.series.repository) !== one);
  const kept = [...shared([...firsts.values()]), ...shared(rest)]
    .slice(0, maxSeries)
    .toSorted((a, b) => byName(a.series, b.series));
  const wide = findings.filter(({ repository }) => repository === null).length;
  return {
    sent: kept.map(({ series }) => series),
    info: findingInfo(kept, known),
    truncated: all.length - kept.length,
    unnamed: wide + Math.max(0, firsts.size - maxSeries),
  };
}

function countByTag(findings: readonly Finding[], known: FindingKnowledge): readonly Counted[] {
  const byKey = new Map<string, Omit<Counted, 'series'> & { readonly series: Omit<TagFailure, 'count'> }>();
  for (const alike of groupAlike(findings)) {
    const [finding] = alike;
    const { repository, object, fault, affects = 'pull' } = finding;
    if (repository === null) continue;
    const tags: ReadonlySet<string | null> = new Set(finding.tags.length > 0 ? finding.tags : [null]);
    for (const tag of tags) {
      const { used, by } = known.useOf(finding, tag);
      const series = { repository, tag: tag ?? '', object, fault, used, affects };
      const key = JSON.stringify(FIELDS.map((field) => series[field]));
      const counted = byKey.get(key) ?? {
        series,
        alike: [],
        by: new Set<string>(),
        namespaces: new Set<string>(),
      };
      counted.alike.push(alike);
      for (const name of by) counted.by.add(name);
      for (const one of known.namespacesOf?.(finding, tag) ?? []) counted.namespaces.add(one);
      byKey.set(key, counted);
    }
  }
  return [...byKey.values()].map(({ series, ...counted }) => ({
    series: { ...series, count: counted.alike.reduce((sum, { length }) => sum + length, 0) },
    ...counted,
  }));
}

/** Lists of names are one where they are the same list, as those of one image are; others are looked at by themselves. */
function groupAlike(findings: readonly Finding[]): Iterable<Alike> {
  const numbers = new Map<readonly string[], number>();
  const numberOf = (names: readonly string[]): number => {
    const number = numbers.get(names) ?? numbers.size;
    numbers.set(names, number);
    return number;
  };
  const groups = new Map<string, [Finding, ...Finding[]]>();
  for (const finding of findings) {
    const { repository, object, fault, affects, tags, roots } = finding;
    const key = JSON.stringify([repository, object, fault, affects, numberOf(tags), numberOf(roots)]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [finding]);
    else group.push(finding);
  }
  return groups.values();
}

/** The first one of each repository, in the order of the list. */
function firstOfEach(all: readonly Counted[]): ReadonlyMap<string, Counted> {
  const firsts = new Map<string, Counted>();
  for (const one of all) if (!firsts.has(one.series.repository)) firsts.set(one.series.repository, one);
  return firsts;
}

/** The worst first, and of those that are as bad each namespace's by turns. */
function shared(worst: readonly Counted[]): readonly Counted[] {
  const groups = Map.groupBy(worst, ({ series }) => `${severity(series)} ${usedRank(series)}`);
  return [...groups.values()].flatMap((alike) =>
    byTurns(alike, ({ namespaces }) => (namespaces.size === 0 ? NOWHERE : [...namespaces])),
  );
}

/** As the alerts tell them apart: what may be pulled here before what nobody uses, and that before what pulls. */
function worstFirst(a: TagFailure, b: TagFailure): number {
  return severity(a) - severity(b) || usedRank(a) - usedRank(b) || byName(a, b);
}

function severity({ used, affects }: TagFailure): number {
  if (affects === 'pull') return used === 'no' ? 1 : 0;
  return 1 + AFFECTS.indexOf(affects);
}

function usedRank({ used }: TagFailure): number {
  return ['yes', 'unknown', 'no'].indexOf(used);
}

/** By code unit, never by locale: the order must not depend on the machine. */
function byName(a: TagFailure, b: TagFailure): number {
  for (const field of FIELDS) {
    if (a[field] !== b[field]) return a[field] < b[field] ? -1 : 1;
  }
  return 0;
}
