import { describe, expect, test } from 'vitest';

import { testRules } from '../support/promtool.ts';
import { type RuleCase, ruleTest } from './rules/case.ts';
import { FAILURE_TEXTS, FAILURE_TEXTS_PER_REGISTRY, FAILURE_TEXTS_PER_TAG } from './rules/cases/failure-texts.ts';
import { OTHER_TEXTS } from './rules/cases/other-texts.ts';
import { STORAGE_TEXTS } from './rules/cases/storage.ts';
import { RUNBOOK_URL } from './rules/cases/text.ts';
import { rulesOf, STORED, withRules } from './rules/installation.ts';

async function expectTexts(one: RuleCase, failurePer: string): Promise<void> {
  const asked = one.expected.map(({ alert }) => alert);
  const settings = { RegistryManifestIntegrityFailureUnused: { severity: 'warning' } };
  const values = {
    ...withRules({ runbookUrl: RUNBOOK_URL, rules: settings }),
    alerts: { failurePer },
    registries: STORED.registries,
  };
  const rules = rulesOf(values).filter(({ alert }) => asked.some((name) => name === alert));

  const { code, output } = await testRules(rules, [ruleTest(one)]);

  expect(output).toContain('SUCCESS');
  expect(code).toBe(0);
}

test.each([...FAILURE_TEXTS, ...OTHER_TEXTS, ...STORAGE_TEXTS])('$title', async (one) => {
  await expectTexts(one, 'repository');
});

describe('where alerts are', () => {
  test.each(FAILURE_TEXTS_PER_REGISTRY)('by registry, $title', async (one) => {
    await expectTexts(one, 'registry');
  });

  test.each(FAILURE_TEXTS_PER_TAG)('by tag, $title', async (one) => {
    await expectTexts(one, 'tag');
  });
});
