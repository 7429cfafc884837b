import { notANumber } from './mappings.ts';
import { lines, stat } from './panels.ts';
import { orNotMeasured } from './queries.ts';
import type { Row } from './row.ts';
import { CHOSEN } from './selector.ts';
import { table } from './table.ts';
import { runbook } from './what-to-do.ts';

const LEGEND = '{{registry}}';
const NONE = 'no Pushgateway';

/** The Pushgateway's own times; its clock may differ from the probe's. */
const SINCE_PUSH = `time() - min by (job, registry) (push_time_seconds{${CHOSEN}})`;
const REJECTED = `push_failure_time_seconds{${CHOSEN}} > push_time_seconds{${CHOSEN}}`;

/** Whether the numbers arrive. */
export function deliveryRow(): Row {
  return {
    title: 'Delivery',
    collapsed: false,
    panels: [
      stat({
        title: 'Time since last accepted push',
        description:
          'By the clock of the Pushgateway, and of a divided registry, of the shard that is furthest behind. A push is a sign of life and no success: failed runs push, too.',
        unit: 's',
        size: { width: 6, height: 8 },
        queries: [{ query: orNotMeasured(SINCE_PUSH), legend: LEGEND }],
        noValue: NONE,
        mappings: [notANumber(NONE)],
      }),
      lines({
        title: 'Time since last accepted push, over time',
        description: 'A saw with even teeth is a probe that runs on schedule; a ramp is one that does not.',
        unit: 's',
        size: { width: 10, height: 8 },
        queries: [{ query: SINCE_PUSH, legend: LEGEND }],
        noValue: NONE,
      }),
      table({
        title: 'Rejected pushes',
        description: `Groups whose last push was refused: the numbers shown are older than that. Go on with ${runbook('RegistryIntegrityPushRejected')}.`,
        unit: 'dateTimeAsIso',
        size: { width: 8, height: 8 },
        // Grafana's dates are in milliseconds.
        query: `max by (job, registry, shard) (${REJECTED}) * 1000`,
        columns: { job: 'Job', registry: 'Registry', shard: 'Shard', Value: 'Rejected at' },
        noValue: 'No push was rejected',
      }),
    ],
  };
}
