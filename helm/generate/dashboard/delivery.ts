import { lines } from './panels.ts';
import { SINCE_PUSH } from './queries.ts';
import type { Row } from './row.ts';
import { by, CHOSEN, LEGEND } from './selector.ts';
import { table } from './table.ts';
import { runbook } from './what-to-do.ts';

const REJECTED = `push_failure_time_seconds{${CHOSEN}} > push_time_seconds{${CHOSEN}}`;

/** Whether the numbers arrive. */
export function deliveryRow(): Row {
  return {
    title: 'Delivery',
    collapsed: false,
    panels: [
      lines({
        title: 'Time since last accepted push, over time',
        description:
          'By the clock of the Pushgateway, and of a divided registry, of the shard that is furthest behind. A push is a sign of life and no success: failed runs push, too. A saw with even teeth is a probe that runs on schedule; a ramp is one that does not.',
        unit: 's',
        size: { width: 12, height: 8 },
        queries: [{ query: SINCE_PUSH, legend: LEGEND }],
        noValue: 'no Pushgateway',
      }),
      table({
        title: 'Rejected pushes',
        description: `Groups whose last push was refused: the numbers shown are older than that. Go on with ${runbook('RegistryIntegrityPushRejected')}.`,
        size: { width: 12, height: 8 },
        noValue: 'No push was rejected',
        columns: [
          { heading: 'Job', label: 'job' },
          { heading: 'Registry', label: 'registry' },
          { heading: 'Cluster', label: 'cluster' },
          { heading: 'Shard', label: 'shard' },
          // Grafana's dates are in milliseconds.
          { heading: 'Rejected at', query: `max ${by('shard')} (${REJECTED}) * 1000`, unit: 'dateTimeAsIso' },
        ],
      }),
    ],
  };
}
