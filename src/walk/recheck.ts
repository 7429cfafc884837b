import type { WalkContext } from './context.ts';
import { sideBySide } from './side-by-side.ts';
import { detach, retarget } from './tags.ts';
import { isReached, tagsTo } from './trace.ts';
import type { TagEntry, Tree, TreeNode } from './tree.ts';

/**
 * Resolves once more the tags that lead to something broken, to something that a policy refuses, or to something that is
 * gone with all that was good beside it: one that was moved or deleted while the walk was under way is no finding, and what it points to now is walked
 * instead. Each tag once; answers whether anything is open again.
 */
export async function recheckTags(context: WalkContext, done: Set<TagEntry>): Promise<boolean> {
  const suspected: [Tree, TagEntry][] = [];
  for (const tree of context.trees) {
    for (const tag of tagsToDoubtful(tree)) {
      const entry = tree.tags.get(tag);
      if (entry === undefined || entry.state.kind === 'broken' || done.has(entry)) continue;
      done.add(entry);
      suspected.push([tree, entry]);
    }
  }
  await sideBySide(suspected, context.options.concurrency, ([tree, entry]) => recheck(context, tree, entry));
  for (const tree of new Set(suspected.map(([one]) => one))) forgetUnreached(context, tree);
  return context.suspects.size > 0;
}

async function recheck(context: WalkContext, tree: Tree, entry: TagEntry): Promise<void> {
  // One broken layer may have thousands of tags above it, and of each only whether it has moved is asked.
  const ask = { ...context.again, pooled: true } as const;
  const answer = await context.deps.source.resolve(tree.repository, { tag: entry.tag }, ask);
  if (answer.kind === 'found') {
    if (answer.value.kind === 'manifest' && answer.value.digest === entry.digest) return;
    context.tally.churned += 1;
    return retarget(context, tree, entry, answer.value);
  }
  if (answer.kind !== 'absent' || answer.fault === 'unresolvable' || context.named) return;
  const listed = await context.control.tags(tree.repository, context.again);
  if (listed.kind !== 'found' || listed.value.includes(entry.tag)) return;
  context.tally.churned += 1;
  entry.state = { kind: 'gone' };
  detach(tree, entry);
}

function tagsToDoubtful(tree: Tree): Set<string> {
  const tags = new Set<string>();
  for (const node of nodesOf(tree)) {
    const edges = isDoubtful(node) ? node.edges : node.edges.filter(({ fault }) => fault !== null);
    for (const tag of tagsTo(edges)) tags.add(tag);
  }
  return tags;
}

/** An image that is deleted with all its parts looks like a registry that has lost everything: its tag tells. */
function isDoubtful({ state }: TreeNode): boolean {
  if (state.kind === 'broken' || state.kind === 'blocked') return true;
  return state.kind === 'unknown' && state.unknown.reason === 'protocol';
}

/** What could not be told of things that no tag leads to any more is not asked by anybody. */
function forgetUnreached({ unknowns }: WalkContext, tree: Tree): void {
  const open = nodesOf(tree).filter(({ state }) => state.kind === 'unknown');
  const wanted = new Set(open.filter(({ edges }) => isReached(edges)).map(({ digest }) => digest));
  const unwanted = new Set(open.filter(({ digest }) => !wanted.has(digest)).map(({ digest }) => digest));
  const kept = unknowns.filter(
    ({ repository, reference }) => repository !== tree.repository || !unwanted.has(reference),
  );
  unknowns.length = 0;
  for (const entry of kept) unknowns.push(entry);
}

function nodesOf({ manifests, blobs }: Tree): readonly TreeNode[] {
  return [...manifests.values(), ...blobs.values()];
}
