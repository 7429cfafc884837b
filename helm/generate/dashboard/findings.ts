import { notANumber } from './mappings.ts';
import { from } from './panel.ts';
import { areas, stat } from './panels.ts';
import { believable, broken, orNotMeasured } from './queries.ts';
import type { Row } from './row.ts';
import { chosenBoth, sumOf, TAG_FAILURES } from './selector.ts';
import { table } from './table.ts';
import { runbook } from './what-to-do.ts';

const LEGEND = '{{registry}}';
const NUMBER = { width: 4, height: 8 };

/** What is broken, and how. */
export function findingsRow(): Row {
  return {
    title: 'Findings',
    collapsed: false,
    panels: [
      areas({
        title: 'Broken references by object and fault',
        description:
          'What is broken (`manifest`, `child`, `config`, `layer`) and how (`missing`, `unreadable` and so on). Many at once point to a clean-up job or a disk, one alone to a push that went wrong.',
        unit: 'none',
        size: { width: 16, height: 8 },
        queries: [{ query: broken('object', 'fault'), legend: '{{registry}}: {{object}} {{fault}}' }],
        noValue: 'not measured',
        decimals: 0,
      }),
      stat({
        title: 'Confirmed by an incomplete walk',
        description:
          'Findings of the last incomplete walk that confirmed any. They stand until a complete walk has looked at everything, and may be among those of the complete walk before it: the two are not to be added up.',
        unit: 'none',
        size: NUMBER,
        queries: [{ query: orNotMeasured(sumOf('registry_integrity_partial_failures')), legend: LEGEND }],
        noValue: 'no run is known',
        mappings: [notANumber('none so far')],
        thresholds: from('text', [1, 'red']),
      }),
      stat({
        title: 'Broken tags not listed',
        description:
          'How many rows the table below lacks, because there are more than `findings.maxSeries`. The report has them all.',
        unit: 'none',
        size: NUMBER,
        queries: [{ query: believable(sumOf('registry_integrity_tag_failures_truncated')), legend: LEGEND }],
        noValue: 'no run is known',
        mappings: [notANumber('not measured')],
        thresholds: from('text', [1, 'orange']),
      }),
      table({
        title: 'Broken tags',
        description: `The tags that a finding reaches, after the last complete walk or an incomplete one after it. A tag with several kinds of damage has several rows, and something that only a pinned digest reaches has none. Platforms, digests, workloads and causes are in the report; go on with ${runbook('RegistryManifestIntegrityFailure')}.`,
        unit: 'none',
        size: { width: 24, height: 9 },
        query: `max by (job, registry, repository, tag, object, fault) (${chosenBoth(TAG_FAILURES)}) > 0`,
        columns: {
          registry: 'Registry',
          repository: 'Repository',
          tag: 'Tag',
          object: 'Object',
          fault: 'Fault',
          Value: 'Findings',
        },
        noValue: 'No tag is known to be broken; the verdict says whether all were looked at',
      }),
    ],
  };
}
