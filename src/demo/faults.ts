import { ProbeError } from '../util/errors.ts';
import type { Answer } from './answer.ts';
import { applyAction, type FaultAction } from './fault-actions.ts';
import { matches, type RequestMatch } from './request-match.ts';
import type { DemoRequest } from './request.ts';

/** A fault: which requests, how often, and what goes wrong. */
export interface FaultRule {
  /** Default: every request. */
  readonly when?: RequestMatch;
  /** How many requests that fit are let through first. Default 0. */
  readonly after?: number;
  /** How many requests go wrong then. Default: all. */
  readonly times?: number;
  readonly action: FaultAction;
}

/** What is wrong with a registry at the moment. */
export interface Faults {
  /** The returned function takes the fault away again. */
  add(rule: FaultRule): () => void;
  clear(): void;
}

/** Faults, and the server's side of them. */
export interface FaultBook extends Faults {
  /** The answer after every fault that fits, in the order in which they were added, each on top of the one before. */
  apply(request: DemoRequest, handle: (request: DemoRequest) => Answer): Answer;
}

interface Armed {
  readonly rule: FaultRule;
  /** Requests that fitted so far. */
  seen: number;
}

/** No faults yet. A delay is refused where there is no clock to wait by. */
export function createFaults({ canWait }: { readonly canWait: boolean }): FaultBook {
  const book = new Set<Armed>();

  function strikes(armed: Armed, request: DemoRequest): boolean {
    const { when = {}, after = 0, times = Infinity } = armed.rule;
    if (!matches(request, when)) return false;
    armed.seen += 1;
    return armed.seen > after && armed.seen <= after + times;
  }

  return {
    add(rule) {
      if (rule.action.kind === 'delay' && !canWait) {
        throw new ProbeError('no_clock', 'a delay needs a clock: hand one to createDemoRegistry');
      }
      const armed: Armed = { rule, seen: 0 };
      book.add(armed);
      return () => void book.delete(armed);
    },
    clear: () => book.clear(),
    apply(request, handle) {
      let answer = handle(request);
      for (const armed of book) {
        if (strikes(armed, request)) answer = applyAction(armed.rule.action, { request, answer, handle });
      }
      return answer;
    },
  };
}
