import { expect, test } from 'vitest';

import { testRules } from '../support/promtool.ts';
import { ruleTest } from './rules/case.ts';
import { FAILURE_TEXTS } from './rules/cases/failure-texts.ts';
import { OTHER_TEXTS } from './rules/cases/other-texts.ts';
import { RUNBOOK_URL } from './rules/cases/text.ts';
import { rulesOf, withRules } from './rules/installation.ts';

test.each([...FAILURE_TEXTS, ...OTHER_TEXTS])('$title', async (one) => {
  const asked = one.expected.map(({ alert }) => alert);
  const rules = rulesOf(withRules({ runbookUrl: RUNBOOK_URL })).filter(({ alert }) =>
    asked.some((name) => name === alert),
  );

  const { code, output } = await testRules(rules, [ruleTest(one)]);

  expect(output).toContain('SUCCESS');
  expect(code).toBe(0);
});
