import * as z from 'zod';

import { listOf, mapping, toggle } from './leaves.ts';

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-subdomain-names */
const OBJECT_NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const MAX_OBJECT_NAME = 253;

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names */
const NAMESPACE = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

const OBJECT_NAME_EXPECTED = 'expected the name of an object in Kubernetes: lower-case letters, digits, - and .';
const NAMESPACE_EXPECTED = 'expected the name of a namespace: lower-case letters, digits and -';

/** The name of an object such as a ConfigMap or a Secret. */
export const ObjectName = z
  .string({ error: OBJECT_NAME_EXPECTED })
  .max(MAX_OBJECT_NAME, { error: OBJECT_NAME_EXPECTED })
  .regex(OBJECT_NAME, { error: OBJECT_NAME_EXPECTED });

const Namespace = z.string({ error: NAMESPACE_EXPECTED }).regex(NAMESPACE, { error: NAMESPACE_EXPECTED });

const WITNESS_EXPECTED =
  'expected the namespace and the name of a ConfigMap, as in monitoring/probe-config, or nothing';

/** A ConfigMap of any namespace, as `NAMESPACE/NAME`; empty for none. */
export const ConfigMapOrNone = z.string({ error: WITNESS_EXPECTED }).refine(isConfigMapOrNone, {
  error: WITNESS_EXPECTED,
});

function isConfigMapOrNone(text: string): boolean {
  const [namespace = '', name = '', ...more] = text.split('/');
  const isNamed = Namespace.safeParse(namespace).success && ObjectName.safeParse(name).success;
  return text === '' || (isNamed && more.length === 0);
}

/** What is asked of the cluster in which the probe runs, or to which the kubeconfig leads. */
export const Kubernetes = mapping({
  inUse: toggle
    .default(false)
    .describe('Read which workloads use what is broken, and walk the digests that they name.'),
  namespaces: listOf(Namespace, 'namespaces')
    .default([])
    .describe(
      'The namespaces whose workloads count for `inUse`, where the right to read all of them is missing; what others use is then not known to be used. Empty: all.',
    ),
  nodes: toggle
    .default(false)
    .describe('Read which platforms the nodes have, for `platforms: nodes`; by itself it changes nothing.'),
  configMap: ObjectName.nullable()
    .default(null)
    .describe('A ConfigMap to keep the report in, which has to be there; unset, nothing is kept.'),
  state: ObjectName.nullable()
    .default(null)
    .describe(
      'A ConfigMap that keeps what a run knows for the next one, which has to be there; instead of `stateFile`.',
    ),
  events: toggle.default(false).describe('Tell workloads by an event that an image they use is broken.'),
  namespace: Namespace.nullable()
    .default(null)
    .describe("Where the ConfigMaps and the pull secrets are; unset, the pod's own namespace."),
});
