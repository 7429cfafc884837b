import pLimit from 'p-limit';

import { checkAgreement, suspectEdge } from './agreement.ts';
import { reportProgress, type WalkContext } from './context.ts';
import { explore } from './explore.ts';
import type { Absent, Lookup, Unknown } from './lookup.ts';
import { skip } from './skip.ts';
import type { Ask, Resolution } from './source.ts';
import { createNode, rootEdge, type Churned, type Root, type TagEntry, type Tree, type TreeNode } from './tree.ts';

/**
 * Resolves the tags, and the digests that are named by themselves, then walks what they resolve to: a digest once,
 * however many names lead there.
 */
export async function walkTags(
  context: WalkContext,
  tree: Tree,
  tags: readonly string[],
  pinned: readonly string[] = [],
): Promise<void> {
  context.tally.pinned += pinned.length;
  const limit = pLimit(context.options.concurrency);
  await Promise.all([
    ...tags.map((tag) => limit(() => askTag(context, tree, tag))),
    ...pinned.map((digest) => limit(() => askDigest(context, tree, digest))),
  ]);
  await Promise.all([...tree.manifests.values()].map((node) => limit(() => explore(context, tree, node))));
}

/** Walks a digest that was asked for by itself: by digest, never by a tag. */
export async function walkDigest(context: WalkContext, tree: Tree, digest: string): Promise<void> {
  await askDigest(context, tree, digest);
  const node = tree.manifests.get(digest);
  if (node !== undefined) await explore(context, tree, node);
}

/** A tag as the beginning of a way: asked for again, it may be gone, or point elsewhere. */
export function tagRoot(context: WalkContext, tree: Tree, entry: TagEntry): Root {
  return {
    reference: entry.tag,
    resolve: (ask) => resolveTagAgain(context, tree.repository, entry.tag, ask),
    async moved(to) {
      detach(tree, entry);
      if (to === null) entry.state = { kind: 'gone' };
      else await follow(context, tree, entry, to);
    },
  };
}

async function askTag(context: WalkContext, tree: Tree, tag: string): Promise<void> {
  const entry: TagEntry = { tag, digest: null, state: { kind: 'asking' } };
  tree.tags.set(tag, entry);
  const answer = await context.deps.source.resolve(tree.repository, { tag }, context.first);
  context.tally.live.tags += 1;
  reportProgress(context);
  if (answer.kind === 'found') attach(context, tree, entry, answer.value);
  else if (answer.kind === 'absent' && answer.notKept === true) {
    entry.state = { kind: 'skipped' };
    skip(context, tree, `:${tag}`, 'pull_through');
  } else if (answer.kind === 'absent' && answer.fault === 'unresolvable') doubt(context, tree, entry, answer);
  else suspectTag(context, tree, entry, answer);
}

async function askDigest(context: WalkContext, tree: Tree, digest: string): Promise<void> {
  const node = manifestNode(tree, digest);
  const { source } = context.deps;
  const root: Root = {
    reference: digest,
    resolve: (ask) => source.resolve(tree.repository, { digest }, ask),
    moved: () => {},
  };
  const answer = await source.resolve(tree.repository, { digest }, context.first);
  if (answer.kind === 'found') {
    if (answer.value.kind === 'unsupported') return leaveOut(context, tree, node, root);
    context.control.foundGood(tree.repository, { kind: 'reference', reference: { digest } });
  }
  const edge = rootEdge(null, root, answer.kind === 'found' ? declaredBy(answer.value) : null);
  node.edges.push(edge);
  if (answer.kind === 'absent' && answer.obstacle === 'too_large') node.explored = true;
  if (answer.kind === 'found') checkAgreement(context, tree, node, edge);
  // What is gone is gone for whoever asks for the manifest itself as well.
  else if (answer.kind === 'unknown' || answer.fault === 'unresolvable') suspectEdge(context, tree, node, edge, answer);
}

/** Hangs what a tag resolved to into the tree; it is explored later. */
function attach(context: WalkContext, tree: Tree, entry: TagEntry, resolution: Resolution): TreeNode | null {
  if (resolution.kind === 'unsupported') {
    entry.state = { kind: 'skipped' };
    skip(context, tree, `:${entry.tag}`, 'unsupported_media_type');
    return null;
  }
  const node = manifestNode(tree, resolution.digest);
  entry.digest = resolution.digest;
  entry.state = { kind: 'good' };
  context.control.foundGood(tree.repository, { kind: 'reference', reference: { tag: entry.tag } });
  const edge = rootEdge(entry.tag, tagRoot(context, tree, entry), declaredBy(resolution));
  node.edges.push(edge);
  checkAgreement(context, tree, node, edge);
  return node;
}

/** A tag that nodes do not resolve still leads to something, which is walked: whoever comes otherwise needs it. */
function doubt(context: WalkContext, tree: Tree, entry: TagEntry, first: Absent): void {
  // What nodes do not take for its size is not read here either.
  if (first.digest === undefined || first.obstacle === 'too_large') return suspectTag(context, tree, entry, first);
  const node = manifestNode(tree, first.digest);
  entry.digest = first.digest;
  entry.state = { kind: 'good' };
  const edge = rootEdge(entry.tag, tagRoot(context, tree, entry));
  node.edges.push(edge);
  suspectEdge(context, tree, node, edge, first);
}

function declaredBy(resolution: Resolution): { readonly mediaType: string; readonly size: number } | null {
  return resolution.kind === 'manifest' ? resolution : null;
}

function leaveOut(context: WalkContext, tree: Tree, node: TreeNode, root: Root): void {
  node.edges.push(rootEdge(null, root));
  node.state = { kind: 'skipped' };
  node.explored = true;
  skip(context, tree, node.digest, 'unsupported_media_type');
}

/** Takes a new answer about a tag: what it pointed to before is no longer its. */
export async function retarget(context: WalkContext, tree: Tree, entry: TagEntry, to: Resolution): Promise<void> {
  detach(tree, entry);
  await follow(context, tree, entry, to);
}

async function follow(context: WalkContext, tree: Tree, entry: TagEntry, to: Resolution): Promise<void> {
  const node = attach(context, tree, entry, to);
  if (node !== null) await explore(context, tree, node);
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
    among: 'reference',
    askAgain: (ask) => resolveTagAgain(context, tree.repository, entry.tag, ask),
    async end(end) {
      if (end.kind === 'found') await retarget(context, tree, entry, end.value);
      if (end.kind === 'broken') entry.digest = end.absent.digest ?? null;
    },
  });
}

/** A tag that is not listed any more was deleted while the walk was under way; one that was named by somebody is missing. */
async function resolveTagAgain(
  context: WalkContext,
  repository: string,
  tag: string,
  ask: Ask,
): Promise<Lookup<Resolution> | Churned> {
  const answer = await context.deps.source.resolve(repository, { tag }, ask);
  if (answer.kind !== 'absent' || answer.fault === 'unreadable' || answer.fault === 'unresolvable') return answer;

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
