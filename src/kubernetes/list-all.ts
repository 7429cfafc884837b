import type { ApiFailure, KubeApi, ListedKind } from './api.ts';
import type { ListedObject } from './listed-object.ts';

/** A list whose place has expired begins anew, once: a cluster that changes that fast is read in the next run. */
const RESTARTS = 1;

/** More pages than this, of 100 objects each, are no cluster but a server that never ends. */
const MAX_PAGES = 10_000;

/** What takes in the objects. */
export interface ListSink {
  add(object: ListedObject): void;
  keep(): void;
}

/**
 * Reads a list, of all namespaces or of one, to its end, page by page, so that no more than one page is held. Null when all of it was read, else why
 * not; what came until then is kept all the same. A list that had to begin anew counts from there.
 */
export async function listAll(
  api: KubeApi,
  kind: ListedKind,
  createSink: () => ListSink,
  signal: AbortSignal,
  namespace: string | null = null,
): Promise<ApiFailure | null> {
  let sink = createSink();
  let from = '';
  let restarts = 0;
  let leftOut: string | null = null;
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const answer = await api.list(kind, from, signal, namespace);
    if (answer.kind === 'failed') {
      if (answer.reason === 'expired' && restarts < RESTARTS) {
        restarts += 1;
        from = '';
        sink = createSink();
        continue;
      }
      sink.keep();
      return answer;
    }
    for (const object of answer.value.objects) sink.add(object);
    leftOut ??= answer.value.leftOut ?? null;
    from = answer.value.next;
    if (from === '') {
      sink.keep();
      return leftOut === null ? null : { kind: 'failed', reason: 'other', detail: leftOut };
    }
  }
  sink.keep();
  return { kind: 'failed', reason: 'other', detail: `the list did not end within ${MAX_PAGES} pages` };
}
