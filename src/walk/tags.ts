import pLimit from 'p-limit';

import { reportProgress, type WalkContext } from './context.ts';
import { explore, settleManifest } from './explore.ts';
import { resolveTag, type ResolvedTag } from './fetch-manifest.ts';
import type { Absent, Lookup, Unknown } from './lookup.ts';
import type { Ask } from './source.ts';
import type { Churned } from './suspects.ts';
import { createNode, rootEdge, type TagEntry, type Tree, type TreeNode } from './tree.ts';

/**
 * Resolves the tags, then walks what they resolve to. In this order because a manifest that a tag has brought is not
 * asked for again where an index lists it. Digests that are named by themselves are walked with them.
 */
export async function walkTags(
  context: WalkContext,
  tree: Tree,
  tags: readonly string[],
  pinned: readonly string[] = [],
): Promise<void> {
  for (const digest of pinned) manifestNode(tree, digest).edges.push(rootEdge(null));
  context.tally.pinned += pinned.length;
  const limit = pLimit(context.options.concurrency);
  await Promise.all(tags.map((tag) => limit(() => askTag(context, tree, tag))));
  await Promise.all([...tree.manifests.values()].map((node) => limit(() => explore(context, tree, node))));
}

/** Walks a digest that was asked for by itself: by digest, never by a tag. */
export async function walkDigest(context: WalkContext, tree: Tree, digest: string): Promise<void> {
  const node = manifestNode(tree, digest);
  node.edges.push(rootEdge(null));
  await explore(context, tree, node);
}

async function askTag(context: WalkContext, tree: Tree, tag: string): Promise<void> {
  const entry: TagEntry = { tag, digest: null, state: { kind: 'asking' } };
  tree.tags.set(tag, entry);
  const answer = await resolveTag(context.deps.source, tree.repository, tag, context.first);
  context.tally.live.tags += 1;
  reportProgress(context);
  if (answer.kind === 'found') await attach(context, tree, entry, answer.value);
  else suspectTag(context, tree, entry, answer);
}

/** Hangs what a tag resolved to into the tree; it is explored later, unless it is suspect already. */
async function attach(context: WalkContext, tree: Tree, entry: TagEntry, resolved: ResolvedTag): Promise<TreeNode> {
  const node = manifestNode(tree, resolved.digest);
  entry.digest = resolved.digest;
  entry.state = { kind: 'good' };
  node.edges.push(rootEdge(entry.tag));
  if (node.explored || node.seen !== null || resolved.seen === null) return node;
  if (resolved.seen.kind === 'found') {
    node.seen = resolved.seen.value;
    context.control.foundGood(tree.repository, { kind: 'manifest', digest: node.digest });
    if (node.seen.manifest.kind === 'unsupported') entry.state = { kind: 'skipped' };
  } else {
    await settleManifest(context, tree, node, resolved.seen);
  }
  return node;
}

/** Takes a new answer about a tag: what it pointed to before is no longer its. */
export async function retarget(
  context: WalkContext,
  tree: Tree,
  entry: TagEntry,
  resolved: ResolvedTag,
): Promise<void> {
  detach(tree, entry);
  const node = await attach(context, tree, entry, resolved);
  await explore(context, tree, node);
}

/** Takes a tag out of the tree: it is deleted, or points elsewhere. */
export function detach(tree: Tree, entry: TagEntry): void {
  for (const { edges } of tree.manifests.values()) {
    const index = edges.findIndex(({ tag }) => tag === entry.tag);
    if (index !== -1) edges.splice(index, 1);
  }
}

function suspectTag(context: WalkContext, tree: Tree, entry: TagEntry, first: Absent | Unknown): void {
  context.suspects.add({
    tree,
    reference: entry.tag,
    subject: entry,
    first,
    askAgain: (ask) => askTagAgain(context, tree.repository, entry.tag, ask),
    async end(end) {
      if (end.kind === 'found') await retarget(context, tree, entry, end.value);
      if (end.kind === 'broken') entry.digest = end.absent.digest ?? null;
    },
  });
}

/** A tag that is not listed any more was deleted while the walk was under way; one that was named by somebody is missing. */
async function askTagAgain(
  context: WalkContext,
  repository: string,
  tag: string,
  ask: Ask,
): Promise<Lookup<ResolvedTag> | Churned> {
  const answer = await resolveTag(context.deps.source, repository, tag, ask);
  if (answer.kind !== 'absent' || answer.fault === 'unreadable') return answer;

  const listed = await context.control.tags(repository, ask);
  if (listed.kind === 'unknown' && !context.named) return listed;
  if (listed.kind === 'found' && listed.value.includes(tag)) return answer;
  return context.named ? { ...answer, fault: 'missing' } : { kind: 'churned' };
}

function manifestNode(tree: Tree, digest: string): TreeNode {
  const node = tree.manifests.get(digest) ?? createNode(digest, 0);
  tree.manifests.set(digest, node);
  return node;
}
