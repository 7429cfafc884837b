import { inWords, NOT_KNOWN_COLOR, notANumber } from './mappings.ts';
import { from } from './panel.ts';
import { lines, timeline } from './panels.ts';
import { orNotMeasured, OUTCOME, OUTCOMES, RUN_AGE, SHARDS_REPORTING, SINCE_PUSH } from './queries.ts';
import type { Row } from './row.ts';
import { by, chosen, LEGEND, maxOf, sumOf } from './selector.ts';
import { table } from './table.ts';

const HALF = { width: 12, height: 8 };
const QUARTER = { width: 6, height: 8 };
const NO_RUN = 'no run is known';

/** Whether the probe itself does its work. */
export function runsRow(): Row {
  return {
    title: 'Runs',
    collapsed: false,
    panels: [
      timeline({
        title: 'Outcome',
        description:
          'What became of the last run at that time. Complete: everything was looked at, whether or not something is broken. No run: the last one, of any shard, was longer ago than the limit; look at the CronJob.',
        unit: 'none',
        size: HALF,
        queries: [{ query: OUTCOME, legend: LEGEND }],
        noValue: NO_RUN,
        mappings: [
          inWords({
            [OUTCOMES.incomplete]: { text: 'incomplete', color: 'orange' },
            [OUTCOMES.complete]: { text: 'complete', color: 'green' },
            [OUTCOMES.suspect]: { text: 'suspect', color: 'dark-red' },
            [OUTCOMES.noRun]: { text: 'no run', color: NOT_KNOWN_COLOR },
          }),
        ],
      }),
      lines({
        title: 'Duration',
        description:
          'How long the last run took; of a divided registry, that of its slowest shard. It has to stay below the deadline of a run.',
        unit: 's',
        size: HALF,
        queries: [{ query: maxOf('registry_integrity_last_run_duration_seconds'), legend: LEGEND }],
        noValue: NO_RUN,
      }),
      table({
        title: 'Last runs',
        description:
          'How long ago each registry was looked at, whatever came of it, and how long ago its numbers arrived. If that grows while the CronJob is not suspended, look at its Jobs: `kubectl get jobs`, then the log of the last one. **Shards**: those that have ever walked completely, as a part of those there should be; below 100% a part of the registry was never looked at, above, the numbers of a larger division were left in the Pushgateway.',
        size: HALF,
        noValue: NO_RUN,
        worstFirst: 'Last run',
        columns: [
          { heading: 'Registry', label: 'registry' },
          { heading: 'Cluster', label: 'cluster' },
          { heading: 'Last run', query: RUN_AGE, unit: 's' },
          {
            heading: 'Last accepted push',
            query: orNotMeasured(SINCE_PUSH),
            unit: 's',
            mappings: [notANumber('no Pushgateway')],
          },
          {
            heading: 'Shards',
            query: orNotMeasured(SHARDS_REPORTING),
            unit: 'percentunit',
            mappings: [notANumber('never complete')],
            thresholds: from('red', [1, 'green'], [1.001, 'orange']),
            colored: true,
          },
        ],
      }),
      lines({
        title: 'Requests, by method',
        description:
          'What the last run asked of the registry, its token service and its storage, retries and redirects included.',
        unit: 'none',
        size: QUARTER,
        queries: [{ query: sumOf('registry_integrity_requests', 'method'), legend: `${LEGEND}: {{method}}` }],
        noValue: NO_RUN,
        decimals: 0,
      }),
      table({
        title: 'Versions',
        description: 'Which version of the probe ran last, and how many shards of it.',
        size: QUARTER,
        noValue: NO_RUN,
        columns: [
          { heading: 'Registry', label: 'registry' },
          { heading: 'Version', label: 'version' },
          {
            heading: 'Shards',
            query: `count ${by('version')} (${chosen('registry_integrity_build_info')})`,
            unit: 'none',
          },
        ],
      }),
    ],
  };
}
