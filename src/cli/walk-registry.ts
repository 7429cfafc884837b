import type { WalkDeps } from '../walk/options.ts';
import type { RegistryOutcome, WalkResult } from '../walk/result.ts';
import type { Limits } from './limits.ts';
import { openSession, resolveScheme, type CommandDeps, type Target } from './session.ts';
import type { Watch } from './watch.ts';

/** A registry that is about to be walked. */
export interface WalkTarget extends Target {
  readonly name: string;
  /** The URL has a scheme that somebody wrote; else it is asked for first which one is spoken there. */
  readonly schemeGiven: boolean;
}

/** What a walk takes from the command that it belongs to. */
export interface WalkCircumstances {
  readonly watch: Watch;
  readonly limits: Pick<Limits, 'stop' | 'abort'>;
  readonly deps: CommandDeps;
}

/** Walks one registry over a connection of its own, in the way that `walk` says. */
export async function walkRegistry(
  target: WalkTarget,
  walk: (deps: WalkDeps) => Promise<WalkResult>,
  { watch, limits: { stop, abort }, deps }: WalkCircumstances,
): Promise<RegistryOutcome> {
  const { name, schemeGiven } = target;
  const { clock, log } = deps;
  const startedAt = clock.now();
  const url = schemeGiven ? target.url : await resolveScheme(target.url, target.walk, stop, deps);
  const session = openSession({ ...target, url }, deps);
  try {
    const result = await walk({ source: session.source, clock, log, stop, abort, onProgress: watch.progressOf(name) });
    const requests = { ...session.transport.sent };
    return { name, url: url.href, startedAt, finishedAt: clock.now(), result, requests };
  } finally {
    await session.transport.close();
  }
}
