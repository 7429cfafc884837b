import type { WalkContext } from './context.ts';
import { lookByTag } from './look.ts';
import { detach, retarget } from './tags.ts';
import { tagsTo } from './trace.ts';
import type { TagEntry, Tree } from './tree.ts';

/**
 * Resolves once more the tags that lead to something broken: one that was moved or deleted while the walk was under
 * way is no finding, and what it points to now is walked instead. Each tag once; answers whether anything is open again.
 */
export async function recheckTags(context: WalkContext, done: Set<TagEntry>): Promise<boolean> {
  const suspected: [Tree, TagEntry][] = [];
  for (const tree of context.trees) {
    for (const tag of tagsToBroken(tree)) {
      const entry = tree.tags.get(tag);
      if (entry === undefined || entry.state.kind === 'broken' || done.has(entry)) continue;
      done.add(entry);
      suspected.push([tree, entry]);
    }
  }
  await Promise.all(suspected.map(([tree, entry]) => recheck(context, tree, entry)));
  return context.suspects.size > 0;
}

async function recheck(context: WalkContext, tree: Tree, entry: TagEntry): Promise<void> {
  const answer = await lookByTag(context.deps.source, tree.repository, entry.tag, context.again);
  if (answer.kind === 'found') {
    if (answer.value.digest === entry.digest) return;
    context.tally.churned += 1;
    return retarget(context, tree, entry, answer.value);
  }
  if (answer.kind !== 'absent' || context.named) return;
  const listed = await context.control.tags(tree.repository, context.again);
  if (listed.kind !== 'found' || listed.value.includes(entry.tag)) return;
  context.tally.churned += 1;
  entry.state = { kind: 'gone' };
  detach(tree, entry);
}

function tagsToBroken(tree: Tree): Set<string> {
  const tags = new Set<string>();
  for (const node of [...tree.manifests.values(), ...tree.blobs.values()]) {
    const edges = node.state.kind === 'broken' ? node.edges : node.edges.filter(({ sizeFault }) => sizeFault !== null);
    for (const tag of tagsTo(edges)) tags.add(tag);
  }
  return tags;
}
