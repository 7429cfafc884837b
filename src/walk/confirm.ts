import { reportProgress, type WalkContext } from './context.ts';
import { unknown, type Absent, type Unknown } from './lookup.ts';
import type { Ask, ControlCheck } from './source.ts';
import type { OpenCase, SecondAnswer, Suspect } from './suspects.ts';

/** How often a round asks for bytes that break off. */
const TRIES_AT_BROKEN_OFF = 3;

/** Answers that asking three times does not change within seconds. */
const STEADY = new Set(['auth', 'forbidden', 'tls']);

/**
 * Asks again for everything that was not found, in rounds, until no suspect is left.
 * What is found is cleared; what is absent in every round is broken; everything else stays unknown. A server error
 * that stays with one object in every round, while a control answers, is how a registry shows a damaged file.
 */
export async function confirm(context: WalkContext): Promise<void> {
  const { deps, options, suspects, control } = context;
  while (suspects.size > 0) {
    const { ended, open } = sortOut(suspects.take());
    for (const one of ended) settleUnknown(context, one);
    if (open.length === 0) continue;

    await deps.clock.sleep(options.confirm.delayMs, deps.abort);
    control.newRound();
    const answers = await Promise.all(open.map(({ suspect }) => insist(suspect, context.again)));
    for (const [index, one] of open.entries()) await judge(context, one, answers[index] as SecondAnswer);
    reportProgress(context);
  }
}

/**
 * Asks again; where the bytes break off, several times over. Lost data breaks off each time, a bad line now and then,
 * and one round must not take the one for the other.
 */
async function insist(suspect: Suspect, ask: Ask): Promise<SecondAnswer> {
  let answer = await suspect.askAgain(ask);
  for (let more = 1; more < TRIES_AT_BROKEN_OFF && isBrokenOff(answer); more += 1) answer = await suspect.askAgain(ask);
  return answer;
}

function isBrokenOff(answer: SecondAnswer): boolean {
  return answer.kind === 'absent' && answer.fault === 'unreadable';
}

function sortOut(cases: readonly OpenCase[]): { ended: OpenCase[]; open: OpenCase[] } {
  const isOver = ({ suspect: { first }, answers }: OpenCase): boolean => {
    const last = answers.at(-1) ?? first;
    if (last.kind !== 'unknown') return false;
    return last.reason === 'deadline' || (answers.length > 0 && STEADY.has(last.reason));
  };
  return { ended: cases.filter(isOver), open: cases.filter((one) => !isOver(one)) };
}

async function judge(context: WalkContext, open: OpenCase, answer: SecondAnswer): Promise<void> {
  const { suspect, answers } = open;
  if (answer.kind === 'found') {
    if (suspect.first.kind === 'absent') context.tally.cleared += 1;
    return suspect.onFound(answer);
  }
  const weighed = await weigh(context, open, answer);
  if (weighed.kind === 'churned') {
    context.tally.churned += 1;
    return suspect.onChurned();
  }
  answers.push(weighed);
  if (answers.length < context.options.confirm.rounds) return context.suspects.putBack(open);
  if (answers.every(({ kind }) => kind === 'absent')) {
    return suspect.onSettled({ kind: 'broken', absent: mostTelling(answers), confirmations: answers.length });
  }
  settleUnknown(context, open);
}

/** The last answer in which the store itself says what is wrong; a failure says no more than that it is. */
function mostTelling(answers: readonly (Absent | Unknown)[]): Absent {
  const absent = answers.filter((answer) => answer.kind === 'absent');
  const telling = absent.filter(({ observed }) => observed.failed !== true);
  return (telling.at(-1) ?? absent.at(-1)) as Absent;
}

/** What an answer is worth, given how the registry answers for things that are known to be good. */
async function weigh(
  context: WalkContext,
  { suspect }: OpenCase,
  answer: Exclude<SecondAnswer, { kind: 'found' }>,
): Promise<Absent | Unknown | { readonly kind: 'churned' }> {
  const { control, again } = context;
  if (answer.kind === 'unknown') {
    const { observed } = answer;
    if (observed?.failed !== true || !(await isAlone(context, suspect))) return answer;
    return { kind: 'absent', fault: 'unreadable', observed };
  }
  const checked = await control.check(suspect.repository, 'manifest', again);
  return checked.kind === 'fails' ? outage(checked) : answer;
}

/**
 * True when the server error is this object's own: something good still comes. Of a single image that was named, it may
 * be that nothing good is known; then the tag list of its repository has to do.
 */
async function isAlone(
  { control, named, again }: WalkContext,
  { repository, isBlob = false }: Suspect,
): Promise<boolean> {
  if (named && !isBlob) return control.isAlive(repository, again);
  return (await control.check(repository, isBlob ? 'blob' : 'manifest', again)).kind === 'holds';
}

function outage({ detail }: ControlCheck & { kind: 'fails' }): Unknown {
  return unknown('protocol', `the registry has lost what it had a moment ago, so this proves nothing: ${detail}`);
}

function settleUnknown({ unknowns }: WalkContext, { suspect, answers }: OpenCase): void {
  const last = [...answers].toReversed().find(({ kind }) => kind === 'unknown') ?? suspect.first;
  const settled = last.kind === 'unknown' ? last : unknown('deadline', 'there was no time left to ask again');
  const { repository, reference } = suspect;
  unknowns.push({ repository, reference, reason: settled.reason, detail: settled.detail });
  suspect.onSettled({ kind: 'unknown', unknown: settled });
}
