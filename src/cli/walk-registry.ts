import { createUnreachableSource } from '../registry/unreachable.ts';
import type { Clock } from '../util/clock.ts';
import type { Unknown } from '../walk/lookup.ts';
import { lostWalk } from '../walk/lost-walk.ts';
import type { Progress, WalkDeps } from '../walk/options.ts';
import type { RegistryOutcome, WalkResult } from '../walk/result.ts';
import { createBudget } from './budget.ts';
import { createBugTrap } from './bug.ts';
import type { Limits } from './limits.ts';
import { openSession, resolveScheme, type CommandDeps, type Target } from './session.ts';
import { untilOverdue } from './until-overdue.ts';
import type { Watch } from './watch.ts';

/** A registry that is about to be walked. */
export interface WalkTarget extends Target {
  readonly name: string;
  /** The URL has a scheme that somebody wrote; else it is asked for first which one is spoken there. */
  readonly schemeGiven: boolean;
  /** How many requests may be sent; null, or left out, where there is no limit. */
  readonly requestsPerRun?: number | null;
  /** How long it may take, in milliseconds; left out, nobody asks how much of it is spent. */
  readonly deadline?: number;
}

/** Asks all that is to be asked of the registry. */
type Walk = (deps: WalkDeps) => Promise<WalkResult>;

type Walked = Pick<RegistryOutcome, 'result' | 'requests' | 'concurrency'> & { readonly url: URL };

/** What a walk takes from the command that it belongs to. */
export interface WalkCircumstances {
  readonly watch: Watch;
  readonly limits: Pick<Limits, 'stop' | 'abort'> & Partial<Pick<Limits, 'heap'>>;
  readonly deps: CommandDeps;
}

/**
 * Walks one registry over a connection of its own, in the way that `walk` says. A bug in that, or a walk that does not
 * end when it has to, is told and leaves this registry unknown, and no other one.
 */
export async function walkRegistry(
  target: WalkTarget,
  walk: Walk,
  circumstances: WalkCircumstances,
): Promise<RegistryOutcome> {
  const { clock, log } = circumstances.deps;
  const { name, url } = target;
  const startedAt = clock.now();
  const began = clock.elapsed();
  const lose = (bug: string): Walked => ({ url, result: lostWalk(bug), requests: {} });
  const trap = createBugTrap(log);
  const walked = await trap.guard({ registry: name }, () => walkOver(target, walk, circumstances), lose);
  return {
    ...walked,
    name,
    url: walked.url.href,
    startedAt,
    finishedAt: clock.now(),
    durationMs: clock.elapsed() - began,
  };
}

async function walkOver(
  target: WalkTarget,
  walk: Walk,
  { watch, limits: { stop, abort, heap }, deps }: WalkCircumstances,
): Promise<Walked> {
  const { name, schemeGiven } = target;
  const { clock, log } = deps;
  const origin = schemeGiven ? target.url : await resolveScheme(target.url, target.walk, stop, deps);
  const url = origin instanceof URL ? origin : target.url;
  const session = openSession({ ...target, url }, deps);
  try {
    const asked = origin instanceof URL ? { source: session.source, clock } : outOfReach(origin, clock);
    const tell = watch.progressOf(name);
    const sentSoFar = (): number => Object.values(session.transport.sent).reduce((sum, one) => sum + one, 0);
    const { requestsPerRun = null, deadline = Number.POSITIVE_INFINITY } = target;
    const limits = { requestsPerRun, deadline, stop, sent: sentSoFar };
    const { tellSuspects, ...budget } = createBudget(asked.source, limits, clock);
    const walkOn = (getsOn: () => void): Promise<WalkResult> => {
      const onProgress = (progress: Progress): void => {
        getsOn();
        tellSuspects(progress.suspects);
        tell(progress, { concurrency: session.transport.standing(url.host), requests: sentSoFar() });
      };
      return walk({ ...asked, ...budget, log, abort, ...(heap === undefined ? {} : { heap }), onProgress });
    };
    const result = await untilOverdue(walkOn, abort, clock);
    const { sent, settled } = session.transport;
    return { url, result, requests: { ...sent }, concurrency: settled(url.host) };
  } finally {
    await session.transport.close();
  }
}

/** A registry that would answer nothing: there is no use in waiting before it is asked again. */
function outOfReach(why: Unknown, clock: Clock): Pick<WalkDeps, 'source' | 'clock'> {
  return { source: createUnreachableSource(why), clock: { ...clock, sleep: () => Promise.resolve() } };
}
