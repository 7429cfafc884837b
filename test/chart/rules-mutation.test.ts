import { expect, test } from 'vitest';

import { FAILURE_CASES, SEVERITY_CASES } from './rules/cases/failure.ts';
import { CATALOG_CASES, SUSPECT_CASES } from './rules/cases/outages.ts';
import { NOTHING_CASES, REJECTED_CASES } from './rules/cases/silence.ts';
import { STALE_CASES } from './rules/cases/stale.ts';
import { rulesOf, VALUES, withoutTexts, withRules } from './rules/installation.ts';
import { mutantsOf, mutateState } from './rules/mutants.ts';
import { survivors } from './rules/survivors.ts';

const ALIKE = /\b(?:prod|stage)\b/g;

test('every change of a rule is caught by a case', async () => {
  const rules = withoutTexts(rulesOf(VALUES));
  const mutants = mutantsOf(rules, mutateState, ALIKE);
  const cases = [
    ...FAILURE_CASES,
    ...STALE_CASES,
    ...CATALOG_CASES,
    ...SUSPECT_CASES,
    ...NOTHING_CASES,
    ...REJECTED_CASES,
  ];

  const alive = await survivors(rules, mutants, cases);

  console.log(mutants.length);
  expect(alive.map(({ what }) => what)).toEqual([]);
}, 240000);

test('every change of the rules on use is caught by a case', async () => {
  const values = withRules({ rules: { RegistryManifestIntegrityFailure: { severityUnused: 'warning' } } });
  const rules = withoutTexts(rulesOf(values)).filter(({ alert }) => alert === 'RegistryManifestIntegrityFailure');
  const mutants = mutantsOf(rules, mutateState, ALIKE);

  const alive = await survivors(rules, mutants, [...FAILURE_CASES, ...SEVERITY_CASES]);

  console.log(mutants.length);
  expect(alive.map(({ what }) => what)).toEqual([]);
}, 240000);
