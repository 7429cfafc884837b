import { hash } from 'node:crypto';

import { createLookUp, LONGEST_PATH, type Above, type LookUp } from './above.ts';
import type { Edge, TreeNode } from './tree.ts';

/** The tags from which the edges are reached, sorted; without those above what was `seen` before. */
export function tagsTo(edges: readonly Edge[], seen?: Set<TreeNode>, steps?: Steps): readonly string[] {
  const tags = new Set<string>();
  climb(edges, ({ tag }) => void (tag !== null && tags.add(tag)), seen, steps);
  return sorted(tags);
}

/** The digests, asked for by themselves, from which a thing is reached, by all of its edges or some of them, sorted. */
export function rootsTo(node: TreeNode, edges: readonly Edge[] = node.edges, steps?: Steps): readonly string[] {
  const roots = new Set<string>();
  const seen = new Set<TreeNode>();
  const look = (digest: string, upwards: readonly Edge[]): void => {
    if (steps !== undefined) steps.left -= upwards.length;
    for (const { from, tag } of upwards) {
      if (from !== null) seen.add(from);
      else if (tag === null) roots.add(digest);
    }
  };
  look(node.digest, edges);
  for (const one of seen) look(one.digest, one.edges);
  return sorted(roots);
}

/** The platforms of which the edges are part, sorted: of each way up, the first one that an index names. */
export function platformsOf(edges: readonly Edge[], steps?: Steps): readonly string[] {
  const platforms = new Set<string>();
  const visit = ({ platform }: Edge): Further => {
    if (platform !== null) platforms.add(platform);
    return platform === null ? 'on' : 'end';
  };
  climb(edges, visit, new Set(), steps);
  return sorted(platforms);
}

/** What leads to the parts of one tree, which does not change any more. */
export interface Trace {
  /** All that is on the ways up, of names and platforms the first ones. */
  readonly above: LookUp;
  tagsTo(edges: readonly Edge[]): readonly string[];
  rootsTo(node: TreeNode, edges?: readonly Edge[]): readonly string[];
  platformsOf(edges: readonly Edge[]): readonly string[];
  /**
   * The chain of digests down to the node, by what is above it: of the first tag in order (or a digest that was asked
   * for, where no tag leads there), the shortest chain; of another one, where that is longer than any image's.
   */
  pathTo(node: TreeNode, above: Above): readonly string[];
  /** True for a list that was given out and has not all that is to be in it. */
  isCut(names: readonly string[]): boolean;
}

/** Tags that are held for the things of a tree. Behind them, of each further list its first ones. */
const MOST_TAGS = 500_000;
/** Ways that are gone by for the lists of all things, which may have the same hundreds of thousands above them. Likewise. */
const MOST_STEPS = 1_000_000;

/** How many ways may be gone by yet, for one tree or several. */
export interface Steps {
  left: number;
}

/** As many as lists are worth. */
export function createSteps(): Steps {
  return { left: MOST_STEPS };
}

/**
 * Remembers what leads to whatever the same manifests name: an index may have ten thousands of children that are gone,
 * and a hundred thousand tags, and neither is looked through for each of the other, nor are the tags held for each. Lists
 * that are the same are one.
 */
export function createTrace({ mostTags = MOST_TAGS, steps = createSteps() } = {}): Trace {
  const numbers = new Map<TreeNode, number>();
  const tags = new Map<string, readonly string[]>();
  const roots = new Map<string, readonly string[]>();
  const platforms = new Map<string, readonly string[]>();
  const cut = new WeakSet<readonly string[]>();
  const above = createLookUp();
  let held = 0;

  /** The same text for edges that come from the same manifests; null where one comes from none. */
  function originsOf(edges: readonly Edge[]): string | null {
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

  function firstOf(names: readonly string[], hasMore: boolean): readonly string[] {
    if (!hasMore) return names;
    // A list of its own: the same one may be all that there is of something else.
    const first = [...names];
    cut.add(first);
    return first;
  }

  function boundedTags(edges: readonly Edge[]): readonly string[] {
    if (held > mostTags || steps.left <= 0) {
      const { tags: first, hasMoreTags } = above.of(edges);
      return firstOf(first, hasMoreTags);
    }
    const all = tagsTo(edges, new Set(), steps);
    held += all.length;
    return all;
  }

  function boundedRoots(node: TreeNode, edges: readonly Edge[]): readonly string[] {
    if (steps.left > 0) return rootsTo(node, edges, steps);
    const { roots: first, hasMoreRoots } = above.of(edges, node.digest);
    return firstOf(first, hasMoreRoots);
  }

  function boundedPlatforms(edges: readonly Edge[]): readonly string[] {
    return steps.left > 0 ? platformsOf(edges, steps) : above.of(edges).platforms;
  }

  return {
    above,
    tagsTo: (edges) => once(tags, originsOf(edges), () => boundedTags(edges)),
    rootsTo: (node, edges = node.edges) => once(roots, originsOf(edges), () => boundedRoots(node, edges)),
    platformsOf(edges) {
      const own = edges.some(({ platform }) => platform !== null);
      return once(platforms, own ? null : originsOf(edges), () => boundedPlatforms(edges));
    },
    pathTo({ digest }, { next }) {
      const path = [digest];
      for (let node = next; node !== null && path.length <= LONGEST_PATH; node = above.at(node).next) {
        path.push(node.digest);
      }
      return path.toReversed();
    },
    isCut: (names) => cut.has(names),
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
  steps?: Steps,
): void {
  const open = [edges];
  for (let some = open.pop(); some !== undefined; some = open.pop()) {
    if (steps !== undefined) steps.left -= some.length;
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
