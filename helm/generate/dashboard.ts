import {
  AnnotationQueryBuilder,
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
} from '@grafana/grafana-foundation-sdk/dashboard';

import { coverageRow } from './dashboard/coverage.ts';
import { deliveryRow } from './dashboard/delivery.ts';
import { findingsRow } from './dashboard/findings.ts';
import { kubernetesRow } from './dashboard/kubernetes.ts';
import { addRow, numbered } from './dashboard/layout.ts';
import { DATASOURCE } from './dashboard/panel.ts';
import { runsRow } from './dashboard/runs.ts';
import { scaleRow } from './dashboard/scale.ts';
import { storageRow } from './dashboard/storage.ts';
import { chosenVariables, datasourceVariable } from './dashboard/variables.ts';
import { ALERTS, verdictRow } from './dashboard/verdict.ts';

/** Short and fixed, so that a link to the dashboard stays good. */
const UID = 'registry-integrity';

/**
 * The last version that Grafana 10 knows. Newer ones bring an older dashboard up to date by themselves, while an
 * older one takes a newer dashboard as it is.
 */
const SCHEMA_VERSION = 39;

const ROWS = [verdictRow, findingsRow, coverageRow, scaleRow, runsRow, deliveryRow, storageRow, kubernetesRow];

/** The dashboard, as Grafana 10 to 12 import it. */
export function buildDashboard(): Dashboard {
  const builder = new DashboardBuilder('Registry integrity')
    .uid(UID)
    .description('Whether every image that the registries offer would still pull, and whether that is known.')
    .tags(['registry-integrity'])
    .readonly()
    .timezone('utc')
    .refresh('1m')
    .time({ from: 'now-7d', to: 'now' })
    .tooltip(DashboardCursorSync.Crosshair)
    .withVariable(datasourceVariable())
    .annotation(alertAnnotation());
  for (const variable of chosenVariables()) builder.withVariable(variable);
  for (const row of ROWS) addRow(builder, row());

  const dashboard = builder.build();
  return { id: null, ...dashboard, schemaVersion: SCHEMA_VERSION, panels: numbered(dashboard.panels ?? []) };
}

/** Red marks in the panels over time while an alert fires. */
function alertAnnotation(): AnnotationQueryBuilder {
  return new AnnotationQueryBuilder()
    .name('Firing alerts')
    .datasource(DATASOURCE)
    .enable(true)
    .iconColor('red')
    .expr(`max by (alertname, severity, cluster, registry) (ALERTS{alertstate="firing",${ALERTS}})`)
    .titleFormat('{{alertname}}')
    .textFormat('{{cluster}} {{registry}}: {{severity}}')
    .tagKeys('alertname,cluster,registry')
    .step('60s');
}
