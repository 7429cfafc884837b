import { inWords, NOT_KNOWN_COLOR, notANumber } from './mappings.ts';
import { from } from './panel.ts';
import { gauge, lines, stat, timeline } from './panels.ts';
import { orNotMeasured, OUTCOME, OUTCOMES, RUN_AGE, SHARDS_REPORTING } from './queries.ts';
import type { Row } from './row.ts';
import { chosen, maxOf, sumOf } from './selector.ts';
import { table } from './table.ts';

const LEGEND = '{{registry}}';
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
      stat({
        title: 'Time since last run',
        description:
          'Whatever came of it. If this grows while the CronJob is not suspended, look at its Jobs: `kubectl get jobs`, then the log of the last one.',
        unit: 's',
        size: QUARTER,
        queries: [{ query: RUN_AGE, legend: LEGEND }],
        noValue: NO_RUN,
      }),
      gauge({
        title: 'Shards reporting',
        description:
          'Shards that have ever walked completely, as a part of those there should be. Below 100% a part of the registry was never looked at; above, the numbers of a larger division were left in the Pushgateway.',
        unit: 'percentunit',
        size: QUARTER,
        queries: [{ query: orNotMeasured(SHARDS_REPORTING), legend: LEGEND }],
        noValue: NO_RUN,
        mappings: [notANumber('never complete')],
        thresholds: from('red', [1, 'green'], [1.001, 'orange']),
        min: 0,
        max: 1,
      }),
      lines({
        title: 'Requests, by method',
        description:
          'What the last run asked of the registry, its token service and its storage, retries and redirects included.',
        unit: 'none',
        size: QUARTER,
        queries: [{ query: sumOf('registry_integrity_requests', 'method'), legend: '{{registry}}: {{method}}' }],
        noValue: NO_RUN,
        decimals: 0,
      }),
      table({
        title: 'Versions',
        description: 'Which version of the probe ran last, and how many shards of it.',
        unit: 'none',
        size: QUARTER,
        query: `count by (job, registry, version) (${chosen('registry_integrity_build_info')})`,
        columns: { registry: 'Registry', version: 'Version', Value: 'Shards' },
        noValue: NO_RUN,
      }),
    ],
  };
}
