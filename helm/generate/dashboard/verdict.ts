import { inWords, notANumber } from './mappings.ts';
import { from } from './panel.ts';
import { gauge, stat } from './panels.ts';
import {
  believable,
  broken,
  orNotMeasured,
  RESULT_AGE,
  RESULT_AGE_OF_LIMIT,
  VERDICT,
  VERDICTS,
  whileRunning,
} from './queries.ts';
import type { Row } from './row.ts';
import { maxOf, minOf, sumOf } from './selector.ts';
import { table } from './table.ts';
import { runbook, whatToDo } from './what-to-do.ts';

const NUMBER = { width: 4, height: 6 };
const LEGEND = '{{registry}}';
const NO_RUN = 'no run is known';

/** The alerts of this project. */
export const ALERTS =
  'ALERTS{alertstate="firing",alertname=~"Registry(ManifestIntegrity|Integrity|Catalog).+",registry=~"$registry"}';

/** What somebody who was paged looks at first. */
export function verdictRow(): Row {
  return {
    title: 'Verdict',
    collapsed: false,
    panels: [
      stat({
        title: 'Verdict',
        description:
          'Each registry in one word. **BROKEN**: images would not pull. **SUSPECT**: nearly everything is missing, so the findings are held back; look at the storage. **UNKNOWN**: the last run could not look at everything. **OVERDUE**: no complete walk, of every shard, within the limit. **SOUND**: everything that was looked at is there.',
        unit: 'none',
        size: NUMBER,
        queries: [{ query: VERDICT, legend: LEGEND }],
        noValue: NO_RUN,
        mappings: [
          inWords({
            [VERDICTS.sound]: { text: 'SOUND', color: 'green' },
            [VERDICTS.unknown]: { text: 'UNKNOWN', color: 'orange' },
            [VERDICTS.overdue]: { text: 'OVERDUE', color: 'orange' },
            [VERDICTS.broken]: { text: 'BROKEN', color: 'red' },
            [VERDICTS.suspect]: { text: 'SUSPECT', color: 'dark-red' },
          }),
        ],
      }),
      stat({
        title: 'Broken references',
        description: `Manifests, children of indexes, configs and layers that are confirmed to be broken, at least: by the last complete walk, or by an incomplete one after it. A 0 is shown only if it is fresh. Go on with ${runbook('RegistryManifestIntegrityFailure')}.`,
        unit: 'none',
        size: NUMBER,
        queries: [{ query: believable(broken()), legend: LEGEND }],
        noValue: NO_RUN,
        mappings: [notANumber('not measured')],
        thresholds: from('green', [1, 'red']),
      }),
      stat({
        title: 'Broken and in use',
        description:
          'Findings of the last complete walk that at least one workload of the cluster uses: repair these first. That nothing uses an image now does not mean that nothing will pull it tomorrow. Measured only where the probe may read the workloads (`kubernetes.inUse`).',
        unit: 'none',
        size: NUMBER,
        queries: [{ query: believable(sumOf('registry_integrity_failures_in_use')), legend: LEGEND }],
        noValue: NO_RUN,
        mappings: [notANumber('not measured')],
        thresholds: from('green', [1, 'red']),
      }),
      stat({
        title: 'Suspect',
        description: `Whether nearly everything was missing in the last run. Its findings are then held back, and all other numbers are those of an earlier walk. Go on with ${runbook('RegistryIntegritySuspect')}.`,
        unit: 'none',
        size: NUMBER,
        queries: [{ query: orNotMeasured(whileRunning(maxOf('registry_integrity_suspect'))), legend: LEGEND }],
        noValue: NO_RUN,
        mappings: [
          inWords({ 0: { text: 'no', color: 'green' }, 1: { text: 'SUSPECT', color: 'dark-red' } }),
          notANumber('no fresh run'),
        ],
      }),
      stat({
        title: 'Catalog',
        description: `Whether the registry listed its repositories in the last run; of a divided registry, in that of every shard. Go on with ${runbook('RegistryCatalogInaccessible')}.`,
        unit: 'none',
        size: NUMBER,
        queries: [
          { query: orNotMeasured(whileRunning(minOf('registry_integrity_catalog_accessible'))), legend: LEGEND },
        ],
        noValue: NO_RUN,
        mappings: [
          inWords({ 0: { text: 'inaccessible', color: 'red' }, 1: { text: 'accessible', color: 'green' } }),
          notANumber('no fresh run'),
        ],
      }),
      stat({
        title: 'Time since last complete walk',
        description:
          'How old the numbers are. Of a divided registry it is the shard which is furthest behind. The limit differs from registry to registry, so the color is in the panel below.',
        unit: 's',
        size: NUMBER,
        queries: [{ query: orNotMeasured(RESULT_AGE), legend: LEGEND }],
        noValue: NO_RUN,
        mappings: [notANumber('never complete')],
      }),
      gauge({
        title: 'Result age / limit',
        description: `The time since the last complete walk as a part of what \`staleAfterSeconds\` allows. From 100% on, every other number is too old to be trusted. Go on with ${runbook('RegistryIntegrityProbeStale')}.`,
        unit: 'percentunit',
        size: { width: 6, height: 9 },
        queries: [{ query: orNotMeasured(RESULT_AGE_OF_LIMIT), legend: LEGEND }],
        noValue: NO_RUN,
        mappings: [notANumber('never complete')],
        thresholds: from('green', [0.75, 'orange'], [1, 'red']),
        min: 0,
        max: 1,
      }),
      table({
        title: 'Firing alerts',
        description:
          'Alerts of this probe that are firing now. The same alerts are the red marks in the panels over time. It is also empty where the alert rules of the chart are not loaded.',
        unit: 'none',
        size: { width: 8, height: 9 },
        query: `max by (alertname, severity, registry) (${ALERTS})`,
        columns: { alertname: 'Alert', severity: 'Severity', registry: 'Registry' },
        noValue: 'No alert is firing, if the rules are loaded',
      }),
      whatToDo({ width: 10, height: 9 }),
    ],
  };
}
