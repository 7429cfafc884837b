import type { AlertRule } from '../../support/promtool.ts';
import { type Mutation, mutatePromql } from './mutate-promql.ts';

/** A rule with one change, under a name of its own. */
export interface Mutant {
  readonly name: string;
  readonly original: AlertRule;
  readonly what: string;
  /** Null: the rule is not there. */
  readonly rule: AlertRule | null;
}

/** Everything that can be changed in a rule, each time one thing: expression, `for`, labels, the rule itself. */
export function mutateState(rule: AlertRule): readonly Changed<AlertRule | null>[] {
  const expressions = mutatePromql(rule.expr).map(({ text, what }) => ({ what, changed: { ...rule, expr: text } }));
  const waits = otherWaits(rule.for ?? '0s').map((wait) => ({
    what: `for: ${rule.for} -> ${wait}`,
    changed: { ...rule, for: wait },
  }));
  const labels = Object.entries(rule.labels).map(([label, value]) => ({
    what: `label ${label}: ${value} -> x`,
    changed: { ...rule, labels: { ...rule.labels, [label]: 'x' } },
  }));
  return [...expressions, ...waits, ...labels, { what: 'the rule is not there', changed: null }];
}

/** Everything that can be changed in the texts of a rule: their queries, their numbers, a text itself. */
export function mutateTexts(rule: AlertRule): readonly Changed<AlertRule>[] {
  return Object.entries(rule.annotations).flatMap(([name, text]) =>
    [...queries(text), ...actions(text), { text: '', what: 'no text' }].map((mutation) => ({
      what: `${name}: ${mutation.what}`,
      changed: { ...rule, annotations: { ...rule.annotations, [name]: mutation.text } },
    })),
  );
}

/** A rule after a change, and what the change was. */
export interface Changed<T> {
  readonly what: string;
  readonly changed: T;
}

/** The mutants of all given rules. Rules that differ in the name of their registry alone (`alike`) are changed once;
 * `infix` stands in the names of the mutants. */
export function mutantsOf(
  rules: readonly AlertRule[],
  mutate: (rule: AlertRule) => readonly Changed<AlertRule | null>[],
  alike: RegExp,
  infix: string,
): readonly Mutant[] {
  const different = new Map(rules.toReversed().map((rule) => [JSON.stringify(rule).replaceAll(alike, '*'), rule]));
  return [...different.values()]
    .flatMap((original) => mutate(original).map(({ what, changed }) => ({ original, what, changed })))
    .map(({ original, what, changed }, index) => {
      const name = `${original.alert}${infix}${index}`;
      const { registry, severity, cause } = original.labels;
      const which = [original.alert, registry, severity, cause].filter((word) => word !== undefined).join(' ');
      return { name, original, what: `${which}: ${what}`, rule: changed === null ? null : { ...changed, alert: name } };
    });
}

function otherWaits(wait: string): readonly string[] {
  const seconds = Number(wait.slice(0, -1)) * (wait.endsWith('m') ? 60 : 1);
  return [seconds - 60, seconds + 60, 0].map((other) => `${other}s`);
}

/** The queries of a template, each changed as an expression. */
function queries(text: string): readonly Mutation[] {
  return [...text.matchAll(/(query (?:\(printf )?)("(?:[^"\\]|\\.)*")/g)].flatMap(
    ({ 1: head = '', 2: quoted = '""', index }) => {
      const start = index + head.length;
      return mutatePromql(JSON.parse(quoted) as string).map(({ text: other, what }) => ({
        text: `${text.slice(0, start)}${JSON.stringify(other)}${text.slice(start + quoted.length)}`,
        what,
      }));
    },
  );
}

/**
 * Numbers in a template's actions. Its sorting is left alone: promtool stores series in an order of chance, so that a
 * text which is not sorted is right by chance.
 */
function actions(text: string): readonly Mutation[] {
  return [...text.matchAll(/(?<=\{\{[^"{}]*\$(?:index|all)\)? )[0-9]+/g)].flatMap(({ 0: number, index }) =>
    [-1, 1].map((by) => splice(text, index, number, String(Number(number) + by))),
  );
}

function splice(text: string, start: number, old: string, other: string): Mutation {
  return {
    text: `${text.slice(0, start)}${other}${text.slice(start + old.length)}`,
    what: `${old} -> ${other === '' ? 'nothing' : other} after '${text.slice(Math.max(0, start - 30), start)}'`,
  };
}
