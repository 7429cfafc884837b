import * as z from 'zod';

/** A group that a Pushgateway holds. */
export interface PushedGroup {
  /** All labels of its key, `job` included. */
  readonly labels: Readonly<Record<string, string>>;
  /** When it was last pushed, in milliseconds since the Unix epoch; null where nothing ever arrived. */
  readonly pushedAt: number | null;
}

const SampleValue = z.object({ metrics: z.array(z.object({ value: z.string() })) });

/** https://github.com/prometheus/pushgateway/blob/v1.5.1/README.md#query-api */
const Listing = z.object({ status: z.literal('success'), data: z.array(z.unknown()) });

const ListedGroup = z.object({
  labels: z.record(z.string(), z.string()),
  push_time_seconds: SampleValue.optional(),
});

/**
 * Reads the answer of a Pushgateway's query API; null for anything else. A group is whatever somebody has pushed: one of
 * another shape is left out, and does not hide the others.
 */
export function readGroupList(text: string): readonly PushedGroup[] | null {
  const listing = Listing.safeParse(parseJson(text));
  if (!listing.success) return null;
  return listing.data.data.flatMap((entry) => {
    const group = ListedGroup.safeParse(entry).data;
    if (group === undefined) return [];
    const seconds = Number(group.push_time_seconds?.metrics[0]?.value ?? 0);
    return [{ labels: group.labels, pushedAt: seconds > 0 ? seconds * 1000 : null }];
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
