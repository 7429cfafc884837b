import { parse, stringify } from 'yaml';

import { render, type Values } from '../../support/chart.ts';
import type { AlertRule } from '../../support/promtool.ts';

/** The name that is its full name, too, so that objects are called as in the runbooks. */
export const RELEASE = 'registry-integrity-probe';

/** Three registries, of which one is walked by two pods, in a cluster that shares its Pushgateway with another one. */
export const DEFAULTS = {
  registries: {
    prod: { url: 'https://prod.example.com' },
    stage: { url: 'https://stage.example.com' },
    big: { url: 'https://big.example.com', shards: 2 },
  },
  pushgateway: { url: 'http://pushgateway.example.com:9091', groupingLabels: { cluster: 'eu-1' } },
} as const satisfies Values;

/** Alerts that wait for a time of their registry where nothing is said, and here for one that cases can be read by. */
const WAITS = { RegistryCatalogInaccessible: { for: '20m' }, RegistryIntegritySuspect: { for: '20m' } };

/** The same with waits that do not depend on the registry. */
export const VALUES = { ...DEFAULTS, prometheusRule: { rules: WAITS } } as const satisfies Values;

/** The same, where two of the registries are walked by several runs within two hours. */
export const PROMISED = {
  ...VALUES,
  registries: {
    ...DEFAULTS.registries,
    prod: { ...DEFAULTS.registries.prod, fullWalkEvery: '2h' },
    big: { ...DEFAULTS.registries.big, fullWalkEvery: '2h' },
  },
} as const satisfies Values;

/** Each hour, so that cases are short. */
const SCANNED = { schedule: '17 * * * *', activeDeadlineSeconds: 1200, staleAfterSeconds: 9000 };

/** The same, where the files of two registries are scanned; one of the scans is suspended. */
export const STORED = {
  ...VALUES,
  registries: {
    ...DEFAULTS.registries,
    prod: { ...DEFAULTS.registries.prod, storage: { existingClaim: 'prod', ...SCANNED } },
    big: { ...DEFAULTS.registries.big, storage: { existingClaim: 'big', suspend: true } },
  },
} as const satisfies Values;

/** The same with further settings of the rules. */
export function withRules(prometheusRule: Values): Values {
  const rules = { ...WAITS, ...(prometheusRule['rules'] as Values | undefined) };
  return { ...VALUES, prometheusRule: { ...prometheusRule, rules } };
}

const rendered = new Map<string, readonly AlertRule[]>();

/** The alert rules that the chart renders for these values, as Prometheus gets them. */
export function rulesOf(values: Values, release: string = RELEASE): readonly AlertRule[] {
  const key = JSON.stringify([values, release]);
  const before = rendered.get(key);
  if (before !== undefined) return before;
  const rules = groupsOf(values, release).flatMap((group) => group.rules);
  rendered.set(key, rules);
  return rules;
}

/** A group of rules, as Prometheus gets it. */
export interface RuleGroup {
  readonly name: string;
  readonly rules: readonly AlertRule[];
}

/** The groups that the chart renders for these values, of all its files. */
export function groupsOf(values: Values, release: string = RELEASE): readonly RuleGroup[] {
  const files = ruleFiles(values, release).map((text) => parse(text) as { readonly groups: readonly RuleGroup[] });
  return files.flatMap(({ groups }) => groups);
}

/** The groups as one file. */
export function rulesText(values: Values, release: string = RELEASE): string {
  return stringify({ groups: groupsOf(values, release) });
}

/** The files of rules that the chart renders for these values. */
function ruleFiles(values: Values, release: string): readonly string[] {
  const own = (values['prometheusRule'] ?? {}) as Values;
  const withFile = { ...values, prometheusRule: { ...own, configMap: { enabled: true } } };
  const only = ['--show-only', 'templates/prometheusrule-configmap.yaml'];
  const configMaps = render(withFile, { release, args: only });
  return configMaps.flatMap(({ data }) => Object.values(data as Readonly<Record<string, string>>));
}

/** The rules without their texts, for cases that are about states: to write texts takes longer than to evaluate. */
export function withoutTexts(rules: readonly AlertRule[]): readonly AlertRule[] {
  return rules.map((rule) => ({ ...rule, annotations: {} }));
}
