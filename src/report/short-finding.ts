import type { Finding } from '../walk/finding.ts';
import type { Annotation } from './report-finding.ts';
import type { ReportedFinding, ShortFinding } from './schema.ts';

/** Findings that are told of in full; of more than these, nobody reads the evidence. */
export const MAX_IN_FULL = 1000;

/** Tags of all those that have more than a few, so that the names of one image are not told a thousand times. */
const MAX_TAGS_IN_FULL = 200_000;
const FEW_TAGS = 100;

/** Those of the findings that are told of in full: there is room for those with few names before those with many. */
export function tellable<T extends { readonly finding: Pick<Finding, 'tags'> }>(foremost: readonly T[]): readonly T[] {
  const many = foremost.filter(({ finding: { tags } }) => tags.length > FEW_TAGS);
  const left = new Set<T>();
  let room = MAX_TAGS_IN_FULL;
  for (const one of many.toSorted((a, b) => a.finding.tags.length - b.finding.tags.length)) {
    room -= one.finding.tags.length;
    if (room < 0) left.add(one);
  }
  return left.size === 0 ? foremost : foremost.filter((one) => !left.has(one));
}

/** The first ones are enough to find it. */
const MAX_TAGS = 20;
/** As JSON, in bytes; where names are long, fewer of the tags are told, and one in any case. */
const MAX_BYTES = 500;

/**
 * A finding in short: what is broken, where and how, without evidence and advice. After a clean-up that went wrong there
 * are tens of thousands.
 */
export function shortFinding(
  finding: Finding,
  { firstSeen, inUseByCount, acknowledged }: Annotation = {},
): ShortFinding {
  const { repository, tags, object, fault, digest, affects } = finding;
  const first: string[] = [];
  const short = {
    repository,
    short: true as const,
    tags: first,
    tagCount: tags.length,
    object,
    fault,
    digest,
    ...(affects === undefined ? {} : { affects }),
    ...(firstSeen === undefined ? {} : { firstSeen: new Date(firstSeen).toISOString() }),
    ...(inUseByCount === undefined ? {} : { inUseByCount }),
    ...(acknowledged === undefined ? {} : { acknowledged: { ...acknowledged } }),
  };
  let room = MAX_BYTES - byteLength(short);
  for (const tag of tags.slice(0, MAX_TAGS)) {
    room -= byteLength(tag) + 1;
    if (room < 0 && first.length > 0) break;
    first.push(tag);
  }
  return short;
}

/** True for a finding without evidence and advice. */
export function isShort(finding: ReportedFinding | ShortFinding): finding is ShortFinding {
  return 'short' in finding;
}

function byteLength(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
