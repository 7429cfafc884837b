import { areas, lines } from './panels.ts';
import { broken } from './queries.ts';
import type { Row } from './row.ts';
import { inWords } from './mappings.ts';
import { by, chosenBoth, FINDING_INFO, LEGEND, NEVER_COMPLETE, sumOf } from './selector.ts';
import { table } from './table.ts';
import { runbook } from './what-to-do.ts';

/** When each was seen first, as Grafana's dates are: in milliseconds. */
const SINCE = `max ${by('repository', 'tag', 'object', 'fault', 'platform', 'used_by', 'copies')} (${chosenBoth(FINDING_INFO)}) * 1000`;

/** What is broken, and how. */
export function findingsRow(): Row {
  return {
    title: 'Findings',
    collapsed: false,
    panels: [
      table({
        title: 'What is broken',
        description: `The tags that a finding reaches, after the last complete walk or an incomplete one after it; without a tag, what only a pinned digest reaches. A tag with several kinds of damage has several lines. **Used by**: the first three workloads. **Whole copies in**: registries that were asked for one. Digests and causes are in the report; go on with ${runbook('RegistryManifestIntegrityFailure')}.`,
        size: { width: 24, height: 11 },
        noValue: 'Nothing is known to be broken; the verdict says whether all was looked at',
        columns: [
          { heading: 'Registry', label: 'registry' },
          { heading: 'Cluster', label: 'cluster' },
          { heading: 'Repository', label: 'repository' },
          { heading: 'Tag', label: 'tag' },
          { heading: 'Platform', label: 'platform' },
          { heading: 'Object', label: 'object' },
          { heading: 'Fault', label: 'fault' },
          {
            heading: 'Since',
            query: SINCE,
            unit: 'dateTimeAsIso',
            mappings: [inWords({ 0: { text: 'not known', color: 'text' } })],
          },
          { heading: 'Used by', label: 'used_by' },
          { heading: 'Whole copies in', label: 'copies' },
        ],
      }),
      lines({
        title: 'Findings that can be copied back',
        description: `Findings of the last complete walk, and those of which a whole copy was found: in another repository of the registry, or in one that \`copies\` names. The report has the command that brings each back, which is sooner done than a build; where there is none, the image has to be built and pushed.`,
        unit: 'none',
        size: { width: 24, height: 7 },
        queries: [
          { query: sumOf('registry_integrity_failures_recoverable'), legend: `${LEGEND}: can be copied back` },
          { query: sumOf('registry_integrity_failures'), legend: `${LEGEND}: broken` },
        ],
        noValue: NEVER_COMPLETE,
        decimals: 0,
      }),
      areas({
        title: 'Broken references by object and fault',
        description:
          'What is broken (`manifest`, `child`, `config`, `layer`) and how (`missing`, `unreadable` and so on). Many at once point to a clean-up job or a disk, one alone to a push that went wrong.',
        unit: 'none',
        size: { width: 24, height: 8 },
        queries: [{ query: broken('object', 'fault'), legend: `${LEGEND}: {{object}} {{fault}}` }],
        noValue: 'not measured',
        decimals: 0,
      }),
    ],
  };
}
