import { createLimiter, createPace } from '../http/limiter.ts';
import { unknown, type Lookup, type Unknown, type UnknownReason } from '../walk/lookup.ts';
import type { Ask, ContentSource, GuardOptions, KnownGood } from '../walk/source.ts';

/** Failures in a row after which a registry is taken to be down, unless a control says otherwise. */
const FAILURES_IN_A_ROW = 10;

/** As many more where nothing is known to be good yet: what comes first in a registry may be what is damaged in it. */
const FAILURES_WITHOUT_CONTROL = 50;

/** Questions that are open at once until something comes, and again from a failure on: the rest can still be kept back. */
const AT_ONCE_IN_DOUBT = 2;

/** An end of the run reaches what is asked by itself. */
const NEVER = new AbortController().signal;
const NOT_ASKED = unknown('deadline', 'it was not asked');
const always = (): boolean => true;

const FAILURES: ReadonlySet<UnknownReason> = new Set(['server_error', 'connection', 'timeout', 'dns', 'tls']);

/** What fails together: names and manifests, and the blobs, which may lie in a store of their own. */
type Part = 'manifest' | 'blob';

/** Stands before one part of a registry. */
type Circuit = <T>(repository: string, ask: Ask, question: () => Promise<Lookup<T>>) => Promise<Lookup<T>>;

/**
 * A source that stops asking a registry which has stopped answering: every further request would only add to its load.
 * Before it stops, something that was found good is asked for: where that still comes, the failures are those of single
 * objects, and the walk goes on. Each round of confirmations begins with such a question, too; where nothing is known to
 * be good yet, a round may try for as many failures again. Manifests that come say nothing of the store of the blobs, so
 * that it is left alone for itself.
 * At most `concurrency` questions are open at once, and fewer while they fail, so that those behind them can still be kept
 * back; repositories take turns, so that one of which nothing comes keeps no other one waiting.
 */
export function withBreaker(
  source: ContentSource,
  control: KnownGood,
  { concurrency, clock }: GuardOptions,
): ContentSource {
  const level = { permits: Math.min(concurrency, AT_ONCE_IN_DOUBT) };
  const limiter = createLimiter(level, { pace: createPace(null), clock });
  const limit = async <T>(repository: string, question: () => Promise<Lookup<T>>): Promise<Lookup<T>> =>
    (await limiter.run(NEVER, always, question, repository)) ?? NOT_ASKED;
  // Until something comes, it is not known that anything does.
  const inDoubt = new Set<Part>(['manifest']);
  const doubt = (part: Part, isFailing: boolean): void => {
    if (isFailing) inDoubt.add(part);
    else inDoubt.delete(part);
    level.permits = inDoubt.size === 0 ? concurrency : Math.min(concurrency, AT_ONCE_IN_DOUBT);
  };
  const manifests = createBreaker(control, 'manifest', doubt);
  const blobs = createBreaker(control, 'blob', doubt);
  const mayVary = (): boolean => !manifests.isOpen();
  return {
    // A listing of the catalog stands alone, and has rounds of its own.
    repositories: (how) => source.repositories({ ...how, mayVary }),
    // A list that comes says nothing of what is listed.
    tags: (repository, how) =>
      limit(repository, () => manifests.list(repository, how, () => source.tags(repository, { ...how, mayVary }))),
    resolve: (repository, reference, how) =>
      limit(repository, () => manifests.names(repository, how, () => source.resolve(repository, reference, how))),
    manifest: (repository, digest, how) =>
      limit(repository, () => manifests.content(repository, how, () => source.manifest(repository, digest, how))),
    manifestByTag: (repository, tag, how) =>
      limit(repository, () => manifests.content(repository, how, () => source.manifestByTag(repository, tag, how))),
    referrers: (repository, digest, how) =>
      limit(repository, () => manifests.list(repository, how, () => source.referrers(repository, digest, how))),
    blob: (repository, descriptor, check, how) =>
      limit(repository, () => blobs.content(repository, how, () => source.blob(repository, descriptor, check, how))),
    blobBytes: (repository, descriptor, how) =>
      limit(repository, () => blobs.content(repository, how, () => source.blobBytes(repository, descriptor, how))),
  };
}

/** What is counted for itself: names that are resolved say nothing of the manifests that do not come in between. */
type Row = 'names' | 'content';

interface Breaker {
  readonly names: Circuit;
  readonly content: Circuit;
  readonly list: Circuit;
  isOpen(): boolean;
}

function createBreaker(control: KnownGood, part: Part, doubt: (part: Part, isFailing: boolean) => void): Breaker {
  const failures: Record<Row, number> = { names: 0, content: 0 };
  let open: Unknown | null = null;
  let wasOpen = false;
  let triedIn: number | undefined;

  async function through<T>(
    repository: string,
    ask: Ask,
    question: () => Promise<Lookup<T>>,
    row: Row,
    resets = true,
  ): Promise<Lookup<T>> {
    if (open !== null && ask.again) await reconsider(repository, ask);
    if (open !== null) return open;
    const answer = await question();
    if (answer.kind === 'unknown' && FAILURES.has(answer.reason)) await count(repository, ask, row, answer);
    else if (resets) {
      failures[row] = 0;
      doubt(part, failures.names + failures.content > 0);
    }
    return answer;
  }

  async function count(repository: string, ask: Ask, row: Row, { reason, detail }: Unknown): Promise<void> {
    failures[row] += 1;
    doubt(part, true);
    if (failures[row] % FAILURES_IN_A_ROW !== 0 || open !== null) return;
    const inARow = failures[row];
    triedIn = ask.round?.period;
    // Outside of every round: what came a moment ago may not come any more.
    const checked = await control.check(repository, part, { again: true, signal: ask.signal });
    if (checked.kind === 'holds') {
      failures[row] = 0;
      doubt(part, false);
    } else if (checked.kind === 'fails' || wasOpen || inARow >= FAILURES_WITHOUT_CONTROL) {
      wasOpen = true;
      open = unknown(reason, `not asked: ${inARow} requests in a row failed, the last one with: ${detail}`);
    }
  }

  async function reconsider(repository: string, ask: Ask): Promise<void> {
    const checked = await control.check(repository, part, ask);
    const period = ask.round?.period;
    const mayTry = checked.kind === 'none' && period !== triedIn;
    if (checked.kind !== 'holds' && !mayTry) return;
    triedIn = period;
    failures.names = 0;
    failures.content = 0;
    open = null;
  }

  return {
    names: (repository, ask, question) => through(repository, ask, question, 'names'),
    content: (repository, ask, question) => through(repository, ask, question, 'content'),
    list: (repository, ask, question) => through(repository, ask, question, 'names', false),
    isOpen: () => open !== null,
  };
}
