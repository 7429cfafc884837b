import type { WalkContext } from '../../src/walk/context.ts';
import type { Absent, Lookup, Unknown } from '../../src/walk/lookup.ts';
import type { End, Suspect } from '../../src/walk/suspects.ts';
import type { Churned } from '../../src/walk/tree.ts';
import { createTree } from '../../src/walk/tree.ts';
import { absent } from './scene.ts';

export type SecondAnswer = Lookup<string> | Churned;

/** What the registry does not have. */
export const GONE = absent('missing');

/** What became of a suspect. */
export interface Told {
  asked: number;
  end: { readonly kind: 'open' } | End<string>;
}

/** Adds a suspect that answers so, and goes on with the last of the answers. */
export function add(
  context: WalkContext,
  first: Absent | Unknown,
  answers: readonly SecondAnswer[],
  rest: Partial<Suspect<string>> = {},
): Told {
  const told: Told = { asked: 0, end: { kind: 'open' } };
  context.suspects.add({
    tree: createTree('app'),
    reference: 'v1',
    first,
    askAgain() {
      told.asked += 1;
      return Promise.resolve(answers[Math.min(told.asked, answers.length) - 1] ?? GONE);
    },
    end: (end) => void (told.end = end),
    ...rest,
  });
  return told;
}

/** What became of it, in short. */
export function inShort({ end }: Told): string {
  if (end.kind === 'broken') return `broken ${end.absent.fault} x${end.confirmations}`;
  return end.kind === 'unknown' ? `unknown ${end.unknown.reason}` : end.kind;
}
