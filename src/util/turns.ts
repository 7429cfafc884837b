/**
 * The items in an order in which everybody has a turn: the first one of each group, then the second of each, and so on.
 * One that is in several groups comes with the first of them whose turn it is, and once. Groups follow each other as they
 * come in the list, and so do the items of each.
 */
export function byTurns<T>(items: Iterable<T>, groupsOf: (item: T) => readonly string[]): readonly T[] {
  const queues = new Map<string, T[]>();
  for (const item of items) {
    for (const group of new Set(groupsOf(item))) {
      const queue = queues.get(group);
      if (queue === undefined) queues.set(group, [item]);
      else queue.push(item);
    }
  }
  const taken = new Set<T>();
  let open = [...queues.values()].map((queue) => queue[Symbol.iterator]());
  while (open.length > 0) {
    open = open.filter((queue) => {
      let next = queue.next();
      while (next.done !== true && taken.has(next.value)) next = queue.next();
      if (next.done === true) return false;
      taken.add(next.value);
      return true;
    });
  }
  return [...taken];
}
