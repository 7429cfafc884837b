import { inWords, notANumber } from './mappings.ts';
import { from } from './panel.ts';
import { stat } from './panels.ts';
import {
  believable,
  broken,
  CATALOG,
  countOf,
  orNotMeasured,
  RESULT_AGE,
  RESULT_AGE_OF_LIMIT,
  TAG_COVERAGE,
  UNNAMED_NOW,
  VERDICT,
  VERDICTS,
  whileRunning,
} from './queries.ts';
import type { Row } from './row.ts';
import { sumOf } from './selector.ts';
import { table } from './table.ts';
import { runbook, whatToDo } from './what-to-do.ts';

const NO_RUN = 'no run is known';

const WORDS = {
  [VERDICTS.sound]: { text: 'SOUND', color: 'green' },
  [VERDICTS.unknown]: { text: 'UNKNOWN', color: 'orange' },
  [VERDICTS.overdue]: { text: 'OVERDUE', color: 'orange' },
  [VERDICTS.broken]: { text: 'BROKEN', color: 'red' },
  [VERDICTS.suspect]: { text: 'SUSPECT', color: 'dark-red' },
} as const;

/** The alerts of this project, and the labels by which one is told from another. */
export const ALERTS = 'alertname=~"Registry(ManifestIntegrity|Integrity|Catalog|Storage).+",registry=~"$registry"';
const ALERT = 'alertname, alertstate, severity, cluster, registry, repository, tag';

/** Since when each alert is pending or firing; Grafana's dates are in milliseconds. */
const ALERTS_SINCE = `max by (${ALERT}) (ALERTS{${ALERTS}} * ignoring (alertstate) group_left () ALERTS_FOR_STATE{${ALERTS}}) * 1000`;

/** What somebody who was paged looks at first: it is the same for one registry and for sixty. */
export function verdictRow(): Row {
  return {
    title: 'Verdict',
    collapsed: false,
    panels: [
      stat({
        title: 'Registries by verdict',
        description:
          'How many registries there are of each kind. **BROKEN**: images would not pull. **SUSPECT**: nearly everything is missing, so the findings are held back; look at the storage. **UNKNOWN**: the last run could not look at everything. **OVERDUE**: no complete walk, of every shard, within the limit. **SOUND**: everything that was looked at is there.',
        unit: 'none',
        size: { width: 4, height: 10 },
        queries: Object.entries(WORDS).map(([value, { text }]) => ({ query: countOf(Number(value)), legend: text })),
        noValue: NO_RUN,
        thresholds: from('text'),
        colorOf: Object.fromEntries(Object.values(WORDS).map(({ text, color }) => [text, from('text', [1, color])])),
      }),
      table({
        title: 'Registries',
        description: `One line for each registry, the worst first. **Broken**: what is confirmed to be broken, at least, by the last complete walk or by an incomplete one after it; a 0 is shown only if it is fresh. **In use**: of these, what a workload of the cluster uses, where the probe may read the workloads. **Confirmed by an incomplete walk**: may be among those of the complete walk before it; the two are not to be added up. **Not in the table**: repositories that the table of what is broken has no line for, because there are more than \`findings.maxSeries\`. **Of limit**: from 100% on, every other number is too old to be trusted. Go on with ${runbook('RegistryManifestIntegrityFailure')}.`,
        size: { width: 20, height: 10 },
        noValue: NO_RUN,
        worstFirst: 'Verdict',
        columns: [
          { heading: 'Registry', label: 'registry' },
          { heading: 'Cluster', label: 'cluster' },
          { heading: 'Verdict', query: VERDICT, unit: 'none', mappings: [inWords(WORDS)], colored: true },
          {
            heading: 'Broken',
            query: believable(broken()),
            unit: 'none',
            mappings: [notANumber('not measured')],
            thresholds: from('green', [1, 'red']),
            colored: true,
          },
          {
            heading: 'In use',
            query: believable(sumOf('registry_integrity_failures_in_use')),
            unit: 'none',
            mappings: [notANumber('not measured')],
            thresholds: from('green', [1, 'red']),
            colored: true,
          },
          {
            heading: 'Confirmed by an incomplete walk',
            query: orNotMeasured(sumOf('registry_integrity_partial_failures')),
            unit: 'none',
            mappings: [notANumber('none so far')],
          },
          {
            heading: 'Not in the table',
            query: believable(UNNAMED_NOW),
            unit: 'none',
            mappings: [notANumber('not measured')],
          },
          {
            heading: 'Catalog',
            query: orNotMeasured(whileRunning(`(${CATALOG})`)),
            unit: 'none',
            mappings: [
              inWords({
                '-1': { text: 'lost', color: 'red' },
                0: { text: 'inaccessible', color: 'red' },
                1: { text: 'accessible', color: 'green' },
              }),
              notANumber('no fresh run'),
            ],
            colored: true,
          },
          {
            heading: 'Last complete walk',
            query: orNotMeasured(RESULT_AGE),
            unit: 's',
            mappings: [notANumber('never complete')],
          },
          {
            heading: 'Of limit',
            query: orNotMeasured(RESULT_AGE_OF_LIMIT),
            unit: 'percentunit',
            mappings: [notANumber('never complete')],
            thresholds: from('green', [0.75, 'orange'], [1, 'red']),
            colored: true,
          },
          {
            heading: 'Tags looked at',
            query: orNotMeasured(TAG_COVERAGE),
            unit: 'percentunit',
            mappings: [notANumber('no tags')],
          },
        ],
      }),
      table({
        title: 'Alerts',
        description:
          'Alerts of this probe that are pending or firing now, and since when. The same alerts are the red marks in the panels over time. It is also empty where the alert rules of the chart are not loaded.',
        size: { width: 14, height: 9 },
        noValue: 'No alert is pending or firing, if the rules are loaded',
        columns: [
          { heading: 'Alert', label: 'alertname' },
          { heading: 'State', label: 'alertstate' },
          { heading: 'Severity', label: 'severity' },
          { heading: 'Registry', label: 'registry' },
          { heading: 'Repository', label: 'repository' },
          { heading: 'Since', query: ALERTS_SINCE, unit: 'dateTimeAsIso' },
        ],
      }),
      whatToDo({ width: 10, height: 9 }),
    ],
  };
}
