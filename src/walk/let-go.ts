import type { WalkContext } from './context.ts';
import { addEdge, type Declared, type Tree, type TreeNode } from './tree.ts';

/** The key of a manifest that was found whole, to whoever was told this of it. */
export function wholeKey(digest: string, { mediaType, size }: Declared): string {
  return `${digest} ${size} ${mediaType}`;
}

/** The key of a manifest that is not read, or that may be missing to some: it counts for no tag, and for no other way. */
export function leftOutKey(key: string): string {
  return `left out ${key}`;
}

/** The key of a blob that is there with a size, in bytes. */
export function wholeBlobKey(key: string, size: number): string {
  return `${key} ${size}`;
}

/**
 * Lets go of whoever refers to a blob with the size that it has: who that is is of no interest any more. Tells whether
 * nobody else refers to it.
 */
export function letGoOfBlob(context: WalkContext, tree: Tree, key: string, node: TreeNode, size: number): boolean {
  if (tree.whole.add(wholeBlobKey(key, size))) {
    context.tally.saw('blob');
    context.options.sightings?.saw(tree.repository, node.digest);
  }
  const { edges } = node;
  node.edges = [];
  for (const edge of edges) if (edge.expectedSize !== size) addEdge(node, edge);
  tree.ways -= edges.length - node.edges.length;
  for (const { from, expectedSize } of edges) {
    if (from === null || expectedSize !== size) continue;
    from.below -= 1;
    letGo(context, tree, from);
  }
  return node.edges.length === 0;
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
    tree.ways -= one.edges.length;
    leaveKeys(tree, one);
    countOnce(context, tree, one);
    for (const { from } of one.edges) {
      if (from === null) continue;
      from.below -= 1;
      open.push(from);
    }
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

function countOnce({ tally, options }: WalkContext, tree: Tree, { digest, edges, seen, state }: TreeNode): void {
  const isGood = state.kind === 'good';
  if (isGood && tree.whole.add(digest)) {
    tally.saw(seen?.manifest.kind === 'index' ? 'index' : 'manifest');
    options.sightings?.saw(tree.repository, digest);
  }
  for (const { tag } of edges) {
    if (tag === null || tree.tags.get(tag)?.digest !== digest) continue;
    tree.tags.delete(tag);
    if (isGood) tally.saw('tag');
  }
}
