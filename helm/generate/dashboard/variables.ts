import {
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';

import { DATASOURCE } from './panel.ts';

/** Every registry that ever ran has this metric. */
const RUNS = 'registry_integrity_last_run_timestamp_seconds';

/** What the names of CronJobs look like; the chart puts the name of its release there, which may be any. */
const CRONJOBS = '.*registry-integrity-probe.*';

/** The Prometheus to ask. */
export function datasourceVariable(): DatasourceVariableBuilder {
  return new DatasourceVariableBuilder('datasource').label('Data Source').type('prometheus');
}

/** Whose numbers are shown. Each of the variables takes several values, and all to begin with. */
export function chosenVariables(): readonly QueryVariableBuilder[] {
  return [
    labelValues('cluster', 'Cluster', `label_values(${RUNS}, cluster)`, '.*').description(
      'Where the numbers of several clusters come together; without such a label there is nothing to choose.',
    ),
    labelValues('job', 'Job', `label_values(${RUNS}{cluster=~"$cluster"}, job)`, '.+').description(
      'The job of the probe. Where the scrape of the Pushgateway does not honor labels, it is the job of the scrape.',
    ),
    labelValues('registry', 'Registry', `label_values(${RUNS}{cluster=~"$cluster",job=~"$job"}, registry)`, '.+'),
    labelValues(
      'cronjob',
      'CronJob',
      `label_values(kube_cronjob_info{cronjob=~"${CRONJOBS}"}, cronjob)`,
      CRONJOBS,
    ).description('For the row Kubernetes alone. A release with a name of its own can be typed in.'),
  ];
}

function labelValues(name: string, label: string, query: string, all: string): QueryVariableBuilder {
  return new QueryVariableBuilder(name)
    .label(label)
    .datasource(DATASOURCE)
    .query({ query, refId: 'StandardVariableQuery' })
    .definition(query)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(true)
    .allValue(all)
    .current({ selected: true, text: ['All'], value: ['$__all'] });
}
