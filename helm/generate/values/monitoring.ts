import * as z from 'zod';

import {
  alertTexts,
  group,
  labels,
  LabelName,
  namespace,
  objects,
  promDuration,
  removable,
  text,
  texts,
  toggle,
} from './leaves.ts';

const ALERT = {
  enabled: toggle.optional(),
  for: promDuration.optional(),
  severity: z.string().min(1).optional(),
  labels: alertTexts,
  annotations: alertTexts,
};

/** What has an alert of its own. */
export const Alerts = group({ failurePer: z.enum(['repository', 'registry', 'tag']) });

const Alert = removable(z.strictObject(ALERT));

/** The alert rules, and how Prometheus gets them. */
export const PrometheusRule = group({
  enabled: toggle,
  namespace,
  additionalLabels: labels,
  additionalAnnotations: texts,
  configMap: group({ enabled: toggle, namespace, additionalLabels: labels, additionalAnnotations: texts }),
  jobLabel: LabelName,
  additionalRuleLabels: alertTexts,
  additionalRuleAnnotations: alertTexts,
  additionalMatchers: text,
  kubeStateMetrics: toggle,
  runbookUrl: text,
  keepFiringFor: promDuration,
  rules: removable(
    z.strictObject({
      RegistryManifestIntegrityFailure: removable(z.strictObject({ ...ALERT, severityUnused: text.optional() })),
      RegistryManifestIntegrityFailureUnused: removable(z.strictObject({ ...ALERT, severity: text.optional() })),
      RegistryManifestIntegrityFailurePartial: Alert,
      RegistryIntegritySuspect: Alert,
      RegistryIntegrityProbeStale: Alert,
      RegistryIntegrityProbeNotStarting: Alert,
      RegistryCatalogInaccessible: removable(z.strictObject({ ...ALERT, forLost: promDuration.optional() })),
      RegistryIntegrityNothingChecked: Alert,
      RegistryIntegrityPushRejected: Alert,
      RegistryIntegrityCoverageOverdue: Alert,
      RegistryIntegrityCoverageDropped: Alert,
      RegistryStorageIntegrityFailure: Alert,
      RegistryStorageScanStale: Alert,
    }),
  ),
  coverageDropRatio: z.number().positive().max(1),
  additionalRules: objects,
});

/** The same rules for the operator of VictoriaMetrics. */
export const VmRule = group({
  enabled: toggle,
  namespace,
  additionalLabels: labels,
  additionalAnnotations: texts,
});

/** The dashboard, and how Grafana gets it. */
export const GrafanaDashboard = group({
  enabled: toggle,
  namespace,
  sidecarLabel: z.string().min(1),
  sidecarLabelValue: text,
  folderAnnotation: text,
  folder: text,
  uid: z.string().regex(/^[a-zA-Z0-9_-]{0,40}$/),
  labels,
  annotations: texts,
  operator: group({
    enabled: toggle,
    matchLabels: labels,
    allowCrossNamespaceImport: toggle,
    folder: text,
    folderUID: text,
    folderRef: text,
    resyncPeriod: promDuration,
  }),
});
