import type { Reach, Usage } from './usage.ts';
import { workloadName, type Workload } from './workload.ts';

/** More names than these tell nobody more. */
export const MAX_USERS_NAMED = 20;

/** Who uses something broken. */
export interface InUse {
  /** As `shop/Deployment/web`, sorted; at most `MAX_USERS_NAMED`. */
  readonly names: readonly string[];
  /** All of them; null when not everybody was asked. */
  readonly count: number | null;
  /** Whom to tell; null where there is nobody. What makes pods goes before a pod, which is gone tomorrow. */
  readonly subject: Workload | null;
}

/** Who uses what was found broken; null when that is not known: nobody was seen to, and not everybody was asked. */
export function inUse(usage: Usage | null, registry: string, reach: Reach): InUse | null {
  if (usage === null) return null;
  const users = usage.usersOf(registry, reach);
  if (users.length === 0 && !usage.complete) return null;
  return {
    names: users.slice(0, MAX_USERS_NAMED).map(workloadName),
    count: usage.complete ? users.length : null,
    subject: users.find(({ kind }) => kind !== 'Pod') ?? users[0] ?? null,
  };
}
