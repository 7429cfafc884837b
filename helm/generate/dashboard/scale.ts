import { lines } from './panels.ts';
import type { Row } from './row.ts';
import { LEGEND, maxOf, minOf } from './selector.ts';
import { runbook } from './what-to-do.ts';

const NOT_KEPT = 'nothing is kept from run to run';
const THIRD = { width: 8, height: 8 };

/** How much of a registry is seen over several runs. */
export function scaleRow(): Row {
  return {
    title: 'Over several runs',
    collapsed: false,
    panels: [
      lines({
        title: 'Walked as often as promised',
        description: `The share of the repositories that was walked within \`fullWalkEvery\`; without it, by the last run. Below 100%, go on with ${runbook('RegistryIntegrityCoverageOverdue')}.`,
        unit: 'percentunit',
        size: THIRD,
        queries: [{ query: minOf('registry_integrity_coverage_ratio'), legend: LEGEND }],
        noValue: NOT_KEPT,
        max: 1,
      }),
      lines({
        title: 'Longest unseen',
        description:
          'How long ago what is longest unseen was looked at, and since when every byte of every config and layer was hashed, where `scrub` is set.',
        unit: 's',
        size: THIRD,
        queries: [
          {
            query: `time() - ${minOf('registry_integrity_oldest_check_timestamp_seconds')}`,
            legend: `${LEGEND}: looked at`,
          },
          {
            query: `time() - ${minOf('registry_integrity_scrub_oldest_timestamp_seconds')}`,
            legend: `${LEGEND}: hashed`,
          },
        ],
        noValue: NOT_KEPT,
      }),
      lines({
        title: 'Listed no more',
        description: `The share of repositories or tags that is listed no more, against the last complete walk or the most of seven days, and how many names that is. Go on with ${runbook('RegistryIntegrityCoverageDropped')}.`,
        unit: 'percentunit',
        size: THIRD,
        queries: [{ query: maxOf('registry_integrity_coverage_drop_ratio'), legend: LEGEND }],
        noValue: NOT_KEPT,
        max: 1,
      }),
      lines({
        title: 'Names that are listed no more',
        description: 'How many repositories or tags that share is.',
        unit: 'none',
        size: { width: 12, height: 8 },
        queries: [{ query: maxOf('registry_integrity_coverage_drop_names'), legend: LEGEND }],
        noValue: NOT_KEPT,
        decimals: 0,
      }),
      lines({
        title: 'Hashed by turns',
        description: 'How many bytes of configs and layers the last run hashed, where `scrub` is set.',
        unit: 'bytes',
        size: { width: 12, height: 8 },
        queries: [{ query: maxOf('registry_integrity_scrub_bytes'), legend: LEGEND }],
        noValue: 'nothing is hashed by turns',
      }),
    ],
  };
}
