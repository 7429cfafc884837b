import { createLookUp } from './above.ts';
import type { WalkContext } from './context.ts';
import { createFairQueues } from './fair-queues.ts';
import { beginRound } from './round.ts';
import { sideBySide } from './side-by-side.ts';
import { isAmong } from './sorted-names.ts';
import type { Ask } from './source.ts';
import { detach, retarget } from './tags.ts';
import { tagsTo } from './trace.ts';
import type { Edge, TagEntry, Tree, TreeNode } from './tree.ts';

/** How many tags are looked at between two rounds of confirmations, which wait meanwhile. */
const MOST_BETWEEN = 256;

/** Looks once more at the tags that lead to something broken, or to what cannot be told or is refused. */
export interface Recheck {
  /** Something was settled: the tags that lead there are to be looked at. */
  settled(tree: Tree, node: TreeNode): void;
  /** Looks at some of them, by turns of their repositories: there may be no time for it later. */
  some(): Promise<void>;
  /** Looks at all that lead there now, each once. Answers whether anything is open again. */
  all(): Promise<boolean>;
}

/** A tag in its tree. */
type Way = readonly [Tree, TagEntry];

/**
 * Resolves once more the tags that lead to something broken, to something that a policy refuses, or to something that is
 * gone with all that was good beside it: one that was moved or deleted while the walk was under way is no finding, and
 * what it points to now is walked instead. A tag that was looked at early is looked at once more at the end, unless it
 * had moved by then.
 */
export function createRecheck(context: WalkContext): Recheck {
  const early = createFairQueues<Way>();
  const known = new Set<TagEntry>();
  const done = new Set<TagEntry>();
  /** What the ways up from something settled have gone by: thousands of things may have the same thousands of tags. */
  const climbed = new Set<TreeNode>();

  function* waysBy(tree: Tree, edges: readonly Edge[], seen?: Set<TreeNode>): Iterable<Way> {
    for (const tag of tagsTo(edges, seen)) {
      const entry = tree.tags.get(tag);
      if (entry !== undefined && entry.state.kind !== 'broken' && !done.has(entry)) yield [tree, entry];
    }
  }

  async function look(ways: readonly Way[], isLast: boolean): Promise<void> {
    const round = beginRound(context);
    const ask: Ask = { ...context.again, round };
    const lookAt = async ([tree, entry]: Way): Promise<void> => {
      if (isLast) done.add(entry);
      if (await recheck(context, tree, entry, ask)) done.add(entry);
    };
    await sideBySide(ways, context.options.concurrency, lookAt, context.deps.clock).finally(round.end);
  }

  return {
    settled(tree, node) {
      for (const way of waysBy(tree, edgesInDoubt([node]), climbed)) {
        if (known.has(way[1])) continue;
        known.add(way[1]);
        early.add(tree.repository, way);
      }
    },
    async some() {
      if (early.size > 0 && !context.deps.abort.aborted) await look(early.take(MOST_BETWEEN), false);
    },
    async all() {
      early.take(Infinity);
      const last = createFairQueues<Way>();
      const trees = new Set<Tree>();
      for (const tree of context.trees) {
        const unlisted = tree.unlisted.flatMap(({ node }) => node.edges);
        for (const way of waysBy(tree, [...edgesInDoubt(nodesOf(tree)), ...unlisted])) {
          trees.add(tree);
          last.add(tree.repository, way);
        }
      }
      await look(last.take(Infinity), true);
      forgetUnreached(context, trees);
      return context.suspects.size > 0;
    },
  };
}

/** Answers whether the tag leads elsewhere now. */
async function recheck(context: WalkContext, tree: Tree, entry: TagEntry, ask: Ask): Promise<boolean> {
  // One broken layer may have thousands of tags above it, and of each only whether it has moved is asked.
  const answer = await context.deps.source.resolve(tree.repository, { tag: entry.tag }, { ...ask, pooled: true });
  if (answer.kind === 'found') {
    if (answer.value.kind === 'manifest' && answer.value.digest === entry.digest) return false;
    context.tally.churned += 1;
    await retarget(context, tree, entry, answer.value);
    return true;
  }
  if (answer.kind !== 'absent' || answer.fault === 'unresolvable' || context.named) return false;
  const listed = await context.control.tags(tree.repository, ask);
  if (listed.kind !== 'found' || isAmong(listed.value, entry.tag)) return false;
  context.tally.churned += 1;
  entry.state = { kind: 'gone' };
  detach(tree, entry);
  return true;
}

/** The ways to what is broken, or cannot be told in a way that may mean that it was deleted. */
export function edgesInDoubt(nodes: Iterable<TreeNode>): readonly Edge[] {
  const edges: Edge[] = [];
  for (const node of nodes) {
    const all = isDoubtful(node);
    for (const edge of node.edges) if (all || edge.fault !== null) edges.push(edge);
  }
  return edges;
}

/** An image that is deleted with all its parts looks like a registry that has lost everything: its tag tells. */
export function isDoubtful({ state }: TreeNode): boolean {
  if (state.kind === 'broken' || state.kind === 'blocked') return true;
  return state.kind === 'unknown' && state.unknown.reason === 'protocol';
}

/** What could not be told of things that no tag leads to any more is not asked by anybody. */
export function forgetUnreached({ unknowns }: WalkContext, trees: Iterable<Tree>): void {
  const unwanted = new Map<string | null, Set<string>>();
  for (const tree of trees) {
    const wanted = new Set<string>();
    const above = createLookUp();
    const open = [...nodesOf(tree)].filter(({ state }) => state.kind === 'unknown');
    for (const { edges, digest } of open) if (edges.some(above.isReached)) wanted.add(digest);
    const rest = open.filter(({ digest }) => !wanted.has(digest)).map(({ digest }) => digest);
    unwanted.set(tree.repository, new Set(rest));
  }
  const kept = unknowns.filter(({ repository, reference }) => unwanted.get(repository)?.has(reference) !== true);
  unknowns.length = 0;
  for (const entry of kept) unknowns.push(entry);
}

/** All that is in a tree. */
export function* nodesOf({ manifests, blobs }: Tree): Iterable<TreeNode> {
  yield* manifests.values();
  yield* blobs.values();
}
