import type { Clock } from '../util/clock.ts';
import type { Log } from '../util/log.ts';
import { byTurns } from '../util/turns.ts';
import type { ApiFailure, KubeApi } from './api.ts';
import { brokenImageEvent, type EventSubject } from './event.ts';

/** A broken registry would otherwise fill the cluster's store, which keeps events for an hour. */
const MAX_EVENTS = 50;

/** Of them, so many are kept for each registry whose walk takes longer. */
const KEPT_FOR_OTHERS = 2;

/** One namespace may refuse because it ends or is full; where several do in a row, the right itself is missing. */
const MAX_REFUSING_IN_A_ROW = 3;

/** Sends events, over a whole run at most fifty of them. */
export interface EventSender {
  /**
   * Tells each workload what it uses that is broken, by turns of their namespaces. A namespace that refuses is told nothing more; nothing at all is
   * sent once the API is out of reach, or several namespaces in a row have refused.
   */
  send(registry: string, subjects: readonly EventSubject[], signal: AbortSignal): Promise<void>;
}

/** Creates the sender of one run over these registries, for each of which a few events are kept. */
export function createEventSender({
  api,
  clock,
  log,
  registries = [],
}: {
  readonly api: KubeApi;
  readonly clock: Clock;
  readonly log: Log;
  readonly registries?: readonly string[];
}): EventSender {
  let left = MAX_EVENTS;
  const kept = Math.min(KEPT_FOR_OTHERS, Math.floor(MAX_EVENTS / Math.max(registries.length, 1)));
  const waiting = new Set(registries);
  let ended = false;
  const refusing = new Set<string>();
  let refusingInARow = 0;

  function take(answer: ApiFailure, namespace: string): void {
    if (answer.reason === 'forbidden') {
      refusing.add(namespace);
      refusingInARow += 1;
    }
    ended =
      answer.reason === 'unreachable' ||
      answer.reason === 'busy' ||
      answer.reason === 'unauthorized' ||
      refusingInARow >= MAX_REFUSING_IN_A_ROW;
  }

  return {
    async send(registry, subjects, signal) {
      let sent = 0;
      waiting.delete(registry);
      const inTurn = byTurns(subjects, ({ workload }) => [workload.namespace]);
      for (const [index, subject] of inTurn.entries()) {
        if (ended) return;
        const event = brokenImageEvent(subject, clock.now());
        const { namespace } = event;
        if (refusing.has(namespace)) continue;
        if (left - waiting.size * kept <= 0) {
          const rest = subjects.length - index;
          log.warn({ registry, sent, rest }, 'No events for the rest of what is broken');
          return;
        }
        left -= 1;
        sent += 1;
        const answer = await api.createEvent(event, signal);
        if (answer.kind === 'done') {
          refusingInARow = 0;
          continue;
        }
        const right = { verb: 'create', resource: 'events', namespace };
        log.warn({ registry, ...right, detail: answer.detail }, 'Event not sent');
        take(answer, namespace);
      }
    },
  };
}
