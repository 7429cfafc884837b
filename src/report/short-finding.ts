import type { Finding } from '../walk/finding.ts';
import type { Annotation } from './report-finding.ts';
import type { ReportedFinding, ShortFinding } from './schema.ts';

/** Findings that are told of in full; of more than these, nobody reads the evidence. */
export const MAX_IN_FULL = 1000;

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
