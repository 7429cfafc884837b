import assert from 'node:assert/strict';

import fc from 'fast-check';

import { formatExposition, parseExposition, seriesKey } from '../../../src/metrics/exposition.ts';
import { readGroupList } from '../../../src/metrics/group-list.ts';
import { groupUrl } from '../../../src/metrics/group-url.ts';
import { checkGrouping, GroupingError } from '../../../src/metrics/grouping.ts';
import { NO_KNOWLEDGE, tagFailures } from '../../../src/metrics/tag-failures.ts';
import { finding } from '../../report/samples.ts';
import { allowing, assertLine } from '../claims.ts';
import { asyncProperty, property, type Property } from '../property.ts';
import { anyText, damaged, nearly, oddText, repositoryName, tagName } from '../texts.ts';

/** Of one series: what receivers take at most without being told otherwise (Mimir's defaults, which are the smallest). */
const LIMITS = { value: 2_048, names: 30, all: 8_192 } as const;
/** Made of names that anybody may give to something. */
const LONGEST_MADE = 200;

const series = fc.record({
  platforms: fc.array(anyText, { maxLength: 5 }),
  by: fc.array(fc.oneof(fc.constant('shop/Deployment/web'), anyText), { maxLength: 6 }),
  repository: repositoryName,
  tags: fc.array(tagName, { maxLength: 3 }),
});
const sample = fc.record({
  labels: fc.dictionary(fc.stringMatching(/^[a-z_][a-z0-9_]{0,8}$/), anyText, { maxKeys: 3 }),
  value: fc.double({ noNaN: true }),
});
const exposition = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '# HELP x y',
        '# TYPE x gauge',
        'x{a="b"} 1',
        'x 1',
        'x{a="\\n"} +Inf',
        'x{',
        '# x',
        'x{a="b",} 1',
      ),
      anyText,
    ),
    { maxLength: 6 },
  )
  .map((lines) => lines.join('\n'));

/** What becomes a metric, and what is read back of those that are kept. */
export const METRIC_PROPERTIES: readonly Property[] = [
  property('labels', fc.array(series, { maxLength: 4 }), (all) => {
    const findings = all.map(({ platforms, repository, tags }) =>
      finding({ platforms, repository, tags: [...new Set(tags)].toSorted() }),
    );
    const by = all.flatMap((one) => one.by);
    const known = { ...NO_KNOWLEDGE, useOf: () => ({ used: 'yes' as const, by }) };

    const { sent, info } = tagFailures(findings, 5, known);

    assert.ok(sent.length <= 5);
    for (const { firstSeen: _, ...labels } of info) {
      for (const made of [labels.platform, labels.used_by, labels.copies]) assertLine(made, LONGEST_MADE);
      const sizes = Object.entries(labels).map(([name, value]) => Buffer.byteLength(name) + Buffer.byteLength(value));
      for (const size of sizes) assert.ok(size < LIMITS.value);
      assert.ok(sizes.length < LIMITS.names);
      assert.ok(sizes.reduce((sum, size) => sum + size, 0) < LIMITS.all);
    }
  }),
  property('expositions', exposition, (text) => {
    const parsed = parseExposition(text);

    if (!parsed.ok) assert.ok(parsed.line >= 1 && parsed.problem.length < 1_000_000);
  }),
  asyncProperty(
    'expositions-printed-again',
    fc.uniqueArray(sample, {
      maxLength: 4,
      selector: ({ labels }) => seriesKey(labels),
    }),
    async (samples) => {
      const text = await formatExposition([{ name: 'x', help: 'y', samples }]);

      const parsed = parseExposition(text);
      assert.ok(parsed.ok, 'it is read again');
      assert.equal(await formatExposition(parsed.families), text);
    },
  ),
  property(
    'group-lists',
    fc.oneof(
      damaged(
        nearly({
          status: fc.constant('success'),
          data: fc.array(
            nearly({
              labels: fc.dictionary(oddText, oddText, { maxKeys: 3 }),
              push_time_seconds: nearly({ metrics: fc.array(nearly({ value: oddText }), { maxLength: 2 }) }),
            }),
            { maxLength: 3 },
          ),
        }).map((one) => JSON.stringify(one)),
      ),
      damaged(anyText),
    ),
    (bytes) => {
      for (const { pushedAt } of readGroupList(Buffer.from(bytes)) ?? []) assert.ok(pushedAt === null || pushedAt > 0);
    },
  ),
  property(
    'group-urls',
    fc.tuple(anyText, fc.dictionary(fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_]{0,8}$/), anyText, { maxKeys: 3 })),
    ([job, labels]) => {
      allowing([GroupingError], () => checkGrouping(job, labels));
      const url = groupUrl(new URL('http://gateway.example.com/base/'), { job, ...labels });

      assert.equal(url.origin, 'http://gateway.example.com');
      assert.ok(url.pathname.startsWith('/base/metrics/job'));
      assert.equal(url.search + url.hash, '');
    },
  ),
];
