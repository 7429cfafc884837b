import { MAX_RETRY_AFTER_MS, parseRetryAfter } from '../http/retry-policy.ts';
import type { Clock } from '../util/clock.ts';
import type { ApiAnswer, KubeApi } from './api.ts';

/** An API server that restarts, or that is asked too much, is back within a moment more often than not. */
const RETRY_AFTER_MS = 1_000;

/** Asks once more where the API did not answer, or was busy. An event is not sent twice. */
export function withRetry(api: KubeApi, clock: Clock): KubeApi {
  async function twice<T>(signal: AbortSignal, ask: () => Promise<ApiAnswer<T>>): Promise<ApiAnswer<T>> {
    const answer = await ask();
    if (answer.kind === 'done' || signal.aborted) return answer;
    if (answer.reason !== 'unreachable' && answer.reason !== 'busy') return answer;
    const waitMs = Math.max(RETRY_AFTER_MS, parseRetryAfter(answer.retryAfter, clock.now()) ?? 0);
    if (waitMs > MAX_RETRY_AFTER_MS) return answer;
    await clock.sleep(waitMs, signal);
    return signal.aborted ? answer : ask();
  }

  return {
    list: (kind, from, signal, namespace) => twice(signal, () => api.list(kind, from, signal, namespace)),
    listNodes: (from, signal, wanted) => twice(signal, () => api.listNodes(from, signal, wanted)),
    readConfigMap: (namespace, name, signal) => twice(signal, () => api.readConfigMap(namespace, name, signal)),
    patchConfigMap: (namespace, name, patch, signal) =>
      twice(signal, () => api.patchConfigMap(namespace, name, patch, signal)),
    createEvent: (event, signal) => api.createEvent(event, signal),
    readSecret: (namespace, name, signal) => twice(signal, () => api.readSecret(namespace, name, signal)),
    close: () => api.close(),
  };
}
