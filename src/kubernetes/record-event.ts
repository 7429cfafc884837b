import type { ApiAnswer } from './api.ts';
import type { KubeEvent } from './event.ts';

/** What is known of an event that is there. */
interface Counted {
  readonly count?: number | undefined;
}

/** An event as the API takes it. */
export type EventBody = ReturnType<typeof bodyOf>;

/** The two things that can be done with events of one namespace. */
export interface EventCalls {
  create(body: EventBody): Promise<ApiAnswer<Counted>>;
  /** A merge patch, which answers with the event as it is then. */
  patch(name: string, body: { readonly lastTimestamp?: string; readonly count?: number }): Promise<ApiAnswer<Counted>>;
}

/**
 * Writes an event. One that is there already, for an hour at the most, is counted up instead of made anew, as those of
 * Kubernetes itself are; how often it was told is what a patch answers, so that reading events needs no right. Where
 * that right is missing, it is made anew all the same.
 */
export async function recordEvent(event: KubeEvent, calls: EventCalls): Promise<ApiAnswer<undefined>> {
  const { name, namespace } = event;
  const created = await calls.create(bodyOf(event, { name, namespace }));
  if (created.kind === 'done') return DONE;
  if (created.reason !== 'conflict') return created;
  const touched = await calls.patch(name, { lastTimestamp: new Date(event.at).toISOString() });
  if (touched.kind === 'done') {
    const counted = await calls.patch(name, { count: (touched.value.count ?? 1) + 1 });
    return counted.kind === 'done' ? DONE : counted;
  }
  if (touched.reason !== 'forbidden' && touched.reason !== 'not_found') return touched;
  const again = await calls.create(bodyOf(event, { generateName: `${name}.`, namespace }));
  return again.kind === 'done' ? DONE : again;
}

const DONE = { kind: 'done', value: undefined } as const;

type EventName = ({ readonly name: string } | { readonly generateName: string }) & { readonly namespace: string };

function bodyOf({ subject, type, reason, message, component, at }: KubeEvent, metadata: EventName) {
  return {
    metadata,
    involvedObject: subject,
    type,
    reason,
    message,
    source: { component },
    reportingComponent: component,
    reportingInstance: component,
    firstTimestamp: new Date(at),
    lastTimestamp: new Date(at),
    count: 1,
  };
}
