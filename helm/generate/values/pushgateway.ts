import * as z from 'zod';

import { Duration } from '../../../src/config/schema/duration.ts';
import { Pushgateway as Settings } from '../../../src/config/schema/pushgateway.ts';
import {
  CaBundle,
  CLAIM,
  ClientCertificate,
  count,
  group,
  labels,
  LabelName,
  namespace,
  object,
  objects,
  OtherImage,
  promDuration,
  removable,
  text,
  texts,
  toggle,
} from './leaves.ts';

const { timeout, retries, insecure } = Settings.shape;

const Auth = group({ existingSecret: text, usernameKey: text, passwordKey: text, bearerTokenKey: text });

const Persistence = group(CLAIM);

const ServiceMonitor = group({
  enabled: toggle,
  namespace,
  additionalLabels: labels,
  interval: promDuration,
  metricRelabelings: objects,
});

/** Where the metrics go, and the Pushgateway that comes with the release. */
export const Pushgateway = group({
  url: text,
  job: text,
  groupingLabels: removable(z.record(LabelName, z.string().min(1))),
  timeout,
  retries,
  insecure,
  auth: Auth,
  caBundle: removable(CaBundle),
  clientCertificate: ClientCertificate,
  cleanup: group({ staleGroups: toggle, onUninstall: toggle, wait: Duration }),
  enabled: toggle,
  image: OtherImage,
  service: group({ port: count(1).max(65_535), annotations: texts }),
  persistence: Persistence,
  serviceMonitor: ServiceMonitor,
  resources: object,
  podSecurityContext: object,
  securityContext: object,
  nodeSelector: labels,
  tolerations: objects,
  affinity: object,
});
