import type { Control } from './control.ts';
import { unknown, type Lookup, type Unknown, type UnknownReason } from './lookup.ts';
import type { Ask, ContentSource } from './source.ts';

/** Failures in a row after which a registry is taken to be down, unless a control says otherwise. */
const FAILURES_IN_A_ROW = 10;

const FAILURES: ReadonlySet<UnknownReason> = new Set(['server_error', 'connection', 'timeout', 'dns', 'tls']);

/**
 * A source that stops asking a registry which has stopped answering: every further request would only add to its load.
 * Before it stops, and again in each round of confirmations, something that was found good is asked for: where that
 * still comes, the failures are those of single objects, and the walk goes on.
 */
export function withBreaker(source: ContentSource, control: Control): ContentSource {
  let failures = 0;
  let open: Unknown | null = null;

  async function through<T>(repository: string, ask: Ask, question: () => Promise<Lookup<T>>): Promise<Lookup<T>> {
    if (open !== null && ask.again && (await control.isAlive(repository, ask))) reset();
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
    if (await control.isAlive(repository, { ...ask, again: true })) return reset();
    open ??= unknown(reason, `not asked: ${FAILURES_IN_A_ROW} requests in a row failed, the last one with: ${detail}`);
  }

  function reset(): void {
    failures = 0;
    open = null;
  }

  return {
    // A listing of the catalog stands alone, and has rounds of its own.
    repositories: (ask) => source.repositories(ask),
    tags: (repository, ask) => through(repository, ask, () => source.tags(repository, ask)),
    manifest: (repository, reference, ask) =>
      through(repository, ask, () => source.manifest(repository, reference, ask)),
    blob: (repository, descriptor, check, ask) =>
      through(repository, ask, () => source.blob(repository, descriptor, check, ask)),
    blobBytes: (repository, descriptor, ask) =>
      through(repository, ask, () => source.blobBytes(repository, descriptor, ask)),
  };
}
