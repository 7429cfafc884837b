import type { CurrentFinding } from './merge-report.ts';
import { plainText } from './plain-text.ts';

/** A layer that many images share is broken in all their tags; the first ones are enough to find them. */
const MAX_TAGS = 20;
const MAX_PLATFORMS = 20;
/** Indexes nest once or twice; a chain of 32 is the longest that is walked. */
const MAX_PATH = 33;
/** In characters. A server may answer with a page of HTML. */
const MAX_TEXT = 600;
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
  /** RFC 3339, in UTC; absent when it is not known. */
  readonly firstSeen?: string | undefined;
  readonly inUseBy?: readonly string[] | undefined;
  readonly inUseByCount?: number | undefined;
}

/** The finding in plain text and of bounded size, as it is kept and told. */
export function currentFinding(problem: ReportedProblem): CurrentFinding {
  const { repository, tags, object, fault, digest, path, platforms, observed, cause, hint } = problem;
  const { inUseBy, inUseByCount, firstSeen } = problem;
  const moreTags = tags.length - MAX_TAGS;
  const asked = [observed.method, observed.status].filter((part) => part !== null).join(' ');
  return {
    image: name(imageOf(problem)),
    repository: name(repository ?? WHOLE_REGISTRY),
    tags: tags.slice(0, MAX_TAGS).map(name),
    ...(moreTags > 0 ? { moreTags } : {}),
    object,
    fault,
    digest: digest === null ? null : name(digest),
    path: path.slice(0, MAX_PATH).map(name),
    platforms: platforms.slice(0, MAX_PLATFORMS).map(name),
    ...(inUseBy === undefined ? {} : { inUseBy: inUseBy.map(name) }),
    ...(inUseByCount === undefined ? {} : { inUseByCount }),
    ...(firstSeen === undefined ? {} : { firstSeen }),
    seen: text(asked === '' ? observed.detail : `${asked}: ${observed.detail}`),
    cause: text(cause.text),
    next: text(hint),
  };
}

/** As one asks for it: by the first tag, else by the digest that was named. */
function imageOf({ repository, tags, path, digest }: ReportedProblem): string {
  if (repository === null) return WHOLE_REGISTRY;
  const [tag] = tags;
  if (tag !== undefined) return `${repository}:${tag}`;
  const pinned = path[0] ?? digest;
  return pinned === null ? repository : `${repository}@${pinned}`;
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
