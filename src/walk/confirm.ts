import { reportProgress, type WalkContext } from './context.ts';
import { createLineUp, type LineUp, type Rank, type RankedCase } from './line-up.ts';
import { rankBy } from './rank.ts';
import { createRecheck, type Recheck } from './recheck.ts';
import { beginRound } from './round.ts';
import { giveUp, isOver, judge, settleUnknown } from './settle.ts';
import { inPieces, sideBySide } from './side-by-side.ts';
import type { Ask } from './source.ts';
import { askAgain, type OpenCase, type SecondAnswer } from './suspects.ts';

/** Few enough that several rounds of so many fit into the time that a stopped walk has left. */
const MOST_IN_ROUND = 512;
/** For so long a round goes on with those whose turn has not come; what is left is for the next one. In milliseconds. */
const ROUND_MS = 1000;
/** For so long a round waits for answers: what comes later is judged in another one. In milliseconds. */
const PATIENCE_MS = 5000;
/** Rounds in which answers may be outstanding before no other one begins. */
const ROUNDS_AT_ONCE = 4;

/** Questions of earlier rounds that a repository may owe an answer to, and take part in another one. */
const MOST_OWED = 8;

/** How often a round asks for bytes that break off. */
const TRIES_AT_BROKEN_OFF = 3;

/** What is under way. */
interface Hearing {
  readonly context: WalkContext;
  readonly recheck: Recheck;
  readonly lineUp: LineUp;
  readonly rankOf: (one: OpenCase) => Rank;
  /** Those that are not judged yet. */
  readonly answers: Map<OpenCase, SecondAnswer>;
  /** Rounds in which answers are outstanding. */
  readonly asking: Set<Promise<void>>;
  /** By repository. */
  readonly outstanding: Map<string, Outstanding>;
}

/** What is asked of a repository and was not answered yet. */
interface Outstanding {
  questions: number;
  /** Those that wait until it has answered most of them. */
  readonly held: OpenCase[];
}

const NONE: Outstanding = { questions: 0, held: [] };

/**
 * Asks again for everything that was not found, in rounds, until no suspect is left. Each round is for some of them, by
 * turns; those that were asked about once go on before others begin, so that they are settled early, and what is settled
 * when time ends is told.
 * What is found is cleared; what is absent in every round is broken; what a policy refuses twice running is blocked;
 * everything else stays unknown. A server error, or a store's refusal, that stays with one object in every round, while
 * a control answers, is how a damaged file shows.
 */
export async function confirm(context: WalkContext, recheck: Recheck = createRecheck(context)): Promise<void> {
  const { deps, options, suspects } = context;
  const { clock, abort } = deps;
  const lineUp = createLineUp();
  const asking = new Set<Promise<void>>();
  const rankOf = rankBy(options);
  const outstanding = new Map<string, Outstanding>();
  const hearing: Hearing = { context, recheck, lineUp, rankOf, answers: new Map(), asking, outstanding };
  for (;;) {
    await take(hearing, suspects.take());
    const now = clock.elapsed();
    const mayAsk = !abort.aborted && asking.size < ROUNDS_AT_ONCE;
    const cases = mayAsk ? whereAnswered(hearing, lineUp.next(now, MOST_IN_ROUND)) : [];
    if (cases.length + hearing.answers.size > 0) await hear(hearing, cases);
    else if (asking.size > 0 && (!mayAsk || lineUp.size === 0)) await Promise.race(asking);
    else if (lineUp.size === 0) return;
    else if (abort.aborted) await giveUpAll(context, lineUp.next(Infinity, Infinity));
    else await clock.sleep((lineUp.dueAt ?? now) - now, abort);
  }
}

/**
 * Those of repositories that have answered most of what earlier rounds asked; the others are held until then. One that
 * does not answer would have a part in every round, and soon there would be no other one.
 */
function whereAnswered({ outstanding }: Hearing, cases: readonly OpenCase[]): readonly OpenCase[] {
  return cases.filter((one) => {
    const { questions, held } = outstanding.get(one.suspect.tree.repository) ?? NONE;
    if (questions > MOST_OWED) held.push(one);
    return questions <= MOST_OWED;
  });
}

/** There may be tens of thousands of them: whoever watches is told that it goes on. */
async function giveUpAll(context: WalkContext, cases: readonly OpenCase[]): Promise<void> {
  await inPieces(cases, context.deps.clock, async (one) => {
    await giveUp(context, one);
    reportProgress(context);
  });
}

