import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

import { LEAST, render, type Values } from '../support/chart.ts';
import { blocksOf } from './markdown.ts';
import { textOf } from './pipelines.ts';

const PAGE = textOf('docs/monitoring.md');

/** Each block of values, under the heading that it stands below. */
const BLOCKS = PAGE.split(/^## /m)
  .slice(1)
  .flatMap((section) =>
    [...section.matchAll(/^```yaml\n([^]*?)^```/gm)].map(([, yaml = '']) => ({
      heading: section.split('\n')[0] ?? '',
      values: parse(yaml) as Values,
    })),
  );

describe('the page about monitoring stacks', () => {
  test('has values for each of them, and for a scrape with limits', () => {
    expect(new Set(BLOCKS.map(({ heading }) => heading)).size).toBe(6);
    expect(blocksOf(PAGE, 'yaml')).toHaveLength(BLOCKS.length);
  });

  test.each(BLOCKS)(
    'has values for $heading that the chart takes, and that install what they speak of',
    ({ values }) => {
      const objects = render({ registries: LEAST['registries'], ...values });
      const kinds = objects.map(({ kind }) => kind);
      const asked = JSON.stringify(values);

      expect(kinds.includes('PrometheusRule')).toBe(asked.includes('"prometheusRule":{"enabled":true'));
      expect(kinds.includes('VMRule')).toBe(asked.includes('vmRule'));
      expect(kinds.includes('Rules')).toBe(asked.includes('kind: Rules'));
      expect(kinds.includes('ServiceMonitor')).toBe(asked.includes('serviceMonitor'));
    },
  );

  test('lets rules ask by the label that arrives', () => {
    const rules = BLOCKS.filter(({ values }) => JSON.stringify(values).includes('"jobLabel":"exported_job"')).map(
      ({ values }) => JSON.stringify(render({ registries: LEAST['registries'], ...values })),
    );

    expect(rules).toHaveLength(2);
    for (const text of rules) expect(text).toMatch(/exported_job=\W+probe-registry-integrity-probe/);
  });
});
