import * as z from 'zod';

import { ConfigurationFile } from '../../src/config/schema.ts';
import { isTree, valueAt } from '../../src/config/tree.ts';
import { Kubernetes, NetworkPolicy, Rbac, ServiceAccount } from './values/cluster.ts';
import {
  Cache,
  extensible,
  group,
  Image,
  labels,
  namespace,
  pullSecrets,
  removable,
  text,
  texts,
  toggle,
} from './values/leaves.ts';
import { Alerts, GrafanaDashboard, PrometheusRule, VmRule } from './values/monitoring.ts';
import { Pushgateway } from './values/pushgateway.ts';
import { Registries, RegistryDefaults } from './values/registries.ts';
import { CronJob, Job, POD } from './values/runs.ts';
import { mergeNulls, tidy } from './values/tidy.ts';

const { failOnFindings, failOnUnknown, logLevel, output, staleAfterSeconds, findings } = ConfigurationFile.shape;

/** Everything that may stand in a values file: all known, as a misspelled value would otherwise do nothing. */
const VALUES = {
  // A chart that has this one as a subchart writes these two.
  global: removable(z.looseObject({ imageRegistry: removable(text), imagePullSecrets: pullSecrets })),
  enabled: removable(toggle),
  nameOverride: text,
  fullnameOverride: text,
  namespaceOverride: namespace,
  commonLabels: labels,
  commonAnnotations: texts,
  image: Image,
  imagePullSecrets: pullSecrets,
  registries: Registries,
  registryDefaults: RegistryDefaults,
  staleAfterSeconds,
  cronJob: CronJob,
  job: Job,
  failOnFindings,
  failOnUnknown,
  quitUrl: text.regex(
    /^(?:[hH][tT][tT][pP]:\/\/(?:(?:[-a-zA-Z0-9_]+\.)*localhost|127(?:\.[0-9]{1,3}){3}|\[::1\])(?::[0-9]{1,5})?(?:[/?#][^@\s]*)?)?$/,
  ),
  logLevel,
  output,
  findings,
  cache: Cache,
  kubernetes: Kubernetes,
  pushgateway: Pushgateway,
  forget: group({ witness: removable(text.regex(/^(?:[a-z0-9][-a-z0-9]*\/[a-z0-9][-.a-z0-9]*)?$/)) }),
  proxy: group({ httpProxy: text, httpsProxy: text, noProxy: text }),
  ...POD,
  serviceAccount: ServiceAccount,
  rbac: Rbac,
  networkPolicy: NetworkPolicy,
  alerts: Alerts,
  prometheusRule: PrometheusRule,
  vmRule: VmRule,
  grafanaDashboard: GrafanaDashboard,
  extraManifests: z.array(z.union([text, z.record(z.string(), z.unknown())])).nullish(),
};

const Values = extensible(z.strictObject(VALUES).partial());

/** The chart's values as JSON Schema, in the draft that Helm reads: https://helm.sh/docs/topics/charts/#schema-files */
export function valuesSchema(): z.core.JSONSchema.BaseSchema {
  const schema = z.toJSONSchema(Values, { target: 'draft-7', io: 'input', override: tidy });
  mergeNulls(schema);
  const registries = schema.properties?.['registries'];
  if (typeof registries === 'object') registries.patternProperties = { '^x-': NAMED_LIKE_AN_EXTENSION };
  // The chart's values have no registry, so that Helm leaves a `null` in one where it is, for the chart to take.
  takeNullInside(valueAt(schema, ['properties', 'registries', 'additionalProperties']));
  takeNullInside(valueAt(schema, ['properties', 'registryDefaults']));
  return schema;
}

/** Lets null take away every property that may be left out, at every depth. */
function takeNullInside(schema: unknown): void {
  if (!isTree(schema)) return;
  const properties = valueAt(schema, ['properties']);
  const required = [valueAt(schema, ['required'])].flat();
  for (const [name, property] of Object.entries(isTree(properties) ? properties : {})) {
    takeNullInside(property);
    if (!required.includes(name)) takeNull(property);
  }
  takeNullInside(valueAt(schema, ['items']));
}

function takeNull(schema: unknown): void {
  if (!isTree(schema) || schema['type'] === undefined) return;
  const values: unknown = schema['enum'];
  Object.assign(schema, { type: [...new Set([schema['type'], 'null'].flat())] });
  if (Array.isArray(values)) Object.assign(schema, { enum: [...new Set<unknown>([...values, null])] });
}

/** Among the registries a name of this form may also be that of a registry, which has an address. */
const NAMED_LIKE_AN_EXTENSION: z.core.JSONSchema.BaseSchema = {
  if: { not: { type: 'object', required: ['url'] } },
  else: { $ref: '#/properties/registries/additionalProperties' },
};