/** Lines up what is new; what has come up too late is over. */
async function take({ context, lineUp, rankOf }: Hearing, cases: readonly OpenCase[]): Promise<void> {
  const { deps, options } = context;
  const open: RankedCase[] = [];
  await inPieces(cases, deps.clock, async (one) => {
    if (isOver(one)) await settleUnknown(context, one);
    else open.push({ one, rank: rankOf(one) });
  });
  lineUp.add(open, deps.clock.elapsed() + options.confirm.delayMs);
}

/** One round: what is known to be good is asked for after all that is doubted, so that no outage comes in between. */
async function hear(hearing: Hearing, cases: readonly OpenCase[]): Promise<void> {
  const { context, recheck, lineUp, asking } = hearing;
  const round = beginRound(context);
  const ask: Ask = { ...context.again, round };
  const rest = cases.values();
  const all: Promise<void> = askAll(hearing, rest, ask).then(() => void asking.delete(all));
  asking.add(all);
  // It is thrown where it is waited for, now or later.
  all.catch(() => {});
  try {
    await atMost(PATIENCE_MS, all, context);
    lineUp.putBack([...rest]);
    await judgeAll(hearing, ask);
  } finally {
    void all.then(round.end, round.end);
  }
  // Once nothing is open any more, all of them are looked at.
  if (lineUp.size > 0) await recheck.some();
  reportProgress(context, lineUp.size);
}

async function askAll(hearing: Hearing, cases: Iterable<OpenCase>, ask: Ask): Promise<void> {
  const { context, lineUp, answers } = hearing;
  const { clock, abort } = context.deps;
  const began = clock.elapsed();
  await sideBySide(cases, context.options.concurrency, async (one) => {
    if (abort.aborted || clock.elapsed() - began > ROUND_MS) return lineUp.putBack([one]);
    const answered = expectAnswer(hearing, one.suspect.tree.repository);
    const answer = await insist(one, howToAsk(context, one, ask)).finally(answered);
    answers.set(one, answer.kind === 'absent' || answer.kind === 'unknown' ? context.suspects.same(answer) : answer);
  });
}

/** Counts a question until it is answered; when few are left, the repository takes part again. */
function expectAnswer({ outstanding, lineUp }: Hearing, repository: string): () => void {
  const one = outstanding.get(repository) ?? { questions: 0, held: [] };
  outstanding.set(repository, one);
  one.questions += 1;
  return () => {
    one.questions -= 1;
    if (one.questions === 0) outstanding.delete(repository);
    if (one.questions <= MOST_OWED) lineUp.putBack(one.held.splice(0));
  };
}

/** What was found may have much below it, that is walked at once: whatever else was answered does not wait for that. */
async function judgeAll({ context, recheck, lineUp, answers }: Hearing, ask: Ask): Promise<void> {
  const { concurrency, confirm: timing } = context.options;
  const { clock } = context.deps;
  const judged = [...answers];
  answers.clear();
  const more: OpenCase[] = [];
  const [found, others] = [true, false].map((isFound) =>
    judged.filter(([, { kind }]) => (kind === 'found') === isFound),
  );
  for (const some of [others, found]) {
    const judgeOne = async ([one, answer]: readonly [OpenCase, SecondAnswer]): Promise<void> => {
      const { tree, node } = one.suspect;
      if ((await judge(context, one, answer, ask)) === 'open') more.push(one);
      else if (node !== undefined) recheck.settled(tree, node);
    };
    await sideBySide(some ?? [], concurrency, judgeOne, clock);
  }
  lineUp.goOn(more, clock.elapsed() + timing.delayMs);
}

/** Waits for some work, and no longer than that. */
async function atMost(ms: number, work: Promise<void>, { deps }: WalkContext): Promise<void> {
  const { promise: over, resolve } = Promise.withResolvers<void>();
  const cancel = deps.clock.schedule(ms, resolve);
  await Promise.race([work, over]).finally(cancel);
}

/**
 * What could not be told at first, such as all that was due while a server restarted, comes at the first try as a rule,
 * and as fast as the walk where no connection is made for each; whatever else is then said of it is seen twice more.
 */
function howToAsk({ options }: WalkContext, { suspect, answers }: OpenCase, ask: Ask): Ask {
  const isFirstAnswer = suspect.first.kind === 'unknown' && answers.length === 0;
  return isFirstAnswer && options.confirm.rounds > 2 ? { ...ask, pooled: true } : ask;
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
