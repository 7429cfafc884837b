import { byTurns } from '../util/turns.ts';
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
  /** Whom to tell in other namespaces, one in each, some twenty at most; left out where there is nobody. */
  readonly others?: readonly Workload[];
}

/** What was made of the same list before: one image may have 100,000 users, and thousands of findings. */
const made = new WeakMap<Usage, WeakMap<readonly Workload[], InUse>>();

/** Who uses what was found broken; null when that is not known: nobody was seen to, and not everybody was asked. */
export function inUse(usage: Usage | null, registry: string, reach: Reach): InUse | null {
  if (usage === null) return null;
  const users = usage.usersOf(registry, reach);
  if (users.length === 0 && !usage.complete) return null;
  const known = made.get(usage) ?? new WeakMap<readonly Workload[], InUse>();
  made.set(usage, known);
  const use = known.get(users) ?? useBy(users, usage.complete);
  known.set(users, use);
  return use;
}

function useBy(users: readonly Workload[], isComplete: boolean): InUse {
  const subject = users.find(({ kind }) => kind !== 'Pod') ?? users[0] ?? null;
  const others = oneOfEachNamespace(users).filter(({ namespace }) => namespace !== subject?.namespace);
  return {
    names: namedUsers(users, MAX_USERS_NAMED),
    count: isComplete ? users.length : null,
    subject,
    ...(others.length === 0 ? {} : { others }),
  };
}

/** So many of them by name, sorted: of each namespace the first ones, so that none of them hides another's. */
export function namedUsers(users: readonly Workload[], most: number): readonly string[] {
  const chosen = users.length <= most ? users : byTurns(users, ({ namespace }) => [namespace]).slice(0, most);
  return chosen.map(workloadName).toSorted();
}

/** The namespaces of the workloads, each once. */
export function namespacesOf(users: readonly Workload[]): readonly string[] {
  return [...new Set(users.map(({ namespace }) => namespace))];
}

function oneOfEachNamespace(users: readonly Workload[]): readonly Workload[] {
  const subjects = new Map<string, Workload>();
  for (const user of users) {
    const known = subjects.get(user.namespace);
    if (known === undefined || (known.kind === 'Pod' && user.kind !== 'Pod')) subjects.set(user.namespace, user);
  }
  return [...subjects.values()].slice(0, MAX_USERS_NAMED);
}
