import * as z from 'zod';

import { createKeys } from '../oci/json-keys.ts';
import { createScan, type Scan } from '../oci/json-scan.ts';
import { isHeavyJson } from '../util/json-weight.ts';

/** A group that a Pushgateway holds. */
export interface PushedGroup {
  /** All labels of its key, `job` included. */
  readonly labels: Readonly<Record<string, string>>;
  /** When it was last pushed, in milliseconds since the Unix epoch; null where nothing ever arrived. */
  readonly pushedAt: number | null;
}

const SampleValue = z.object({ metrics: z.array(z.object({ value: z.string() })) });

const ListedGroup = z.object({
  labels: z.record(z.string(), z.string()),
  push_time_seconds: SampleValue.optional(),
});

/** Of one group, with all of its series; ours have a few thousand. Each is held several times while it is read. */
const MOST_VALUES = 100_000;
const MOST_GROUPS = 50_000;

/** https://github.com/prometheus/pushgateway/blob/v1.5.1/README.md#query-api */
const KEYS = createKeys(['status', 'data']);

/**
 * Reads the answer of a Pushgateway's query API; null for anything else. A group is whatever somebody has pushed: one of
 * another shape, or larger than any of ours, is left out, and does not hide the others. One is held at a time, for all of
 * them may be many times as large.
 */
export function readGroupList(bytes: Uint8Array): readonly PushedGroup[] | null {
  const scan = createScan(bytes);
  let status: unknown = null;
  let groups: PushedGroup[] | null = null;
  if (scan.next() !== 'object') return null;
  scan.members(KEYS, (key) => {
    if (key === 'status' && scan.next() === 'string') status = scan.string();
    else if (key === 'data' && scan.next() === 'array') groups = readGroups(scan);
    else scan.skip();
  });
  return scan.finish() === null && status === 'success' ? groups : null;
}

function readGroups(scan: Scan): PushedGroup[] {
  const groups: PushedGroup[] = [];
  scan.elements((index) => {
    if (index >= MOST_GROUPS) return scan.exceed(`more than ${MOST_GROUPS} groups`);
    const group = readGroup(scan.raw());
    if (group !== null) groups.push(group);
  });
  return groups;
}

function readGroup(bytes: Uint8Array): PushedGroup | null {
  if (isHeavyJson(bytes, MOST_VALUES)) return null;
  const group = ListedGroup.safeParse(parseJson(bytes)).data;
  if (group === undefined) return null;
  const seconds = Number(group.push_time_seconds?.metrics[0]?.value ?? 0);
  return { labels: group.labels, pushedAt: seconds > 0 ? seconds * 1000 : null };
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
}
