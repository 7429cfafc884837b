import {
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';

import { DATASOURCE } from './panel.ts';

/** Every registry that ever ran has this metric. */
const RUNS = 'registry_integrity_last_run_timestamp_seconds';

/** The Prometheus to ask. */
export function datasourceVariable(): DatasourceVariableBuilder {
  return new DatasourceVariableBuilder('datasource').label('Data Source').type('prometheus');
}

/** Whose numbers are shown. Each of the variables takes several values, and all to begin with. */
export function chosenVariables(): readonly QueryVariableBuilder[] {
  return [
    labelValues('job', 'Job', `label_values(${RUNS}, job)`, '.+').description(
      'The job of the probe. Where the scrape of the Pushgateway does not honor labels, it is the job of the scrape.',
    ),
    labelValues('registry', 'Registry', `label_values(${RUNS}{job=~"$job"}, registry)`, '.+'),
    labelValues(
      'cronjob',
      'CronJob',
      'label_values(kube_cronjob_info{cronjob=~".*registry-integrity-probe.*"}, cronjob)',
      '.*registry-integrity-probe.*',
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
