import * as z from 'zod';

import { group, objects, removable, text, texts, toggle } from './leaves.ts';

const namespaces = removable(z.array(z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/)));

/** What the probe reads and writes in the cluster. */
export const Kubernetes = group({
  inUse: toggle,
  nodes: toggle,
  namespaces,
  report: toggle,
  state: toggle,
  events: toggle,
});

/** As whom. */
export const ServiceAccount = group({ create: toggle, name: text, annotations: texts, labels: texts });

/** With which rights. */
export const Rbac = group({ create: toggle });

/** What the probe may reach. */
export const NetworkPolicy = group({
  enabled: toggle,
  ingress: group({ pushgateway: objects }),
  egress: group({
    dns: toggle,
    kubernetesApi: objects,
    registries: objects,
    pushgateway: objects,
    extra: objects,
  }),
});
