import type { WalkContext } from './context.ts';
import type { Declared, Tree, TreeNode } from './tree.ts';

/** The key of a manifest that was found whole, to whoever was told this of it. */
export function wholeKey(digest: string, { mediaType, size }: Declared): string {
  return `${digest} ${size} ${mediaType}`;
}

/** The key of a manifest that is not read, or that may be missing to some: it counts for no tag, and for no other way. */
export function leftOutKey(key: string): string {
  return `left out ${key}`;
}

/** Takes a blob out of the tree that is there: who refers to it is of no interest any more. */
export function letGoOfBlob(context: WalkContext, tree: Tree, key: string, node: TreeNode): void {
  tree.blobs.delete(key);
  if (tree.whole.add(key)) context.tally.saw('blob');
  letGoAbove(context, tree, node);
}

/**
 * Takes a manifest out of the tree with which, and below which, all is well, and those above it that waited for nothing
 * else: a repository may have hundreds of thousands, and only what may be broken is told of. Whoever comes to it later
 * finds its key. What was asked for by name is kept, because more is asked of it.
 */
export function letGo(context: WalkContext, tree: Tree, node: TreeNode): void {
  if (context.named) return;
  const open = [node];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    if (!isDone(one) || tree.manifests.get(one.digest) !== one) continue;
    tree.manifests.delete(one.digest);
    leaveKeys(tree, one);
    countOnce(context, tree, one);
    for (const { from } of one.edges) {
      if (from === null) continue;
      from.below -= 1;
      open.push(from);
    }
  }
}

function letGoAbove(context: WalkContext, tree: Tree, { edges }: TreeNode): void {
  for (const { from } of edges) {
    if (from === null) continue;
    from.below -= 1;
    letGo(context, tree, from);
  }
}

function isDone({ state, visited, below, doubts }: TreeNode): boolean {
  return (state.kind === 'good' || state.kind === 'skipped') && visited && below === 0 && doubts === 0;
}

function leaveKeys(tree: Tree, node: TreeNode): void {
  const isLeftOut = node.state.kind === 'skipped';
  // Nobody has read it: only whoever may do without it does not need to ask again.
  if (node.seen === null) return void tree.whole.add(leftOutKey(node.digest));
  for (const { declared } of node.edges) {
    if (declared === null) continue;
    const key = wholeKey(node.digest, declared);
    tree.whole.add(key);
    if (isLeftOut) tree.whole.add(leftOutKey(key));
  }
}

function countOnce({ tally }: WalkContext, tree: Tree, { digest, edges, seen, state }: TreeNode): void {
  const isGood = state.kind === 'good';
  if (isGood && tree.whole.add(digest)) tally.saw(seen?.manifest.kind === 'index' ? 'index' : 'manifest');
  for (const { tag } of edges) {
    if (tag === null || tree.tags.get(tag)?.digest !== digest) continue;
    tree.tags.delete(tag);
    if (isGood) tally.saw('tag');
  }
}
