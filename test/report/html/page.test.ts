import { createHash } from 'node:crypto';

import { describe, expect, test } from 'vitest';

import { renderHtml } from '../../../src/report/html/page.ts';
import type { Report } from '../../../src/report/schema.ts';
import { hostileReport, plainReport, reportOf } from '../hostile-report.ts';
import { finding, LAYER } from '../samples.ts';

const page = (report: Report): string => [...renderHtml(report)].join('');

/** Between tags, where nothing of a stranger may be a tag. */
const TAGS = /<\/?([a-z][a-z0-9]*)/g;

describe('renderHtml', () => {
  test('has the verdict, each finding with its way, and what could not be told', () => {
    const text = page(plainReport());

    expect(text).toContain('<span class="word broken">BROKEN</span>');
    expect(text).toContain(`<li><code>${LAYER}</code> layer missing, for linux/amd64, linux/arm64, 2048 bytes</li>`);
    expect(text).toContain('<h3>Could not be told: 1</h3>');
    expect(text).toContain('<h3>Refused by a policy of the registry</h3>');
  });

  test('allows by its policy what is in it, and nothing else', () => {
    const text = page(reportOf({}));
    const [, script = ''] = /<script>(.*)<\/script>/s.exec(text) ?? [];
    const [, style = ''] = /<style>(.*)<\/style>/s.exec(text) ?? [];

    const hashes = [style, script].map((one) => `'sha256-${createHash('sha256').update(one).digest('base64')}'`);
    expect(text).toContain(`default-src 'none'; style-src ${hashes[0]}; script-src ${hashes[1]};`);
    expect(text).not.toMatch(/(?:src|href)=/);
  });

  test('has no tag that it does not have itself, whatever strangers write', () => {
    const kinds = (report: Report): ReadonlySet<string> =>
      new Set([...page(report).matchAll(TAGS)].map((match) => match[1] ?? ''));

    expect([...kinds(hostileReport())].filter((kind) => !kinds(plainReport()).has(kind))).toEqual([]);
    expect(page(hostileReport())).not.toMatch(/[^\P{Cc}\n]|[\p{Zl}\p{Cf}]/u);
  });

  test('names 10,000 findings at most', () => {
    const findings = Array.from({ length: 10_003 }, (_, index) => finding({ tags: [`v${index}`] }));

    const text = page(reportOf({ verdict: 'broken', findings }));

    expect(text.match(/<tr>\n<td>/g)).toHaveLength(10_000);
    expect(text).toContain('And 3 more, in the JSON report.');
  });
});
