import { reportProgress, type WalkContext } from './context.ts';
import { isRefusedByPolicy, refusalOf } from './blocked.ts';
import { unknown, type Absent, type Observed, type Unknown } from './lookup.ts';
import { createSameAnswers } from './same-answers.ts';
import { sideBySide } from './side-by-side.ts';
import type { Ask, ControlCheck } from './source.ts';
import { askAgain, close, type OpenCase, type SecondAnswer, type Suspect } from './suspects.ts';
import type { Churned } from './tree.ts';

/** How often a round asks for bytes that break off. */
const TRIES_AT_BROKEN_OFF = 3;

/** Answers that asking three times does not change within seconds. */
const STEADY = new Set(['auth', 'forbidden', 'tls']);

/**
 * Asks again for everything that was not found, in rounds, until no suspect is left.
 * What is found is cleared; what is absent in every round is broken; what a policy refuses twice running is blocked;
 * everything else stays unknown. A server error, or a store's refusal, that stays with one object in every round, while
 * a control answers, is how a damaged file shows.
 */
export async function confirm(context: WalkContext): Promise<void> {
  const { deps, options, suspects, control } = context;
  while (suspects.size > 0) {
    const { ended, open } = sortOut(suspects.take());
    for (const one of ended) await settleUnknown(context, one);
    if (open.length === 0) continue;

    await deps.clock.sleep(options.confirm.delayMs, deps.abort);
    control.newRound();
    await askAll(context, open);
    reportProgress(context);
  }
}

/** One round: what is known to be good is asked for after all that is doubted, so that no outage comes in between. */
async function askAll(context: WalkContext, open: readonly OpenCase[]): Promise<void> {
  const { concurrency } = context.options;
  const answers = new Map<OpenCase, SecondAnswer>();
  const same = createSameAnswers();
  await sideBySide(open, concurrency, async (one) => {
    const answer = await insist(one, howToAsk(context, one));
    answers.set(one, answer.kind === 'absent' || answer.kind === 'unknown' ? same(answer) : answer);
  });
  await sideBySide(answers, concurrency, async ([one, answer]) => {
    answers.delete(one);
    await judge(context, one, answer);
  });
}

/**
 * What could not be told at first, such as all that was due while a server restarted, comes at the first try as a rule,
 * and as fast as the walk where no connection is made for each; whatever else is then said of it is seen twice more.
 */
function howToAsk({ again, options }: WalkContext, { suspect, answers }: OpenCase): Ask {
  const isFirstAnswer = suspect.first.kind === 'unknown' && answers.length === 0;
  return isFirstAnswer && options.confirm.rounds > 2 ? { ...again, pooled: true } : again;
}

/**
 * Asks again; where the bytes break off, several times over. Lost data breaks off each time, a bad line now and then,
 * and one round must not take the one for the other.
 */
async function insist(open: OpenCase, ask: Ask): Promise<SecondAnswer> {
  let answer = await askAgain(open, ask);
  for (let more = 1; more < TRIES_AT_BROKEN_OFF && isBrokenOff(answer); more += 1) answer = await askAgain(open, ask);
  return answer;
}

function isBrokenOff(answer: SecondAnswer): boolean {
  return answer.kind === 'absent' && answer.fault === 'unreadable';
}

function sortOut(cases: readonly OpenCase[]): { ended: OpenCase[]; open: OpenCase[] } {
  const isOver = (one: OpenCase): boolean => {
    const { suspect, answers } = one;
    const last = answers.at(-1) ?? suspect.first;
    if (last.kind !== 'unknown') return false;
    if (isRefusedByPolicy(last)) return refusalOf({ first: suspect.first, answers }) !== null;
    if (last.reason === 'deadline') return true;
    return answers.length > 0 && STEADY.has(last.reason) && last.observed?.failed !== true;
  };
  return { ended: cases.filter(isOver), open: cases.filter((one) => !isOver(one)) };
}

