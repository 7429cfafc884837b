import { expect, test } from 'vitest';

import type { AlertRule } from '../support/promtool.ts';
import type { RuleCase } from '../chart/rules/case.ts';
import { COVERAGE_CASES, DROPPED_CASES, MUTE_CASES, OVERDUE_TEXTS } from '../chart/rules/cases/coverage.ts';
import { FAILURE_CASES, UNNAMED_CASES } from '../chart/rules/cases/failure.ts';
import { FAILURE_TEXTS } from '../chart/rules/cases/failure-texts.ts';
import { NOT_STARTING_CASES } from '../chart/rules/cases/not-starting.ts';
import { OTHER_TEXTS } from '../chart/rules/cases/other-texts.ts';
import { CATALOG_CASES, SUSPECT_CASES } from '../chart/rules/cases/outages.ts';
import { NOTHING_CASES, REJECTED_CASES } from '../chart/rules/cases/silence.ts';
import { SEVERITY_CASES } from '../chart/rules/cases/severity.ts';
import { STALE_CASES } from '../chart/rules/cases/stale.ts';
import { STORAGE_CASES, STORAGE_TEXTS } from '../chart/rules/cases/storage.ts';
import { RUNBOOK_URL } from '../chart/rules/cases/text.ts';
import { PROMISED, rulesOf, STORED, VALUES, withoutTexts, withRules } from '../chart/rules/installation.ts';
import { mutatePromql } from '../chart/rules/mutate-promql.ts';
import { type Mutant, mutantsOf, mutateState, mutateTexts } from '../chart/rules/mutants.ts';
import { survivors } from '../chart/rules/survivors.ts';

const FAILURE = 'RegistryManifestIntegrityFailure';

/** Two minutes on two busy cores are usual. */
const TIMEOUT_MS = 600_000;

/** A day is too long for hundreds of mutants, and none of them needs it. */
const LONGEST_MINUTES = 300;

/** Registries whose rules differ in their name alone. */
const ALIKE = /\b(?:prod|stage)\b/g;

interface Equivalent {
  readonly change: RegExp;
  readonly why: string;
}

const REGISTRY_IN_BY: Equivalent = {
  change: /: by \(job, registry(.*)\) -> by \(job\1\)/,
  why: 'the registry is a label of the rule, too, because rules of one name have to differ in a label',
};
const ONE_MEANING: Equivalent = {
  change: /: (?:description: )?max -> (?:min|sum) after '/,
  why: 'scrapes of one meaning say the same: what they are brought to is compared with itself, or only asked for',
};
const JOINED: Equivalent = {
  change:
    /(?:Suspect|Inaccessible|Rejected|Stale|Unused|Partial) \w+ \w+(?: \w+)?: without (?:job|registry|shard|cluster)=/,
  why: 'what is joined by its labels to a selector of the registry is of that registry, whatever else is selected',
};

