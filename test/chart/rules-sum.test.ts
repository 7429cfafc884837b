import fc from 'fast-check';
import { expect, test } from 'vitest';

import { recordRun } from '../../src/metrics/record.ts';
import type { Use, Used } from '../../src/metrics/tag-failures.ts';
import { AFFECTS } from '../../src/walk/affects.ts';
import type { Finding } from '../../src/walk/finding.ts';
import { finding, outcome } from '../metrics/outcomes.ts';
import { type AlertRule, testRules } from '../support/promtool.ts';
import { groupLabels, ruleTest } from './rules/case.ts';
import { rulesOf, VALUES, withoutTexts } from './rules/installation.ts';
import type { Families } from './rules/pushed-group.ts';

const FAILURE = 'RegistryManifestIntegrityFailure';
const NAMES = [FAILURE, `${FAILURE}Unused`, `${FAILURE}Partial`] as const;

/** Each costs a start of promtool. */
const RUNS = 40;

const anyFinding: fc.Arbitrary<Finding> = fc
  .record({
    repository: fc.option(fc.constantFrom('a', 'b', 'c/d', 'e', 'f', 'g'), { freq: 9 }),
    tags: fc.uniqueArray(fc.constantFrom('yes-1', 'yes-2', 'no-1', 'no-2', 'v1'), { maxLength: 4 }),
    roots: fc.constantFrom([], ['sha256:1']),
    object: fc.constantFrom('manifest', 'child', 'layer'),
    fault: fc.constantFrom('missing', 'unreadable'),
    affects: fc.constantFrom(...AFFECTS),
    platforms: fc.subarray(['linux/amd64', 'linux/arm64']),
    digest: fc.constantFrom('sha256:a', 'sha256:b', 'sha256:c'),
  })
  .map((change) => finding(change as Partial<Finding>));

/** Tags say by their name who uses them; pins are used. */
function useOf({ roots }: Finding, tag: string | null): Use {
  const used: Used = roots.length > 0 || tag?.startsWith('yes') ? 'yes' : tag?.startsWith('no') ? 'no' : 'unknown';
  return { used, by: [] };
}

/** What a run pushes, in the notation of the cases. */
function pushed(findings: readonly Finding[], maxSeries: number, complete: boolean): Families {
  const known = { useOf, firstSeen: () => null };
  const options = { staleAfterSeconds: 3600, shards: 1, version: '1.2.3', maxSeries, known };
  const families = recordRun(outcome({ findings, complete }), options);
  return Object.fromEntries(
    families.flatMap(({ name, samples }) =>
      samples.map(({ labels, value }) => {
        const own = Object.entries(labels).map(([label, text]) => `${label}=${JSON.stringify(text)}`);
        return [`${name.replace('registry_integrity_', '')}{${own.join(',')}}`, value];
      }),
    ),
  );
}

/** The labels of all alerts of the three names that fire ten minutes after the push. */
async function firing(families: Families): Promise<readonly Readonly<Record<string, string>>[]> {
  const timeline = { 0: () => ({ kind: 'put' as const, families }) };
  const groups = [{ labels: groupLabels('prod'), timeline }];
  const expected = NAMES.map((alert) => ({ minute: 10, alert, firing: [] }));
  const { output } = await testRules(rules(), [ruleTest({ title: 'sum', groups, expected })]);
  return [...output.matchAll(/Labels:\{(.*)\}/g)].map(([, labels = '']) =>
    Object.fromEntries([...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value])),
  );
}

function rules(): readonly AlertRule[] {
  const names: readonly string[] = NAMES;
  return withoutTexts(rulesOf(VALUES)).filter(
    ({ alert, labels }) => names.includes(alert) && labels['registry'] === 'prod',
  );
}

test.each([
  { title: 'a complete walk', complete: true },
  { title: 'an incomplete walk', complete: false },
])(
  'the alerts have all of the findings of $title between them, each once',
  { timeout: 120_000 },
  async ({ complete }) => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyFinding, { maxLength: 15 }), fc.nat(8), async (findings, maxSeries) => {
        const alerts = await firing(pushed(findings, maxSeries, complete));

        const broken = new Set(findings.flatMap(({ repository }) => repository ?? []));
        const wide = findings.filter(({ repository }) => repository === null).length;
        const named = alerts.flatMap(({ repository }) => repository ?? []);
        const unnamed = alerts.flatMap(({ unnamed: count }) => count ?? []);
        expect(new Set(named).size).toBe(named.length);
        expect(unnamed.length).toBeLessThanOrEqual(1);
        expect(named.length + Number(unnamed[0] ?? 0)).toBe(broken.size + wide);
        for (const alert of alerts) if (alert['repository'] !== undefined) expectName(alert, findings);
      }),
      { numRuns: RUNS },
    );
  },
);

/** Worked out from the findings alone: which of the three names an alert on a repository has. */
function expectName(alert: Readonly<Record<string, string>>, findings: readonly Finding[]): void {
  const own = findings.filter(({ repository }) => repository === alert['repository']);
  const pulls = own.filter(({ affects }) => affects === 'pull');
  const maybeUsed = pulls.some((one) =>
    (one.tags.length > 0 ? one.tags : [null]).some((tag) => useOf(one, tag).used !== 'no'),
  );
  expect(alert['alertname']).toBe(maybeUsed ? NAMES[0] : pulls.length > 0 ? NAMES[1] : NAMES[2]);
}
