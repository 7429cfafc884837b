import { beforeAll, describe, expect, test } from 'vitest';

import { type AlertRule, testRules } from '../support/promtool.ts';
import { type RuleCase, ruleTest } from './rules/case.ts';
import { COVERAGE_CASES, DROPPED_CASES, MUTE_CASES } from './rules/cases/coverage.ts';
import { FAILURE_CASES, UNNAMED_CASES } from './rules/cases/failure.ts';
import { CATALOG_CASES, SUSPECT_CASES } from './rules/cases/outages.ts';
import { NOTHING_CASES, REJECTED_CASES } from './rules/cases/silence.ts';
import { SEVERITY_CASES } from './rules/cases/severity.ts';
import { STALE_CASES } from './rules/cases/stale.ts';
import { STORAGE_CASES } from './rules/cases/storage.ts';
import { PROMISED, rulesOf, STORED, VALUES, withoutTexts, withRules } from './rules/installation.ts';

async function expectCase(rules: readonly AlertRule[], one: RuleCase): Promise<void> {
  const asked = new Set<string>(one.expected.map(({ alert }) => alert));
  const { code, output } = await testRules(
    rules.filter(({ alert }) => asked.has(alert)),
    [ruleTest(one)],
  );

  expect(output).toContain('SUCCESS');
  expect(code).toBe(0);
}

let rules: readonly AlertRule[] = [];
let rulesByUse: readonly AlertRule[] = [];
let promised: readonly AlertRule[] = [];
let stored: readonly AlertRule[] = [];

beforeAll(() => {
  rules = withoutTexts(rulesOf(VALUES));
  promised = withoutTexts(rulesOf(PROMISED));
  stored = withoutTexts(rulesOf(STORED));
  const byUse = withRules({ rules: { RegistryManifestIntegrityFailureUnused: { severity: 'warning' } } });
  rulesByUse = withoutTexts(rulesOf(byUse));
});

describe('RegistryManifestIntegrityFailure', () => {
  test.each([...FAILURE_CASES, ...UNNAMED_CASES])('$title', async (one) => {
    await expectCase(rules, one);
  });
});

describe('the alerts on what is broken, with a severity of its own for what nobody uses', () => {
  test.each(SEVERITY_CASES)('$title', async (one) => {
    await expectCase(rulesByUse, one);
  });
});

describe('RegistryIntegrityProbeStale', () => {
  test.each(STALE_CASES)('$title', async (one) => {
    await expectCase(rules, one);
  });
});

describe('the alerts on how much is looked at', () => {
  test.each([...COVERAGE_CASES, ...DROPPED_CASES, ...MUTE_CASES])('$title', async (one) => {
    await expectCase(promised, one);
  });
});

describe('the alerts on the files', () => {
  test.each(STORAGE_CASES)('$title', async (one) => {
    await expectCase(stored, one);
  });
});

describe('RegistryCatalogInaccessible', () => {
  test.each(CATALOG_CASES)('$title', async (one) => {
    await expectCase(rules, one);
  });
});

describe('RegistryIntegritySuspect', () => {
  test.each(SUSPECT_CASES)('$title', async (one) => {
    await expectCase(rules, one);
  });
});

describe('RegistryIntegrityNothingChecked', () => {
  test.each(NOTHING_CASES)('$title', async (one) => {
    await expectCase(rules, one);
  });
});

describe('RegistryIntegrityPushRejected', () => {
  test.each(REJECTED_CASES)('$title', async (one) => {
    await expectCase(rules, one);
  });
});
