import { suspectRoot } from './agreement.ts';
import { isLookedAt } from './attached.ts';
import { reportProgress, type WalkContext } from './context.ts';
import { reach } from './explore.ts';
import { leftOutKey, letGo, wholeKey } from './let-go.ts';
import type { Absent, Lookup, Unknown } from './lookup.ts';
import { lookForSubjects } from './orphans.ts';
import { sideBySide } from './side-by-side.ts';
import { skip } from './skip.ts';
import { isAmong } from './sorted-names.ts';
import type { Ask, Resolution } from './source.ts';
import {
  createNode,
  declare,
  rootEdge,
  type Churned,
  type Declared,
  type Root,
  type TagEntry,
  type Tree,
  type TreeNode,
} from './tree.ts';
import { addWay, removeWay } from './ways.ts';

/**
 * Resolves the tags, and then the digests that are named by themselves, and walks at once what each resolves to: a
 * digest once, however many names lead there.
 */
export async function walkTags(
  context: WalkContext,
  tree: Tree,
  tags: readonly string[],
  pinned: readonly string[] = [],
): Promise<void> {
  context.tally.pinned += pinned.length;
  const { concurrency } = context.options;
  const { clock } = context.deps;
  await sideBySide(tags, concurrency, (tag) => askTag(context, tree, tag), clock);
  await sideBySide(pinned, concurrency, (digest) => walkDigest(context, tree, digest), clock);
  await lookForSubjects(context, tree, tags);
}

/** A tag as the beginning of a way: asked for again, it may be gone, or point elsewhere. */
export function tagRoot(context: WalkContext, tree: Tree, entry: TagEntry): Root {
  return {
    reference: entry.tag,
    resolve: (ask) => resolveTagAgain(context, tree.repository, entry.tag, ask),
    async moved(to) {
      detach(tree, entry);
      if (to === null) entry.state = { kind: 'gone' };
      else await attach(context, tree, entry, to);
    },
  };
}

async function askTag(context: WalkContext, tree: Tree, tag: string): Promise<void> {
  const entry: TagEntry = { tag, digest: null, state: { kind: 'asking' } };
  const answer = await context.deps.source.resolve(tree.repository, { tag }, context.first);
  context.tally.live.tags += 1;
  reportProgress(context);
  if (answer.kind === 'found') return attach(context, tree, entry, answer.value);
  if (answer.kind === 'absent' && answer.notKept === true) return skip(context, tree, `:${tag}`, 'pull_through');
  tree.tags.set(tag, entry);
  if (answer.kind === 'absent' && answer.fault === 'unresolvable') await doubt(context, tree, entry, answer);
  else suspectTag(context, tree, entry, answer);
}

/** A digest that was asked for by itself as the beginning of a way: it points to nothing else. */
export function digestRoot({ deps: { source } }: WalkContext, tree: Tree, digest: string): Root & DigestAnswers {
  return {
    reference: digest,
    resolve: (ask) => source.resolve(tree.repository, { digest }, ask),
    moved: () => {},
  };
}

interface DigestAnswers {
  resolve(ask: Ask): Promise<Lookup<Resolution>>;
}

/** Walks a digest that was asked for by itself: by digest, never by a tag. */
export async function walkDigest(context: WalkContext, tree: Tree, digest: string): Promise<void> {
  const root = digestRoot(context, tree, digest);
  const answer = await root.resolve(context.first);
  if (answer.kind === 'found') {
    if (answer.value.kind === 'unsupported') return leaveOut(context, tree, digest, root);
    context.control.foundGood(tree.repository, { kind: 'reference', reference: { digest } });
    if (isLookedAt(context, tree, digest, null) && tree.whole.has(wholeKey(digest, answer.value))) return;
  }
  const node = manifestNode(tree, digest);
  const edge = rootEdge(null, root, answer.kind === 'found' ? declaredBy(answer.value) : null);
  if (answer.kind === 'absent' && answer.obstacle === 'too_large') node.explored = true;
  // What is gone is gone for whoever asks for the manifest itself as well.
  if (answer.kind === 'unknown' || (answer.kind === 'absent' && answer.fault === 'unresolvable')) {
    suspectRoot(context, tree, node, edge, root, answer);
  }
  await reach(context, tree, node, edge);
  letGo(context, tree, node);
}

