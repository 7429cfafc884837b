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

/** A series, with the findings that it counts and the workloads that use them. */
interface Series {
  readonly series: Pick<TagFindingInfo, 'repository' | 'tag' | 'object' | 'fault'>;
  readonly findings: readonly Finding[];
  readonly by: ReadonlySet<string>;
}

/** One for each of the series; series that say the same have one together, with the earlier time. */
export function findingInfo(
  counted: readonly Series[],
  { firstSeen }: { firstSeen(finding: Finding): number | null },
): readonly TagFindingInfo[] {
  const all = new Map<string, TagFindingInfo>();
  for (const { series, findings, by } of counted) {
    const { repository, tag, object, fault } = series;
    const platforms = new Set(findings.flatMap((finding) => finding.platforms));
    const workloads = firstOfEach([...by].toSorted())
      .slice(0, MAX_WORKLOADS)
      .toSorted();
    const places = new Set(
      findings.flatMap(({ copies = [] }) => copies.flatMap(({ kind, where }) => (kind === 'registry' ? [where] : []))),
    );
    const named = { used_by: listed(workloads), copies: listed([...places].toSorted()) };
    const used = { platform: listed([...platforms].toSorted()), ...named };
    const labels = { repository, tag, object, fault, ...used };
    const key = JSON.stringify(Object.values(labels));
    all.set(key, { ...labels, firstSeen: earliest([...findings.map(firstSeen), seenBefore(all.get(key))]) });
  }
  return [...all.values()];
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
  const known = times.filter((time) => time !== null);
  return known.length === 0 ? 0 : Math.floor(known.reduce((a, b) => Math.min(a, b)) / 1000);
}
