import type { CurrentAcknowledged, CurrentFinding } from './merge-report.ts';
import { plainText } from './plain-text.ts';

/** A layer that many images share is broken in all their tags; the first ones are enough to find them. */
const MAX_TAGS = 20;
const MAX_PLATFORMS = 20;
/** Indexes nest once or twice; a chain of 32 is the longest that is walked. */
const MAX_PATH = 33;
/** In characters. A server may answer with a page of HTML. */
const MAX_TEXT = 600;
/** In characters. Two commands with references of the longest names are in it, and cut in two they are none. */
const MAX_NEXT = 2400;
const MAX_COPIES = 3;
/** In characters; a repository's name has 255 at most, and a tag 128. */
const MAX_NAME = 400;

/** In the place of a name; no repository is called so. */
const WHOLE_REGISTRY = '(whole registry)';

/** A finding as the report has it. */
export interface ReportedProblem {
  /** Null for what concerns the whole registry. */
  readonly repository: string | null;
  readonly tags: readonly string[];
  readonly object: string;
  readonly fault: string;
  readonly digest: string | null;
  readonly path: readonly string[];
  readonly platforms: readonly string[];
  readonly observed: { readonly method: string | null; readonly status: number | null; readonly detail: string };
  readonly cause: { readonly text: string };
  readonly hint: string;
  /** Where it is whole; absent where that is not known. */
  readonly copies?: readonly { readonly where: string; readonly reference: string }[] | undefined;
  /** RFC 3339, in UTC; absent when it is not known. */
  readonly firstSeen?: string | undefined;
  readonly inUseBy?: readonly string[] | undefined;
  readonly inUseByCount?: number | undefined;
}

/** The finding in plain text and of bounded size, as it is kept and told. */
export function currentFinding(problem: ReportedProblem): CurrentFinding {
  const { tags, path, platforms, observed, cause, hint } = problem;
  const { inUseBy, inUseByCount, firstSeen, copies = [] } = problem;
  const asked = [observed.method, observed.status].filter((part) => part !== null).join(' ');
  return {
    ...whatIsBroken(problem, tags.length),
    path: path.slice(0, MAX_PATH).map(name),
    platforms: platforms.slice(0, MAX_PLATFORMS).map(name),
    ...(inUseBy === undefined ? {} : { inUseBy: inUseBy.map(name) }),
    ...(inUseByCount === undefined ? {} : { inUseByCount }),
    ...(firstSeen === undefined ? {} : { firstSeen }),
    seen: text(asked === '' ? observed.detail : `${asked}: ${observed.detail}`),
    cause: text(cause.text),
    ...(copies.length === 0 ? {} : { copies: copies.slice(0, MAX_COPIES).map(copyLine) }),
    next: cut(plainText(hint), MAX_NEXT),
  };
}

/** A finding that is known until a day, in full or in short. */
export type AcknowledgedProblem = Pick<
  ReportedProblem,
  'repository' | 'tags' | 'object' | 'fault' | 'digest' | 'firstSeen'
> & {
  readonly path?: readonly string[];
  /** Where it is told in short, which has the first tags. */
  readonly tagCount?: number;
  readonly acknowledged?: { readonly until: string; readonly reason: string } | undefined;
};

/** The same of a finding that is acknowledged: what it is, until when and why, and no evidence. */
export function currentAcknowledged(problem: AcknowledgedProblem): CurrentAcknowledged {
  const { tags, tagCount, firstSeen, acknowledged } = problem;
  return {
    ...whatIsBroken({ path: [], ...problem }, tagCount ?? tags.length),
    ...(firstSeen === undefined ? {} : { firstSeen }),
    until: name(acknowledged?.until ?? ''),
    reason: text(acknowledged?.reason ?? ''),
  };
}

type Broken = Pick<ReportedProblem, 'repository' | 'tags' | 'object' | 'fault' | 'digest' | 'path'>;

function whatIsBroken(problem: Broken, tagCount: number) {
  const { repository, tags, object, fault, digest } = problem;
  const first = tags.slice(0, MAX_TAGS).map(name);
  return {
    image: name(imageOf(problem)),
    repository: name(repository ?? WHOLE_REGISTRY),
    tags: first,
    ...(tagCount > first.length ? { moreTags: tagCount - first.length } : {}),
    object,
    fault,
    digest: digest === null ? null : name(digest),
  };
}

/** As one asks for it: by the first tag, else by the digest that was named. */
function imageOf({ repository, tags, path, digest }: Broken): string {
  if (repository === null) return WHOLE_REGISTRY;
  const [tag] = tags;
  if (tag !== undefined) return `${repository}:${tag}`;
  const pinned = path[0] ?? digest;
  return pinned === null ? repository : `${repository}@${pinned}`;
}

function copyLine({ where, reference }: { readonly where: string; readonly reference: string }): string {
  return text(`${where}: ${reference}`);
}

function name(written: string): string {
  return cut(plainText(written), MAX_NAME);
}

function text(written: string): string {
  return cut(plainText(written), MAX_TEXT);
}

function cut(written: string, length: number): string {
  return written.length > length ? `${written.slice(0, length)}...` : written;
}
