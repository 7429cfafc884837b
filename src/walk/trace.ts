import type { Edge, TreeNode } from './tree.ts';

/** The tags from which the edges are reached, sorted. */
export function tagsTo(edges: readonly Edge[]): readonly string[] {
  const tags = new Set<string>();
  climb(edges, ({ tag }) => void (tag !== null && tags.add(tag)));
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

/** What leads to the parts of trees that do not change any more. */
export interface Trace {
  tagsTo(edges: readonly Edge[]): readonly string[];
  rootsTo(node: TreeNode, edges?: readonly Edge[]): readonly string[];
  pathTo(node: TreeNode, edges: readonly Edge[]): readonly string[];
}

/**
 * Remembers what leads to whatever a manifest names: an index may have ten thousands of children that are gone, and ten
 * thousands of tags, and neither is looked through for each of the other, nor are the tags held for each.
 */
export function createTrace(): Trace {
  const tags = new Map<TreeNode, readonly string[]>();
  const roots = new Map<TreeNode, readonly string[]>();
  const paths = new Map<TreeNode, readonly string[]>();
  return {
    tagsTo(edges) {
      const above = onlyOneAbove(edges);
      return above === null ? tagsTo(edges) : once(tags, above, () => tagsTo(above.edges));
    },
    rootsTo(node, edges = node.edges) {
      const above = onlyOneAbove(edges);
      return above === null ? rootsTo(node, edges) : once(roots, above, () => rootsTo(above));
    },
    pathTo(node, edges) {
      const above = onlyOneAbove(edges);
      if (above === null || above === node) return pathTo(node, edges);
      return [...once(paths, above, () => pathTo(above, above.edges)), node.digest];
    },
  };
}

/** The manifest from which all of the edges come; null where there are several, or others. */
function onlyOneAbove(edges: readonly Edge[]): TreeNode | null {
  const above = edges[0]?.from ?? null;
  return edges.every(({ from }) => from === above) ? above : null;
}

function once<T>(memo: Map<TreeNode, T>, node: TreeNode, make: () => T): T {
  const value = memo.get(node) ?? make();
  memo.set(node, value);
  return value;
}

/** How to go on behind an edge: further up, not this way, or not at all. */
export type Further = 'on' | 'end' | 'enough';

/** Visits every edge on every way up once, as far as the visits say. */
export function climb(edges: readonly Edge[], visit: (edge: Edge) => Further | void): void {
  const seen = new Set<TreeNode>();
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
