import * as z from 'zod';

import { group, labels, namespace, objects, removable, text, texts, toggle } from './leaves.ts';

const namespaces = removable(z.array(namespace.min(1)));

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
export const ServiceAccount = group({ create: toggle, name: text, annotations: texts, labels });

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