/** Changes of the rules that change nothing. Each of them has to survive, and nothing else may. */
const EQUIVALENT: readonly Equivalent[] = [
  REGISTRY_IN_BY,
  ONE_MEANING,
  JOINED,
  {
    change:
      /(?:Suspect|Stale|Inaccessible|Checked|Rejected) prod \w+(?: \w+)?: (?:min|max|sum) -> (?:min|max|sum) after '/,
    why: 'a registry that is not divided has one series of this',
  },
  {
    change: /Checked big warning: sum -> max after ''/,
    why: 'no number is below 0',
  },
  {
    change: /Checked big warning: by \(job, registry, shard\) -> by \(job, registry\)/,
    why: 'shards that looked at nothing say 0, one by one and together, and one that did not is above it',
  },
  {
    change: /(?:Stale|Inaccessible)(?: \w+)+: description: last_over_time\(.*\) -> registry_integrity_unknown/,
    why: 'a text is written when a scrape has come',
  },
  {
    change:
      /Stale \w+ warning overdue: last_over_time\((?:push_time|registry_integrity_last_success_timestamp)_seconds/,
    why: 'where one of the two times is looked back for, the other stands in for it',
  },
  {
    change: /Stale (?:prod|big) warning overdue: (?:< -> <=|and -> or) after '/,
    why: 'where both times are one, either will do, and what has no success was not asked for before',
  },
  {
    change: /Stale big warning overdue: =~"0\|1" -> =~"[01]" after '/,
    why: 'the time of a push only matters where a clock is ahead, and a shard without one has its own success',
  },
  {
    change: /Inaccessible \w+ critical lost: 3600 -> \(3599\)/,
    why: 'to the second it is the limit of the alert that waits for longer, which has a case for it',
  },
];

/** The same for the rules on what is broken. */
const EQUIVALENT_OF_DAMAGE: readonly Equivalent[] = [
  REGISTRY_IN_BY,
  ONE_MEANING,
  JOINED,
  {
    change: /: by \(job, registry, (?:shard, )?repository, tag, object, fault\) -> by \(job, registry, /,
    why: 'an alert is there if anything of a repository is, however it is told apart below it',
  },
  {
    change: /: (?:sum -> (?:min|max)|> -> >=|> 0 -> nothing|0 -> \(-1\)) after '/,
    why: 'no series says 0 or less, and only whether there is one is asked',
  },
  {
    change: /: on \(job, registry, repository\) -> (?:nothing|on \((?:job|registry), repository\)) after '/,
    why: 'both sides are of one job and one registry, and have no further labels',
  },
  {
    change: /(?:Unused|Partial) \w+ warning: without (?:affects|used)[!=]/,
    why: 'what is milder is only asked for where nothing worse is there, and then nothing else is',
  },
  {
    change:
      /(?:Unused \w+ warning: last_over_time\(.*used!="no"|Partial \w+ warning: last_over_time\(.*affects!~).*\) -> /,
    why: 'a gap that is looked back over is shorter than the wait, for which nothing worse has to be there',
  },
  {
    change:
      /: description: on \(repository, tag, object, fault, platform\) -> on \(tag, object, fault, platform\) after '/,
    why: 'the page of a repository asks for this one alone',
  },
  {
    change: /: description: last_over_time\(.*\) -> registry_integrity_(?:partial_)?tag_finding_info/,
    why: 'a text is written when a scrape has come',
  },
];

/** The same for the rule on lists that are shorter. */
const EQUIVALENT_OF_LISTS: readonly Equivalent[] = [
  {
    change: /prod warning: (?:max -> (?:min|sum) after ''|sum -> (?:max|min) after )/,
    why: 'a registry that is not divided has one series of this',
  },
  {
    change:
      /: max -> (?:min|sum) after '.*max by \(job, registry\) \('|: max -> (?:min|sum) after '.* sum by \(job, registry\) \('/,
    why: 'scrapes of one meaning say the same',
  },
  {
    change: /big warning: by \(job, registry, shard\) -> by \(job, registry\) after 'max by \(job, registry\) \(max '/,
    why: 'the largest share of all shards is the largest of them at once',
  },
  {
    change: /: (?:on \(job, registry\) -> |without (?:job|registry)=)/,
    why: 'what is joined by its labels to a selector of the registry is of that registry, whatever else is selected',
  },
];

/** The same for the rule on a promise. */
const EQUIVALENT_OF_PROMISES: readonly Equivalent[] = [
  REGISTRY_IN_BY,
  {
    change: /: (?:description: )?max -> min after '/,
    why: 'scrapes of one meaning say the same',
  },
  {
    change: /: description: max -> sum after '/,
    why: 'whether there is any is asked, and no number is below 0',
  },
  {
    change: /prod warning: min -> (?:max|sum) after '/,
    why: 'a registry that is not divided has one series of this',
  },
  {
    change: /: description: last_over_time\(.*\) -> registry_integrity_unknown/,
    why: 'a text is written when a scrape has come',
  },
];

/** The same for what mutes the rule on a stale probe. */
const EQUIVALENT_OF_MUTES: readonly Equivalent[] = [
  JOINED,
  {
    change: /: max -> min after /,
    why: 'scrapes of one meaning say the same',
  },
  {
    change: /prod warning overdue: min -> (?:max|sum) after '/,
    why: 'a registry that is not divided has one series of this',
  },
  {
    change: /: on \(job, registry\) -> (?:nothing|on \((?:job|registry)\)) after '/,
    why: 'both sides are of one job and one registry, and have no further labels',
  },
  {
    change: /: last_over_time\(/,
    why: 'a gap that is looked back over is shorter than the wait',
  },
];

/** The same for the rule on starting. */
const EQUIVALENT_OF_STARTS: readonly Equivalent[] = [
  {
    change: /: by \(namespace\) -> by \(\) |: on \(namespace(?:, job_name)?\) -> on \((?:job_name)?\) /,
    why: 'the namespace is a label of the rule, too, and every selector names it',
  },
  {
    change: /: sum -> (?:max|min) after /,
    why: 'scrapes of one Job say the same, and no number is below 0',
  },
  {
    change: /: max -> min after '.* time\(\) - '/,
    why: 'scrapes of one CronJob say the same',
  },
  {
    change: /: without (?:job_name|namespace)=/,
    why: 'what is joined by its Job, or by its namespace, to a selector of it is of that, whatever else is selected',
  },
  {
    change: /: last_over_time\(kube_job_failed\{/,
    why: 'a gap that is looked back over is shorter than the wait',
  },
];

/** The same for the rules on files. */
const EQUIVALENT_OF_FILES: readonly Equivalent[] = [
  {
    change: /: (?:description: )?by \(job, registry(.*)\) -> by \((?:job|registry)\1\)/,
    why: 'job and registry are labels of the rule, too, and selectors name one of each',
  },
  {
    change: /: by \(job, registry, object, fault\) -> by \(job, registry, |critical: sum -> /,
    why: 'an alert is there if anything is broken, however it is told apart below it',
  },
  {
    change: /: (?:description: )?max -> min after '|(?:critical|overdue): max -> sum after '/,
    why: 'scrapes of one meaning say the same, and two of them are no more than one for an alert',
  },
  {
    change: /overdue: min -> (?:max|sum) after 'time/,
    why: 'a storage has one scan',
  },
  {
    change: /overdue: (?:< -> <=|and -> or|without (?:job|registry|shard|cluster)=|last_over_time\()/,
    why: 'of the times of one group, which are joined by its labels, one stands in for the other',
  },
  {
    change: /: description: last_over_time\(/,
    why: 'a text is written when a scrape has come',
  },
];

/** What no case catches: changes of what fires and when are also held against the texts, which show values. */
async function uncaught(
  rules: readonly AlertRule[],
  cases: readonly RuleCase[],
  texts: readonly RuleCase[],
): Promise<readonly string[]> {
  const changed = mutantsOf(rules, mutateState, ALIKE, '_state_');
  const silent = changed.map((mutant) => ({ ...mutant, rule: withoutText(mutant) }));
  const first = new Set((await survivors(withoutTexts(rules), silent, cases)).map(({ name }) => name));
  const left = [
    ...changed.filter(({ name }) => first.has(name)),
    ...mutantsOf(rules.map(withTextsOfItsOwn), mutateTexts, ALIKE, '_text_'),
  ];
  const alive = await survivors(rules, left, texts);
  return alive.map(({ what }) => what);
}

/** The milder alerts on what is broken say in their descriptions what the severe one says. */
function withTextsOfItsOwn(rule: AlertRule): AlertRule {
  const { description: _, ...others } = rule.annotations;
  return rule.alert.startsWith(`${FAILURE}U`) || rule.alert.startsWith(`${FAILURE}P`)
    ? { ...rule, annotations: others }
    : rule;
}

function isShort({ expected }: RuleCase): boolean {
  return expected.every(({ minute }) => minute <= LONGEST_MINUTES);
}

function withoutText({ rule }: Mutant): AlertRule | null {
  return rule === null ? null : { ...rule, annotations: {} };
}

function expectOnly(equivalent: readonly Equivalent[], alive: readonly string[]): void {
  expect(alive.filter((what) => !equivalent.some(({ change }) => change.test(what)))).toEqual([]);
  expect(equivalent.filter(({ change }) => !alive.some((what) => change.test(what)))).toEqual([]);
}

/** The alerts on what is broken, whose expressions are made of one another. */
const DAMAGE: ReadonlySet<string> = new Set([FAILURE, `${FAILURE}Unused`, `${FAILURE}Partial`]);

const OVERDUE = 'RegistryIntegrityCoverageOverdue';
const DROPPED = 'RegistryIntegrityCoverageDropped';
const STALE = 'RegistryIntegrityProbeStale';
const NOT_STARTING = 'RegistryIntegrityProbeNotStarting';

/** What mutes the rule on a stale probe where a promise is broken, and that is told already, begins with this. */
const MUTE = 'unless on';

/** They are changed in tests of their own; what asks kube-state-metrics has cases of its own, by other series. */
const ELSEWHERE: ReadonlySet<string> = new Set([...DAMAGE, DROPPED, NOT_STARTING]);

const RULES = withRules({ runbookUrl: RUNBOOK_URL, rules: { [`${FAILURE}Unused`]: { severity: 'warning' } } });

test('every change of a rule or of its texts is caught by a case', { timeout: TIMEOUT_MS }, async () => {
  const rules = rulesOf(RULES).filter(({ alert }) => !ELSEWHERE.has(alert));
  const cases = [STALE_CASES, CATALOG_CASES, SUSPECT_CASES, NOTHING_CASES, REJECTED_CASES].flat();

  const alive = await uncaught(rules, cases.filter(isShort), OTHER_TEXTS);

  expectOnly(EQUIVALENT, alive);
});

test('every change of the rules on what is broken is caught by a case', { timeout: TIMEOUT_MS }, async () => {
  const rules = rulesOf(RULES).filter(({ alert }) => DAMAGE.has(alert));

  const alive = await uncaught(rules, [...FAILURE_CASES, ...UNNAMED_CASES, ...SEVERITY_CASES], FAILURE_TEXTS);

  expectOnly(EQUIVALENT_OF_DAMAGE, alive);
});

test('every change of the rule on shorter lists is caught by a case', { timeout: TIMEOUT_MS }, async () => {
  const rules = rulesOf(RULES).filter(({ alert }) => alert === DROPPED);

  const alive = await uncaught(rules, DROPPED_CASES, OTHER_TEXTS);

  expectOnly(EQUIVALENT_OF_LISTS, alive);
});

test('every change of the rule on a promise is caught by a case', { timeout: TIMEOUT_MS }, async () => {
  const rules = rulesOf(PROMISED).filter(({ alert }) => alert === OVERDUE);

  const alive = await uncaught(rules, COVERAGE_CASES, OVERDUE_TEXTS);

  expectOnly(EQUIVALENT_OF_PROMISES, alive);
});

test('every change of what mutes a stale probe is caught by a case', { timeout: TIMEOUT_MS }, async () => {
  const rules = withoutTexts(rulesOf(PROMISED)).filter(({ alert }) => alert === STALE || alert === OVERDUE);
  const muted = rules.filter(({ expr }) => expr.includes(MUTE));
  const heads = muted.map(({ expr }) => expr.slice(0, expr.indexOf(MUTE)));
  const changed = mutantsOf(muted, mutateState, ALIKE, '_mute_').filter(
    ({ rule, original }) =>
      rule !== null && rule.expr !== original.expr && heads.some((head) => rule.expr.startsWith(head)),
  );

  const alive = await survivors(rules, changed, [...COVERAGE_CASES, ...MUTE_CASES]);

  expectOnly(
    EQUIVALENT_OF_MUTES,
    alive.map(({ what }) => what),
  );
});

test('every change of the rule on starting is caught by a case', { timeout: TIMEOUT_MS }, async () => {
  const rules = withoutTexts(rulesOf(VALUES)).filter(
    ({ alert, labels }) => alert === NOT_STARTING && labels['registry'] === 'prod',
  );

  const alive = await survivors(rules, mutantsOf(rules, mutateState, ALIKE, '_start_'), NOT_STARTING_CASES);

  expectOnly(
    EQUIVALENT_OF_STARTS,
    alive.map(({ what }) => what),
  );
});

test('every change of the rules on files is caught by a case', { timeout: TIMEOUT_MS }, async () => {
  const rules = rulesOf({ ...STORED, prometheusRule: { ...STORED.prometheusRule, runbookUrl: RUNBOOK_URL } });

  const alive = await uncaught(
    // Those of another registry have another name, and no more.
    rules.filter(({ alert, labels }) => alert.startsWith('RegistryStorage') && labels['registry'] === 'prod'),
    STORAGE_CASES.filter(({ groups }) => groups.every(({ labels }) => labels['registry'] !== 'big')),
    STORAGE_TEXTS,
  );

  expectOnly(EQUIVALENT_OF_FILES, alive);
});

test('every part of an expression is changed', () => {
  const expression = 'max by (job) (push_a{b="c",d=~"0|1"} and on (e) push_b) > 7';

  const changed = mutatePromql(expression).map(({ text }) => text);

  expect(changed.toSorted()).toEqual(
    [
      'min by (job) (push_a{b="c",d=~"0|1"} and on (e) push_b) > 7',
      'sum by (job) (push_a{b="c",d=~"0|1"} and on (e) push_b) > 7',
      'max by () (push_a{b="c",d=~"0|1"} and on (e) push_b) > 7',
      'max by (job) (push_a_x{b="c",d=~"0|1"} and on (e) push_b) > 7',
      'max by (job) (push_a{d=~"0|1"} and on (e) push_b) > 7',
      'max by (job) (push_a{b="c"} and on (e) push_b) > 7',
      'max by (job) (push_a{b!="c",d=~"0|1"} and on (e) push_b) > 7',
      'max by (job) (push_a{b="c",d!~"0|1"} and on (e) push_b) > 7',
      'max by (job) (push_a{b="c",d=~"0"} and on (e) push_b) > 7',
      'max by (job) (push_a{b="c",d=~"1"} and on (e) push_b) > 7',
      'max by (job) (push_a{b="c",d=~"0|1"} or on (e) push_b) > 7',
      'max by (job) (push_a{b="c",d=~"0|1"} unless on (e) push_b) > 7',
      'max by (job) (push_a{b="c",d=~"0|1"} and on () push_b) > 7',
      'max by (job) (push_a{b="c",d=~"0|1"} and  push_b) > 7',
      'max by (job) (push_a{b="c",d=~"0|1"} and on (e) push_b_x) > 7',
      'max by (job) (push_a{b="c",d=~"0|1"} and on (e) push_b)',
      'max by (job) (push_a{b="c",d=~"0|1"} and on (e) push_b) >= 7',
      'max by (job) (push_a{b="c",d=~"0|1"} and on (e) push_b) < 7',
      'max by (job) (push_a{b="c",d=~"0|1"} and on (e) push_b) == 7',
      'max by (job) (push_a{b="c",d=~"0|1"} and on (e) push_b) > (6)',
      'max by (job) (push_a{b="c",d=~"0|1"} and on (e) push_b) > (8)',
    ].toSorted(),
  );
});
