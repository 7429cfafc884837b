import { readFileSync } from 'node:fs';

import { parse, stringify } from 'yaml';

import { isTree, valueAt, type Tree } from '../../src/config/tree.ts';
import { valuesSchema } from './values.ts';

const RULES = ['prometheusRule', 'rules'] as const;

/** Alerts of charts that took an alert away by null: one that is not there may be meant. Later ones are always given. */
const ALERTS_THAT_NULL_LEAVES_OUT: readonly string[] = [
  'RegistryManifestIntegrityFailure',
  'RegistryIntegritySuspect',
  'RegistryIntegrityProbeStale',
  'RegistryCatalogInaccessible',
  'RegistryIntegrityNothingChecked',
  'RegistryIntegrityPushRejected',
];

const HEAD = '# What the templates give to values that are not there; made from values.yaml by `npm run generate`.\n';

/** The defaults that no values may lack, from the values file of a chart: all but what null leaves out on purpose. */
export function chartDefaults(chart: URL): string {
  const values = parse(readFileSync(new URL('values.yaml', chart), 'utf8')) as Tree;
  const needed = neededOf(values, valuesSchema()) as Tree;
  const rules = valueAt(needed, RULES) as Tree;
  const [old, later] = [true, false].map((known) =>
    Object.fromEntries(Object.entries(rules).filter(([name]) => ALERTS_THAT_NULL_LEAVES_OUT.includes(name) === known)),
  );
  const prometheusRule = { ...(needed['prometheusRule'] as Tree), rules: later };
  return `${HEAD}${stringify({ values: { ...needed, prometheusRule }, alerts: old }, { lineWidth: 0 })}`;
}

/** The value without what its schema lets null leave out, such as a security context. */
function neededOf(value: unknown, schema: unknown): unknown {
  const properties = valueAt(schema, ['properties']);
  if (!isTree(value) || !isTree(properties)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => isGroup(properties[key]) || !takesNull(properties[key]))
      .map(([key, member]) => [key, neededOf(member, properties[key])]),
  );
}

function isGroup(schema: unknown): boolean {
  return isTree(valueAt(schema, ['properties']));
}

function takesNull(schema: unknown): boolean {
  return [valueAt(schema, ['type'])].flat().includes('null');
}
