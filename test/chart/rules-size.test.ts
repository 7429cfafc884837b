import { expect, test } from 'vitest';
import { parse } from 'yaml';

import { render, type KubernetesObject, type Values } from '../support/chart.ts';
import type { RuleGroup } from './rules/installation.ts';

/** What some rulers and API servers take at most, with room to spare. */
const MAX_OBJECT_BYTES = 200_000;
const MAX_RULES_IN_A_GROUP = 20;
const TIMEOUT_MS = 120_000;

/** What installs the rules of one template, and of no other: Helm renders them all, whichever is shown. */
const SWITCHES: Readonly<Record<string, string>> = {
  prometheusrule: 'prometheusRule',
  vmrule: 'vmRule',
  'prometheusrule-configmap': 'configMap',
};

/** So many registries with long names, long labels and, one in ten, as many shards as there may be. */
function installation(count: number, template: string): Values {
  const registries = Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `registry-with-a-name-of-some-length-${index}`,
      { url: `https://registry-${index}.example.com:5000`, shards: index % 10 === 0 ? 100 : 1 },
    ]),
  );
  return {
    registries,
    pushgateway: {
      url: 'http://pushgateway.example.com:9091',
      groupingLabels: { cluster: 'eu-central-1-production', region: 'eu-central-1' },
    },
    prometheusRule: {
      enabled: SWITCHES[template] === 'prometheusRule',
      configMap: { enabled: SWITCHES[template] === 'configMap' },
      additionalMatchers: 'tenant=~"platform|registries"',
      runbookUrl: 'https://example.com/a/rather/long/path/to/the/runbooks/%s.md',
    },
    vmRule: { enabled: SWITCHES[template] === 'vmRule' },
  };
}

function rendered(count: number, template: string): readonly KubernetesObject[] {
  return render(installation(count, template), { args: ['--show-only', `templates/${template}.yaml`] });
}

function groupsIn(objects: readonly KubernetesObject[]): readonly RuleGroup[] {
  return objects.flatMap(({ kind, spec, data }) =>
    kind === 'ConfigMap'
      ? Object.values(data as Readonly<Record<string, string>>).flatMap(
          (text) => (parse(text) as { readonly groups: readonly RuleGroup[] }).groups,
        )
      : (spec as { readonly groups: readonly RuleGroup[] }).groups,
  );
}

test.each([3, 50, 200].flatMap((count) => Object.keys(SWITCHES).map((template) => ({ count, template }))))(
  'with $count registries no object of $template is too large',
  { timeout: TIMEOUT_MS },
  ({ count, template }) => {
    const objects = rendered(count, template);

    const sizes = objects.map((object) => Buffer.byteLength(JSON.stringify(object)));
    const groups = groupsIn(objects);
    const rules = groups.map((group) => group.rules.length);
    console.log(
      `${template}, ${count} registries: ${objects.length} objects, the largest ${Math.max(...sizes)} bytes, at most ${Math.max(...rules)} rules in a group`,
    );
    expect(Math.max(...sizes)).toBeLessThan(MAX_OBJECT_BYTES);
    expect(Math.max(...rules)).toBeLessThanOrEqual(MAX_RULES_IN_A_GROUP);
    expect(groups).toHaveLength(count);
    expect(new Set(groups.map(({ name }) => name)).size).toBe(count);
    expect(new Set(objects.map(({ metadata }) => metadata.name)).size).toBe(objects.length);
  },
);
