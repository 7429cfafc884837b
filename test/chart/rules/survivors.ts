import { type AlertRule, type FiringAlert, type RuleTest, testRules } from '../../support/promtool.ts';
import { type RuleCase, ruleTest } from './case.ts';
import type { Mutant } from './mutants.ts';

/** As many as the machine that this has to be quick on has cores. */
const AT_ONCE = 2;

/** A failed expectation, and a rule whose evaluation failed: promtool stops that test there. */
const FAILED = /alertname: ([A-Za-z_0-9]+), time:/g;
const ERROR = /rule: ([A-Za-z_0-9]+), time:/g;

/**
 * The mutants that no case catches. All mutants are rules of one file and see the same storage, so that a case costs one
 * start of promtool and not one for each mutant; short cases come first, for they leave few mutants to the long ones.
 * Throws when a rule that is not changed fails a case, or when promtool does not read a mutant.
 */
export async function survivors(
  rules: readonly AlertRule[],
  mutants: readonly Mutant[],
  cases: readonly RuleCase[],
): Promise<readonly Mutant[]> {
  const alive = new Map(mutants.map((mutant) => [mutant.name, mutant]));
  const queue = cases.toSorted((one, other) => length(other) - length(one));
  const work = async (): Promise<void> => {
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) await hunt(rules, alive, next);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return [...alive.values()];
}

/** Takes away the mutants that a case catches. */
async function hunt(rules: readonly AlertRule[], alive: Map<string, Mutant>, one: RuleCase): Promise<void> {
  const whole = ruleTest(one);
  const alerts = new Set(whole.alert_rule_test.map(({ alertname }) => alertname));
  const hunted = new Set([...alive.values()].filter(({ original }) => alerts.has(original.alert)));
  const originals = rules.filter(({ alert }) => alerts.has(alert));
  while (hunted.size > 0) {
    const mutated = [...hunted].flatMap(({ rule }) => (rule === null ? [] : [rule]));
    const { code, output } = await testRules([...originals, ...mutated], [forMutants(whole, [...hunted])]);
    if (code === 0) return;
    const errors = names(output, ERROR);
    const caught = new Set([...errors, ...names(output, FAILED)]);
    const mutantsCaught = [...hunted].filter(({ name }) => caught.has(name));
    if (mutantsCaught.length === 0 || mutantsCaught.length < caught.size) throw new Error(`${one.title}:\n${output}`);
    for (const mutant of mutantsCaught) {
      alive.delete(mutant.name);
      hunted.delete(mutant);
    }
    // Where an evaluation failed, the others were not looked at.
    if (errors.size === 0) return;
  }
}

/** The test with what each mutant's original has to fire said of the mutant, too. */
function forMutants(test: RuleTest, mutants: readonly Mutant[]): RuleTest {
  const expected = test.alert_rule_test.flatMap((expectation) => [
    expectation,
    ...mutants
      .filter(({ original }) => original.alert === expectation.alertname)
      .map(({ name, original }) => ({
        ...expectation,
        alertname: name,
        exp_alerts: expectation.exp_alerts.filter((alert) => isOf(alert, original)),
      })),
  ]);
  return { ...test, alert_rule_test: expected };
}

/** An alert has the labels of its rule, and those tell it from all other rules of its name. */
function isOf({ exp_labels }: FiringAlert, { labels }: AlertRule): boolean {
  return Object.entries(labels).every(([label, value]) => exp_labels[label] === value);
}

function length({ expected }: RuleCase): number {
  return Math.max(...expected.map(({ minute }) => minute));
}

function names(output: string, pattern: RegExp): ReadonlySet<string> {
  return new Set([...output.matchAll(pattern)].map((match) => match[1] ?? ''));
}