async function judge(context: WalkContext, open: OpenCase, answer: SecondAnswer): Promise<void> {
  if (answer.kind === 'found') {
    if (open.suspect.first.kind === 'absent') context.tally.cleared += 1;
    return answer.accept();
  }
  const weighed = await weigh(context, open.suspect, answer);
  if (weighed.kind === 'churned') {
    context.tally.churned += 1;
    return close(open, weighed);
  }
  const answers = [...open.answers, weighed];
  if (answers.length < context.options.confirm.rounds) return context.suspects.putBack(open, weighed);
  const absent = mostTelling(answers);
  if (absent === undefined) return settleUnknown(context, { ...open, answers });
  return close(open, { kind: 'broken', absent, confirmations: answers.length });
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

/** What an answer is worth, given how the registry answers for things that are known to be good. */
async function weigh(
  context: WalkContext,
  suspect: Suspect<unknown>,
  answer: Exclude<SecondAnswer, { kind: 'found' }>,
): Promise<Absent | Unknown | Churned> {
  if (answer.kind === 'unknown') {
    const { observed } = answer;
    if (isRefusedByPolicy(answer)) return answer;
    if (observed?.failed !== true || !(await isAlone(context, suspect, observed))) return answer;
    return { kind: 'absent', fault: 'unreadable', observed };
  }
  const { beside, manifests } = await lookBeside(context, suspect);
  const lost = [beside, manifests].find((checked) => checked.kind === 'fails');
  if (lost !== undefined) return outage(lost);
  if (answer.kind === 'churned' || beside.kind === 'holds') return answer;
  return isBelievedAlone(context, suspect, answer) ? answer : incomparable(answer, suspect);
}

/**
 * Asks again for what is known to be good: of the same kind, since the parts of a registry fail each for itself, and of
 * the manifests, without which nothing else is known. Where none of these is known yet, names were resolved, which a
 * store that is gone does not do either.
 */
async function lookBeside(
  { control, again }: WalkContext,
  { tree: { repository }, among = 'manifest' }: Suspect<unknown>,
): Promise<{ readonly beside: ControlCheck; readonly manifests: ControlCheck }> {
  const beside = await control.check(repository, among, again);
  if (beside.kind === 'fails') return { beside, manifests: { kind: 'none' } };
  const manifests = await control.check(repository, 'manifest', again);
  if (manifests.kind !== 'none') return { beside, manifests };
  return { beside, manifests: await control.check(repository, 'reference', again) };
}

/**
 * Whether an answer counts with nothing of its kind to compare it with. What fails needs others that do not. A blob of
 * something that was named counts where the registry itself says it in its own words; over a whole catalog all of it
 * counts, since findings are held back where not one blob was good.
 */
function isBelievedAlone({ named }: WalkContext, { among }: Suspect<unknown>, { obstacle, observed }: Absent): boolean {
  if (obstacle === 'failing') return false;
  return among !== 'blob' || !named || observed.hearsay !== true;
}

function incomparable({ obstacle, observed }: Absent, { among = 'manifest' }: Suspect<unknown>): Unknown {
  if (obstacle === 'failing') return unknown('server_error', observed.detail, observed);
  return unknown('protocol', `there is no other ${among} that could be compared with it: ${observed.detail}`, observed);
}

/**
 * True when the failure is this object's own: something good of its kind still comes. Of a single image that was named,
 * it may be that nothing good is known; then, where the registry itself fails, the tag list of its repository has to do.
 */
async function isAlone(
  { control, named, again }: WalkContext,
  { tree: { repository }, among = 'manifest' }: Suspect<unknown>,
  { hearsay }: Observed,
): Promise<boolean> {
  const checked = await control.check(repository, among, again);
  if (checked.kind !== 'none' || !named || among === 'blob' || hearsay === true) return checked.kind === 'holds';
  return control.isAlive(repository, again);
}

function outage({ detail }: ControlCheck & { kind: 'fails' }): Unknown {
  return unknown('protocol', `the registry has lost what it had a moment ago, so this proves nothing: ${detail}`);
}

function settleUnknown({ unknowns, unreached, blocked, named, deps }: WalkContext, open: OpenCase): Promise<void> {
  const { suspect, answers } = open;
  const { reference, first } = suspect;
  const { repository } = suspect.tree;
  const refusal = refusalOf({ first, answers });
  if (refusal !== null) {
    blocked.push({ repository, reference, detail: refusal.detail });
    return close(open, { kind: 'blocked', unknown: refusal });
  }
  const last = answers.findLast(({ kind }) => kind === 'unknown') ?? first;
  const settled = last.kind === 'unknown' ? last : unknown('deadline', 'there was no time left to ask again');
  // What was not even asked before the end of the run is no question that stayed open.
  const isUnreached = !named && deps.stop.aborted && first.kind === 'unknown' && first.reason === 'deadline';
  const entries = isUnreached ? unreached : unknowns;
  entries.push({ repository, reference, reason: settled.reason, detail: settled.detail });
  return close(open, { kind: 'unknown', unknown: settled });
}
