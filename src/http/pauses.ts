import type { Pause } from './pause-policy.ts';

/** Whether a host may be asked now, and if not, why not. Times are milliseconds. */
export type Standing =
  | { readonly kind: 'open' }
  | { readonly kind: 'wait'; readonly ms: number }
  /** It asked for this long a wait, with this status, and the wait is not over. */
  | { readonly kind: 'shut'; readonly askedMs: number; readonly status: number };

/** Which hosts are left alone, and until when. */
export interface Pauses {
  /** Takes note of a pause that a host, with its port, asks for now. Of two, the one that ends later counts. */
  begin(host: string, pause: Pause, now: number): void;
  of(host: string, now: number): Standing;
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
      if (known === undefined || known.until <= now) return { kind: 'open' };
      const { pause, until } = known;
      if (pause.kind === 'wait') return { kind: 'wait', ms: until - now };
      return { kind: 'shut', askedMs: pause.ms, status: pause.status };
    },
  };
}
