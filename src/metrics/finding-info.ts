import { byTurns } from '../util/turns.ts';
import type { Finding } from '../walk/finding.ts';

/** More than these workloads tell a reader no more. */
const MAX_WORKLOADS = 3;

/** Names are made by others, and a label is kept for as long as its series. */
const MAX_LENGTH = 200;

/** What a page says of a tag beside what is broken. */
export interface TagFindingInfo {
  readonly repository: string;
  readonly tag: string;
  readonly object: string;
  readonly fault: string;
  /** Those that need it, separated by commas; empty where no index names one. */
  readonly platform: string;
  /** The first workloads, as `namespace/Kind/name`, separated by commas; empty where none is known. */
  readonly used_by: string;
  /** Registries that have a whole copy of it, or of a part of it, separated by commas; empty where none is known. */
  readonly copies: string;
  /** In seconds since the epoch; 0 where nobody knows. */
  readonly firstSeen: number;
}

/** Findings of one kind to which the same names lead: of one image there may be thousands, with thousands of tags. */
export type Alike = readonly [Finding, ...Finding[]];

/** A series, with the findings that it counts and the workloads that use them. */
interface Series {
  readonly series: Pick<TagFindingInfo, 'repository' | 'tag' | 'object' | 'fault'>;
  readonly alike: readonly Alike[];
  readonly by: ReadonlySet<string>;
}

/** One for each of the series; series that say the same have one together, with the earlier time. */
export function findingInfo(
  counted: readonly Series[],
  { firstSeen }: { firstSeen(finding: Finding): number | null },
): readonly TagFindingInfo[] {
  const all = new Map<string, TagFindingInfo>();
  const known = new Map<Alike, Told>();
  const toldOf = (findings: Alike): Told => {
    const told = known.get(findings) ?? tell(findings, firstSeen);
    known.set(findings, told);
    return told;
  };
  for (const { series, alike, by } of counted) {
    const { repository, tag, object, fault } = series;
    const told = alike.map(toldOf);
    const platforms = new Set(told.flatMap((one) => [...one.platforms]));
    const workloads = firstOfEach([...by].toSorted())
      .slice(0, MAX_WORKLOADS)
      .toSorted();
    const places = new Set(told.flatMap((one) => [...one.places]));
    const named = { used_by: listed(workloads), copies: listed([...places].toSorted()) };
    const used = { platform: listed([...platforms].toSorted()), ...named };
    const labels = { repository, tag, object, fault, ...used };
    const key = JSON.stringify(Object.values(labels));
    all.set(key, { ...labels, firstSeen: earliest([...told.map((one) => one.firstSeen), seenBefore(all.get(key))]) });
  }
  return [...all.values()];
}

/** What findings that the same names lead to have to tell, each time that one of these is named. */
interface Told {
  readonly platforms: ReadonlySet<string>;
  readonly places: ReadonlySet<string>;
  /** In milliseconds; null where nobody knows. */
  readonly firstSeen: number | null;
}

function tell(findings: Alike, firstSeen: (finding: Finding) => number | null): Told {
  const [platforms, places] = [new Set<string>(), new Set<string>()];
  for (const { platforms: own, copies = [] } of findings) {
    for (const platform of own) platforms.add(platform);
    for (const { kind, where } of copies) if (kind === 'registry') places.add(where);
  }
  return { platforms, places, firstSeen: first(findings.map(firstSeen)) };
}

/** Workloads of each namespace by turns, so that none hides another's. */
function firstOfEach(workloads: readonly string[]): readonly string[] {
  return byTurns(workloads, (name) => [name.slice(0, name.indexOf('/'))]);
}

/**
 * Names in one label: none is cut in two where another one fits, nor keeps a shorter one out, and nothing is in it that
 * cannot be printed.
 */
function listed(names: readonly string[]): string {
  let text = '';
  for (const name of names.map(printable)) {
    const longer = text === '' ? name : `${text}, ${name}`;
    if (longer.length <= MAX_LENGTH) text = longer;
  }
  return text === '' ? printable(names[0] ?? '').slice(0, MAX_LENGTH) : text;
}

function printable(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '?');
}

/** In milliseconds. */
function seenBefore(info: TagFindingInfo | undefined): number | null {
  return info === undefined || info.firstSeen === 0 ? null : info.firstSeen * 1000;
}

/** Milliseconds in, whole seconds out. */
function earliest(times: readonly (number | null)[]): number {
  return Math.floor((first(times) ?? 0) / 1000);
}

function first(times: readonly (number | null)[]): number | null {
  const known = times.filter((time) => time !== null);
  return known.length === 0 ? null : known.reduce((a, b) => Math.min(a, b));
}
