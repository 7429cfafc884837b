import type { Clock } from '../util/clock.ts';
import type { Log } from '../util/log.ts';
import type { Limiter } from './limiter.ts';
import type { Pause } from './pause-policy.ts';

/** Whether a host may be asked now, and if not, why not. Times are milliseconds. */
type HostState =
  | { readonly kind: 'open' }
  | { readonly kind: 'wait'; readonly ms: number }
  /** It asked for this long a wait, with this status, and the wait is not over. */
  | { readonly kind: 'shut'; readonly askedMs: number; readonly status: number };

/** What came of waiting for a turn: the task was run, or it was not, and why. */
export type Passage<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'canceled' }
  | Extract<HostState, { readonly kind: 'shut' }>;

/** Lets each request to a host start when there is a permit for it, its turn has come, and the host wants no pause. */
export interface Gate {
  /** The task is told how many are under way at the host, itself included. Those of one party take turns with the others. */
  pass<T>(
    host: string,
    signal: AbortSignal,
    task: (underWay: number) => Promise<T>,
    party?: string,
  ): Promise<Passage<T>>;
  /** Leaves a host alone from now on. Called inside a task, so that nothing slips through when its permit is back. */
  pause(host: string, pause: Pause): void;
}

export interface GateDeps {
  readonly limiterOf: (host: string) => Limiter;
  readonly clock: Clock;
  readonly log: Log;
}

/** Creates a gate that is open to every host. */
export function createGate({ limiterOf, clock, log }: GateDeps): Gate {
  const pauses = createPauses();

  async function pass<T>(
    host: string,
    signal: AbortSignal,
    task: (underWay: number) => Promise<T>,
    party?: string,
  ): Promise<Passage<T>> {
    const state = (): HostState => pauses.of(host, clock.elapsed());
    // A pause may begin while a request waits for its turn, or anew while it waits for the end of another one.
    for (;;) {
      const current = state();
      if (current.kind === 'shut') return current;
      if (current.kind === 'wait') {
        await clock.sleep(current.ms, signal);
      } else {
        const mayStart = (): boolean => state().kind === 'open';
        const value = await limiterOf(host).run(signal, mayStart, task, party);
        if (value !== null) return { kind: 'done', value };
      }
      if (signal.aborted) return { kind: 'canceled' };
    }
  }

  return {
    pass,
    pause(host, pause) {
      pauses.begin(host, pause, clock.elapsed());
      if (pause.kind === 'wait') log.debug({ host, waitMs: pause.ms }, 'host is left alone for a while');
      else log.warn({ host, status: pause.status, waitMs: pause.ms }, 'host asks for a longer wait than is honored');
    },
  };
}

const OPEN: HostState = { kind: 'open' };

/** Which hosts are left alone, and until when. */
interface Pauses {
  /** Takes note of a pause that a host, with its port, asks for now. Of two, the one that ends later counts. */
  begin(host: string, pause: Pause, now: number): void;
  of(host: string, now: number): HostState;
}

interface Begun {
  readonly pause: Pause;
  readonly until: number;
}

/** No host is left alone yet. */
export function createPauses(): Pauses {
  const begun = new Map<string, Begun>();
  return {
    begin(host, pause, now) {
      const until = now + pause.ms;
      if (until > (begun.get(host)?.until ?? -Infinity)) begun.set(host, { pause, until });
    },
    of(host, now) {
      const known = begun.get(host);
      if (known === undefined || known.until <= now) return OPEN;
      const { pause, until } = known;
      if (pause.kind === 'wait') return { kind: 'wait', ms: until - now };
      return { kind: 'shut', askedMs: pause.ms, status: pause.status };
    },
  };
}
