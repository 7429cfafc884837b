import { isRefusedByPolicy, refusalOf } from './blocked.ts';
import type { WalkContext } from './context.ts';
import { unknown, type Absent, type Unknown } from './lookup.ts';
import type { Ask } from './source.ts';
import { close, type OpenCase, type SecondAnswer } from './suspects.ts';
import { weigh } from './weigh.ts';

/** Answers that asking three times does not change within seconds. */
const STEADY = new Set(['auth', 'forbidden', 'tls']);

const OUT_OF_TIME = unknown('deadline', 'there was no time left to ask again');

/** True where asking again would tell nothing more. */
export function isOver({ suspect, answers }: OpenCase): boolean {
  const last = answers.at(-1) ?? suspect.first;
  if (last.kind !== 'unknown') return false;
  if (isRefusedByPolicy(last)) return refusalOf({ first: suspect.first, answers }) !== null;
  if (last.reason === 'deadline') return true;
  return answers.length > 0 && STEADY.has(last.reason) && last.observed?.failed !== true;
}

/** Takes an answer to a question that was asked again in a round. Tells whether the case stays open for another one. */
export async function judge(
  context: WalkContext,
  open: OpenCase,
  answer: SecondAnswer,
  ask: Ask,
): Promise<'open' | 'settled'> {
  if (answer.kind === 'found') {
    if (open.suspect.first.kind === 'absent') context.tally.cleared += 1;
    await answer.accept();
    return 'settled';
  }
  const weighed = await weigh(context, open.suspect, answer, ask);
  if (weighed.kind === 'churned') {
    context.tally.churned += 1;
    await close(open, weighed);
    return 'settled';
  }
  // There was no time for what it is compared with: that is no sign of an outage.
  const isLate = weighed.kind === 'unknown' && context.deps.abort.aborted;
  open.answers = [...open.answers, isLate ? OUT_OF_TIME : context.suspects.same(weighed)];
  const { answers } = open;
  const absent = answers.length < context.options.confirm.rounds ? undefined : mostTelling(answers);
  if (absent !== undefined) await close(open, { kind: 'broken', absent, confirmations: answers.length });
  else if (isOver(open) || answers.length >= context.options.confirm.rounds) await settleUnknown(context, open);
  else return 'open';
  return 'settled';
}

/** Ends a case that there is no time for any more. */
export function giveUp(context: WalkContext, open: OpenCase): Promise<void> {
  return settleUnknown(context, { ...open, answers: [...open.answers, OUT_OF_TIME] });
}

/**
 * Of answers that all say it is absent, the last one in which the store itself says what is wrong; a failure says no
 * more than that it is. Undefined where one of them could not tell.
 */
function mostTelling(answers: readonly (Absent | Unknown)[]): Absent | undefined {
  const absent = answers.filter((answer) => answer.kind === 'absent');
  if (absent.length < answers.length) return undefined;
  return absent.findLast(({ observed }) => observed.failed !== true) ?? absent.at(-1);
}

/** Ends a case of which nothing can be told, or that a policy keeps from everybody. */
export function settleUnknown(
  { unknowns, unreached, blocked, named, deps }: WalkContext,
  { suspect, answers }: OpenCase,
): Promise<void> {
  const { reference, first } = suspect;
  const { repository } = suspect.tree;
  const refusal = refusalOf({ first, answers });
  if (refusal !== null) {
    blocked.push({ repository, reference, detail: refusal.detail });
    return close({ suspect, answers }, { kind: 'blocked', unknown: refusal });
  }
  const last = answers.findLast(({ kind }) => kind === 'unknown') ?? first;
  const settled = last.kind === 'unknown' ? last : OUT_OF_TIME;
  // What was not even asked before the end of the run is no question that stayed open.
  const isUnreached = !named && deps.stop.aborted && first.kind === 'unknown' && first.reason === 'deadline';
  const entries = isUnreached ? unreached : unknowns;
  entries.push({ repository, reference, reason: settled.reason, detail: settled.detail });
  const seen = settled.reason === 'deadline' ? lastSeen([first, ...answers]) : undefined;
  return close({ suspect, answers }, { kind: 'unknown', unknown: settled, ...(seen && { seen }) });
}

/** What was seen last, where that is that it was absent. */
function lastSeen(answers: readonly (Absent | Unknown)[]): Absent | undefined {
  const last = answers.findLast((answer) => answer.kind === 'absent' || answer.reason !== 'deadline');
  return last?.kind === 'absent' ? last : undefined;
}
