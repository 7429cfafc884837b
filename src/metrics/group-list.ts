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
const Listing = z.object({
  status: z.literal('success'),
  data: z.array(
    z.object({
      labels: z.record(z.string(), z.string()),
      push_time_seconds: SampleValue.optional(),
    }),
  ),
});

/** Reads the answer of a Pushgateway's query API; null for anything else. */
export function readGroupList(text: string): readonly PushedGroup[] | null {
  const listing = Listing.safeParse(parseJson(text));
  if (!listing.success) return null;
  return listing.data.data.map(({ labels, push_time_seconds: pushed }) => {
    const seconds = Number(pushed?.metrics[0]?.value ?? 0);
    return { labels, pushedAt: seconds > 0 ? seconds * 1000 : null };
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
