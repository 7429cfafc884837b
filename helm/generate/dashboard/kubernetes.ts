import { inWords, notANumber } from './mappings.ts';
import { from } from './panel.ts';
import { lines, stat } from './panels.ts';
import type { Row } from './row.ts';
import { table } from './table.ts';

const NEEDS = 'Needs kube-state-metrics.';
const NONE = 'no such CronJob is known';

/** CronJobs and pods by their names: the metrics of a cluster know neither the probe's `job` nor its `registry`. */
const CRONJOBS = 'cronjob=~"$cronjob"';
const OF_JOBS = '=~"$cronjob-.+"';

/** What the cluster knows about the CronJobs; closed, because it needs metrics that not everybody has. */
export function kubernetesRow(): Row {
  return {
    title: 'Kubernetes',
    collapsed: true,
    panels: [
      stat({
        title: 'Time since last schedule',
        description: `When the CronJob last started a Job. ${NEEDS}`,
        unit: 's',
        size: { width: 6, height: 8 },
        queries: [
          {
            query: `time() - max by (namespace, cronjob) (kube_cronjob_status_last_schedule_time{${CRONJOBS}})`,
            legend: '{{namespace}}/{{cronjob}}',
          },
        ],
        noValue: NONE,
      }),
      stat({
        title: 'Suspended',
        description: `A suspended CronJob starts nothing, and its registry is not looked at. ${NEEDS}`,
        unit: 'none',
        size: { width: 6, height: 8 },
        queries: [
          {
            query: `max by (namespace, cronjob) (kube_cronjob_spec_suspend{${CRONJOBS}})`,
            legend: '{{namespace}}/{{cronjob}}',
          },
        ],
        noValue: NONE,
        mappings: [
          inWords({ 0: { text: 'no', color: 'green' }, 1: { text: 'suspended', color: 'orange' } }),
          notANumber('not known'),
        ],
        thresholds: from('text'),
      }),
      table({
        title: 'Failed Jobs',
        description: `Jobs that are still there and failed. Findings do not fail a Job; what does is a registry that could not be walked or results that could not be delivered. ${NEEDS}`,
        size: { width: 12, height: 8 },
        noValue: 'No Job has failed, if kube-state-metrics is there',
        columns: [
          { heading: 'Namespace', label: 'namespace' },
          { heading: 'Job', label: 'job_name' },
          { heading: 'Reason', label: 'reason' },
          {
            heading: 'Failed pods',
            query: `max by (namespace, job_name, reason) (kube_job_status_failed{job_name${OF_JOBS}}) > 0`,
            unit: 'none',
          },
        ],
      }),
      lines({
        title: 'Memory',
        description: 'Working set of each pod of the probe. Needs the metrics of the kubelet (cAdvisor).',
        unit: 'bytes',
        size: { width: 24, height: 8 },
        queries: [
          {
            query: `max by (namespace, pod) (container_memory_working_set_bytes{pod${OF_JOBS},container!=""})`,
            legend: '{{namespace}}/{{pod}}',
          },
        ],
        noValue: 'no such pod is known',
      }),
    ],
  };
}
