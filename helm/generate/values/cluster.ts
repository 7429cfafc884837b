import { group, objects, text, texts, toggle } from './leaves.ts';

/** What the probe reads and writes in the cluster. */
export const Kubernetes = group({ inUse: toggle, report: toggle, state: toggle, events: toggle });

/** As whom. */
export const ServiceAccount = group({ create: toggle, name: text, annotations: texts, labels: texts });

/** With which rights. */
export const Rbac = group({ create: toggle });

/** What the probe may reach. */
export const NetworkPolicy = group({
  enabled: toggle,
  egress: group({
    dns: toggle,
    kubernetesApi: objects,
    registries: objects,
    pushgateway: objects,
    extra: objects,
  }),
});
