import type { Clock } from '../util/clock.ts';
import type { Log } from '../util/log.ts';
import type { KubeApi } from './api.ts';
import { brokenImageEvent, type EventSubject } from './event.ts';

/** A broken registry would otherwise fill the cluster's store, which keeps events for an hour. */
const MAX_EVENTS = 50;

/** Sends events, over a whole run at most fifty of them. */
export interface EventSender {
  /** Tells each workload what it uses that is broken; once something could not be sent, nothing more is. */
  send(registry: string, subjects: readonly EventSubject[], signal: AbortSignal): Promise<void>;
}

/** Creates the sender of one run. */
export function createEventSender({
  api,
  clock,
  log,
}: {
  readonly api: KubeApi;
  readonly clock: Clock;
  readonly log: Log;
}): EventSender {
  let left = MAX_EVENTS;
  let refused = false;

  return {
    async send(registry, subjects, signal) {
      const granted = subjects.slice(0, left);
      left -= granted.length;
      for (const subject of granted) {
        if (refused) return;
        const event = brokenImageEvent(subject, clock.now());
        const answer = await api.createEvent(event, signal);
        if (answer.kind === 'done') continue;
        const right = { verb: 'create', resource: 'events', namespace: event.namespace };
        log.warn({ registry, ...right, detail: answer.detail }, 'Event not sent');
        // A namespace that is gone meanwhile, or that refuses, says nothing about the next one.
        refused = answer.reason === 'unreachable' || answer.reason === 'forbidden' || answer.reason === 'busy';
      }
      const rest = subjects.length - granted.length;
      if (rest > 0) log.warn({ registry, sent: granted.length, rest }, 'No events for the rest of what is broken');
    },
  };
}