/** Hangs what a tag resolved to into the tree, unless it is known to be whole, and walks it. */
async function attach(context: WalkContext, tree: Tree, entry: TagEntry, resolution: Resolution): Promise<void> {
  const { tag } = entry;
  if (resolution.kind === 'unsupported') {
    entry.state = { kind: 'skipped' };
    // Whoever named it wants to know of it.
    if (context.named) tree.tags.set(tag, entry);
    else tree.tags.delete(tag);
    return skip(context, tree, `:${tag}`, 'unsupported_media_type');
  }
  const { digest } = resolution;
  entry.digest = digest;
  entry.state = { kind: 'good' };
  context.control.foundGood(tree.repository, { kind: 'reference', reference: { tag } });
  const key = wholeKey(digest, resolution);
  if (tree.whole.has(key) && isLookedAt(context, tree, digest, tag)) {
    tree.tags.delete(tag);
    if (!tree.whole.has(leftOutKey(key))) context.tally.saw('tag');
    return;
  }
  tree.tags.set(tag, entry);
  const node = manifestNode(tree, digest);
  const edge = rootEdge(tag, tagRoot(context, tree, entry), declaredBy(resolution));
  entry.edge = edge;
  await reach(context, tree, node, edge);
  letGo(context, tree, node);
}

/** A tag that nodes do not resolve still leads to something, which is walked: whoever comes otherwise needs it. */
async function doubt(context: WalkContext, tree: Tree, entry: TagEntry, first: Absent): Promise<void> {
  // What nodes do not take for its size is not read here either.
  if (first.digest === undefined || first.obstacle === 'too_large') return suspectTag(context, tree, entry, first);
  const node = manifestNode(tree, first.digest);
  entry.digest = first.digest;
  entry.state = { kind: 'good' };
  const root = tagRoot(context, tree, entry);
  const edge = rootEdge(entry.tag, root);
  entry.edge = edge;
  suspectRoot(context, tree, node, edge, root, first);
  await reach(context, tree, node, edge);
}

function declaredBy(resolution: Resolution): Declared | null {
  return resolution.kind === 'manifest' ? declare(resolution) : null;
}

function leaveOut(context: WalkContext, tree: Tree, digest: string, root: Root): void {
  const node = manifestNode(tree, digest);
  addWay(tree, node, rootEdge(null, root));
  node.state = { kind: 'skipped' };
  node.explored = true;
  skip(context, tree, digest, 'unsupported_media_type');
}

/** Takes a new answer about a tag: what it pointed to before is no longer its. */
export async function retarget(context: WalkContext, tree: Tree, entry: TagEntry, to: Resolution): Promise<void> {
  detach(tree, entry);
  await attach(context, tree, entry, to);
}

/** Takes a tag out of the tree: it is deleted, or points elsewhere. */
export function detach(tree: Tree, entry: TagEntry): void {
  const { digest, edge = null } = entry;
  const node = tree.manifests.get(digest ?? '');
  if (node !== undefined && edge !== null) removeWay(tree, node, edge);
  entry.edge = null;
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
      if (end.kind === 'found') await attach(context, tree, entry, end.value);
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
  if (listed.kind === 'found' && isAmong(listed.value, tag)) return answer;
  return context.named ? { ...answer, fault: 'missing' } : { kind: 'churned' };
}

function manifestNode(tree: Tree, digest: string): TreeNode {
  const node = tree.manifests.get(digest) ?? createNode(digest, 0);
  tree.manifests.set(digest, node);
  return node;
}
