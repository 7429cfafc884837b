import pLimit from 'p-limit';

import type { Control } from './control.ts';
import { unknown, type Lookup, type Unknown, type UnknownReason } from './lookup.ts';
import type { Ask, ContentSource } from './source.ts';

/** Failures in a row after which a registry is taken to be down, unless a control says otherwise. */
const FAILURES_IN_A_ROW = 10;

const FAILURES: ReadonlySet<UnknownReason> = new Set(['server_error', 'connection', 'timeout', 'dns', 'tls']);

/**
 * A source that stops asking a registry which has stopped answering: every further request would only add to its load.
 * Before it stops, something that was found good is asked for: where that still comes, the failures are those of single
 * objects, and the walk goes on. Each round of confirmations begins with such a question, too; where nothing is known to
 * be good yet, a round may try for as many failures again.
 * At most `concurrency` questions are open at once, so that those behind them can still be kept back.
 */
export function withBreaker(source: ContentSource, control: Control, concurrency: number): ContentSource {
  const limit = pLimit(concurrency);
  let failures = 0;
  let open: Unknown | null = null;
  let triedInRound = 0;

  async function through<T>(repository: string, ask: Ask, question: () => Promise<Lookup<T>>): Promise<Lookup<T>> {
    if (open !== null && ask.again) await reconsider(repository, ask);
    if (open !== null) return open;
    const answer = await question();
    if (answer.kind !== 'unknown' || !FAILURES.has(answer.reason)) failures = 0;
    else await count(repository, ask, answer);
    return answer;
  }

  async function count(repository: string, ask: Ask, { reason, detail }: Unknown): Promise<void> {
    failures += 1;
    if (failures !== FAILURES_IN_A_ROW) return;
    control.newRound();
    triedInRound = control.round;
    const standing = await control.standing(repository, { ...ask, again: true });
    if (standing.kind === 'holds') failures = 0;
    else
      open = unknown(reason, `not asked: ${FAILURES_IN_A_ROW} requests in a row failed, the last one with: ${detail}`);
  }

  async function reconsider(repository: string, ask: Ask): Promise<void> {
    const standing = await control.standing(repository, ask);
    const mayTry = standing.kind === 'none' && control.round !== triedInRound;
    if (standing.kind !== 'holds' && !mayTry) return;
    triedInRound = control.round;
    failures = 0;
    open = null;
  }

  const ask = <T>(repository: string, how: Ask, question: () => Promise<Lookup<T>>): Promise<Lookup<T>> =>
    limit(() => through(repository, how, question));
  return {
    // A listing of the catalog stands alone, and has rounds of its own.
    repositories: (how) => source.repositories(how),
    tags: (repository, how) => ask(repository, how, () => source.tags(repository, how)),
    manifest: (repository, reference, how) => ask(repository, how, () => source.manifest(repository, reference, how)),
    blob: (repository, descriptor, check, how) =>
      ask(repository, how, () => source.blob(repository, descriptor, check, how)),
    blobBytes: (repository, descriptor, how) =>
      ask(repository, how, () => source.blobBytes(repository, descriptor, how)),
  };
}
