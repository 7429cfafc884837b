import { hash } from 'node:crypto';

import type { Edge, TreeNode } from './tree.ts';

/** The tags from which the edges are reached, sorted; without those above what was `seen` before. */
export function tagsTo(edges: readonly Edge[], seen?: Set<TreeNode>): readonly string[] {
  const tags = new Set<string>();
  climb(edges, ({ tag }) => void (tag !== null && tags.add(tag)), seen);
  return sorted(tags);
}

/** The digests, asked for by themselves, from which a thing is reached, by all of its edges or some of them, sorted. */
export function rootsTo(node: TreeNode, edges: readonly Edge[] = node.edges): readonly string[] {
  const roots = new Set<string>();
  const seen = new Set<TreeNode>();
  const look = (digest: string, upwards: readonly Edge[]): void => {
    for (const { from, tag } of upwards) {
      if (from !== null) seen.add(from);
      else if (tag === null) roots.add(digest);
    }
  };
  look(node.digest, edges);
  for (const one of seen) look(one.digest, one.edges);
  return sorted(roots);
}

/** True when a tag, or a digest that was asked for by itself, leads to the edges. */
export function isReached(edges: readonly Edge[]): boolean {
  let reached = false;
  climb(edges, ({ from }) => {
    reached ||= from === null;
    return reached ? 'enough' : 'on';
  });
  return reached;
}

/** The platforms of which the edges are part, sorted: of each way up, the first one that an index names. */
export function platformsOf(edges: readonly Edge[]): readonly string[] {
  const platforms = new Set<string>();
  climb(edges, ({ platform }) => {
    if (platform !== null) platforms.add(platform);
    return platform === null ? 'on' : 'end';
  });
  return sorted(platforms);
}

/**
 * True when somebody comes by the edges without asking for a platform: a tag or a digest leads there, and no index on the
 * way names one.
 */
export function isNeededByAll(edges: readonly Edge[], pinnedAlone = false): boolean {
  let needed = false;
  climb(edges, ({ from, tag, platform }) => {
    if (platform !== null) return 'end';
    needed ||= from === null && (tag === null || !pinnedAlone);
    return needed ? 'enough' : 'on';
  });
  return needed;
}

/**
 * The chain of digests down to the node: of the first tag in order (or a digest that was asked for, where no tag leads
 * there), the shortest chain.
 */
export function pathTo(node: TreeNode, edges: readonly Edge[]): readonly string[] {
  const first = tagsTo(edges)[0] ?? null;
  const seen = new Set<TreeNode>([node]);
  let front: { readonly edges: readonly Edge[]; readonly path: readonly string[] }[] = [{ edges, path: [node.digest] }];
  while (front.length > 0) {
    const there = front.find((step) => step.edges.some(({ from, tag }) => from === null && tag === first));
    if (there !== undefined) return there.path;
    const next: typeof front = [];
    for (const step of front) {
      for (const { from } of step.edges) {
        if (from === null || seen.has(from)) continue;
        seen.add(from);
        next.push({ edges: from.edges, path: [from.digest, ...step.path] });
      }
    }
    front = next;
  }
  return [node.digest];
}

/** What leads to the parts of one tree, which does not change any more. */
export interface Trace {
  tagsTo(edges: readonly Edge[]): readonly string[];
  rootsTo(node: TreeNode, edges?: readonly Edge[]): readonly string[];
  platformsOf(edges: readonly Edge[]): readonly string[];
  pathTo(node: TreeNode, edges: readonly Edge[]): readonly string[];
}

/** Tags that are held for the things of a tree. Behind them, of each further list its first ones. */
const MOST_TAGS = 500_000;
const FIRST_TAGS = 20;

/**
 * Remembers what leads to whatever the same manifests name: an index may have ten thousands of children that are gone,
 * and a hundred thousand tags, and neither is looked through for each of the other, nor are the tags held for each. Lists
 * that are the same are one.
 */
export function createTrace(mostTags = MOST_TAGS): Trace {
  const numbers = new Map<TreeNode, number>();
  const tags = new Map<string, readonly string[]>();
  const roots = new Map<string, readonly string[]>();
  const platforms = new Map<string, readonly string[]>();
  const paths = new Map<string, readonly string[]>();
  const firsts = new Map<TreeNode, readonly string[]>();
  let held = 0;

  /** The same text for edges that come from the same manifests; null where one comes from none. */
  function above(edges: readonly Edge[]): string | null {
    const all = new Set<number>();
    for (const { from } of edges) {
      if (from === null) return null;
      const number = numbers.get(from) ?? numbers.size;
      numbers.set(from, number);
      all.add(number);
    }
    const key = all.size === 1 ? [...all].join() : [...all].toSorted((a, b) => a - b).join();
    return key.length > LONGEST_KEY ? hash('sha256', key) : key;
  }

  function boundedTags(edges: readonly Edge[]): readonly string[] {
    if (held > mostTags) return firstTags(edges);
    const all = tagsTo(edges);
    held += all.length;
    return all;
  }

  /** No more is looked at for it than the ways to each manifest, once. */
  function firstTags(edges: readonly Edge[]): readonly string[] {
    const names = new Set<string>();
    for (const { from, tag } of edges) {
      if (tag !== null) names.add(tag);
      for (const name of from === null ? [] : firstTagsOf(from)) names.add(name);
    }
    return sorted(names).slice(0, FIRST_TAGS);
  }

  function firstTagsOf(node: TreeNode): readonly string[] {
    const known = firsts.get(node);
    if (known !== undefined) return known;
    // What leads to itself leads to nothing more.
    firsts.set(node, NONE);
    const first = firstTags(node.edges);
    firsts.set(node, first);
    return first;
  }

  return {
    tagsTo: (edges) => once(tags, above(edges), () => boundedTags(edges)),
    rootsTo: (node, edges = node.edges) => once(roots, above(edges), () => rootsTo(node, edges)),
    platformsOf(edges) {
      const own = edges.some(({ platform }) => platform !== null);
      return once(platforms, own ? null : above(edges), () => platformsOf(edges));
    },
    pathTo: (node, edges) => [...once(paths, above(edges), () => pathTo(node, edges).slice(0, -1)), node.digest],
  };
}

/** A longer one is held as its hash. */
const LONGEST_KEY = 64;

function once<T>(memo: Map<string, T>, key: string | null, make: () => T): T {
  if (key === null) return make();
  const value = memo.get(key) ?? make();
  memo.set(key, value);
  return value;
}

/** How to go on behind an edge: further up, not this way, or not at all. */
export type Further = 'on' | 'end' | 'enough';

/**
 * Visits every edge on every way up once, as far as the visits say. What is above `seen` has been visited before, and
 * what is visited is added to it.
 */
export function climb(
  edges: readonly Edge[],
  visit: (edge: Edge) => Further | void,
  seen: Set<TreeNode> = new Set(),
): void {
  const open = [edges];
  for (let some = open.pop(); some !== undefined; some = open.pop()) {
    for (const edge of some) {
      const further = visit(edge);
      if (further === 'enough') return;
      if (further === 'end' || edge.from === null || seen.has(edge.from)) continue;
      seen.add(edge.from);
      open.push(edge.from.edges);
    }
  }
}

/** In the place of each list that is empty, and there may be tens of thousands. */
const NONE: readonly string[] = [];

function sorted(names: ReadonlySet<string>): readonly string[] {
  return names.size === 0 ? NONE : [...names].toSorted();
}
