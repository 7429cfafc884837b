import * as z from 'zod';

import { count, group, labels, object, objects, removable, text, texts, toggle, variables } from './leaves.ts';

/** A CronJob that starts later than this many seconds may not be started at all: https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ */
const LEAST_STARTING_DEADLINE = 10;

/** When walks start. */
export const CronJob = group({
  schedule: z.string().min(1),
  periodSeconds: removable(count(60)),
  timeZone: text,
  suspend: toggle,
  concurrencyPolicy: z.enum(['Allow', 'Forbid', 'Replace']),
  startingDeadlineSeconds: removable(count(LEAST_STARTING_DEADLINE)),
  successfulJobsHistoryLimit: count(),
  failedJobsHistoryLimit: count(),
  annotations: texts,
  labels,
});

/** One walk. */
export const Job = group({
  backoffLimit: count(),
  backoffLimitPerIndex: removable(count()),
  activeDeadlineSeconds: count(1),
  ttlSecondsAfterFinished: removable(count()),
  podFailurePolicy: object,
  annotations: texts,
  labels,
});

/** What the top level says of the probe's pods. */
export const POD = {
  restartPolicy: z.enum(['Never', 'OnFailure']),
  terminationGracePeriodSeconds: count(),
  extraArgs: removable(z.array(text)),
  extraEnv: variables,
  extraEnvFrom: objects,
  extraVolumes: objects,
  extraVolumeMounts: objects,
  extraInitContainers: objects,
  extraContainers: objects,
  resources: object,
  nodeSelector: labels,
  tolerations: objects,
  affinity: object,
  topologySpreadConstraints: objects,
  priorityClassName: text,
  runtimeClassName: text,
  schedulerName: text,
  hostAliases: objects,
  dnsPolicy: z.enum(['', 'ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None']),
  dnsConfig: object,
  podAnnotations: texts,
  podLabels: labels,
  podSecurityContext: object,
  securityContext: object,
};
