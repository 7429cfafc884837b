import type { Level } from './level.ts';
import { createLimiter, type Limiter, type LimiterDeps } from './limiter.ts';

/** Hosts that have a lane of their own; a registry may redirect to as many as it likes, and the rest share one. */
const MAX_HOSTS = 256;

/** The way to one host, with its port. */
export interface Lane {
  readonly level: Level;
  readonly limiter: Limiter;
}

/** The ways to all hosts, each with a level of its own; they share one pace. */
export interface Lanes {
  of(host: string): Lane;
  /** Null for a host that was not asked, or shares its lane. */
  levelOf(host: string): Level | null;
}

/** No host was asked yet; `createLevel` is called for each. */
export function createLanes(createLevel: () => Level, deps: LimiterDeps): Lanes {
  const lanes = new Map<string, Lane>();
  const shared = open();
  return {
    of(host) {
      const known = lanes.get(host);
      if (known !== undefined) return known;
      if (lanes.size >= MAX_HOSTS) return shared;
      const lane = open();
      lanes.set(host, lane);
      return lane;
    },
    levelOf: (host) => lanes.get(host)?.level ?? null,
  };

  function open(): Lane {
    const level = createLevel();
    return { level, limiter: createLimiter(level, deps) };
  }
}
