import type { Descriptor } from '../oci/descriptor.ts';
import type { ReadableManifest } from '../oci/manifest.ts';
import { isManifestType } from '../oci/media-types.ts';
import { formatPlatform } from '../oci/platform.ts';
import { checkAgreement } from './agreement.ts';
import { visitBlob } from './ask-blob.ts';
import { isToBeAsked, listsAttached, takeAllowed, visitAttached } from './attached.ts';
import { blobQuestion } from './blob-question.ts';
import { reportProgress, type WalkContext } from './context.ts';
import type { Reference } from './distinct.ts';
import type { BrokenObject } from './fault.ts';
import { readManifestAs, type SeenManifest } from './fetch-manifest.ts';
import { fetchNode, fetchUnlessLarge } from './fetch-node.ts';
import { leftOutKey, letGo, wholeKey } from './let-go.ts';
import type { Absent, Lookup, Unknown } from './lookup.ts';
import { matches, references, whyNotAsked, withoutReferences } from './references.ts';
import { sideBySide } from './side-by-side.ts';
import { skip } from './skip.ts';
import { inTurn } from './in-line.ts';
import { createNode, declare, type Attached, type Edge, type Tree, type TreeNode } from './tree.ts';
import { configQuestion, isUnpacked, layerQuestion } from './unpacking.ts';
import { hasNoRoom, isFull, leaveUntold, whileRoom } from './untold.ts';
import { addWay, isTyped, tagOf } from './ways.ts';

/** References of one manifest that are looked at side by side: it may have tens of thousands. */
const AT_ONCE = 64;

/** Looks at a manifest, if nobody has, and at everything below it. One broken child does not hide its siblings. */
export async function explore(context: WalkContext, tree: Tree, node: TreeNode): Promise<void> {
  if (node.explored) return;
  node.explored = true;
  await askManifest(context, tree, node);
}

/** Takes an answer about a manifest: goes on below it when it is there, suspects it when it is not. */
async function settleManifest(
  context: WalkContext,
  tree: Tree,
  node: TreeNode,
  answer: Lookup<SeenManifest>,
): Promise<void> {
  node.explored = true;
  if (answer.kind !== 'found') {
    suspectManifest(context, tree, node, answer);
    return answer.kind === 'absent' && answer.fault === 'missing' ? lookByTag(context, tree, node) : undefined;
  }

  const { manifest } = answer.value;
  const isKnown = node.seen !== null;
  node.seen = answer.value;
  node.state = { kind: 'good' };
  context.tally.goodManifests += 1;
  context.control.foundGood(tree.repository, { kind: 'manifest', digest: node.digest });
  for (const edge of node.edges) checkAgreement(context, tree, node, edge);
  if (manifest.kind === 'unsupported') {
    node.state = { kind: 'skipped' };
    skip(context, tree, node.digest, 'unsupported_media_type');
    const fields = { repository: tree.repository, digest: node.digest, mediaType: manifest.mediaType };
    context.deps.log.info(fields, 'Skipped a manifest of a type that is not read');
    node.visited = true;
    return letGo(context, tree, node);
  }
  if (!isKnown) await visitAll(context, tree, node, answer.value, manifest);
  letGo(context, tree, node);
}

async function visitAll(
  context: WalkContext,
  tree: Tree,
  node: TreeNode,
  seen: SeenManifest,
  manifest: ReadableManifest,
): Promise<void> {
  if (context.options.blobCheck === 'unpack' && manifest.kind === 'image' && isUnpacked(manifest)) {
    await visitUnpacked(context, tree, node, manifest);
  } else {
    const isList = manifest.kind === 'index' && listsAttached(context, node);
    const all = references(manifest);
    const taken = isList ? takeAllowed(context, tree, node, all) : all;
    const visitOne = ([object, descriptor]: Reference): Promise<void> =>
      isList && object === 'child'
        ? visitReferrer(context, tree, node, descriptor, 'list')
        : visit(context, tree, node, object, descriptor);
    await sideBySide(whileRoom(context, tree, node, taken), AT_ONCE, visitOne, context.deps.clock);
  }
  // Who else leads here may do so only now.
  while (isToBeAsked(context, tree, node)) await lookForAttached(context, tree, node);
  node.visited = true;
  // A walk over a catalog does not look at the descriptors again, and they are most of what it would hold.
  if (!context.named) node.seen = { ...seen, manifest: withoutReferences(manifest) };
}

/**
 * A store may serve by a tag what it does not have by its digest. Nodes do not pull that, but what it consists of is
 * looked at all the same, and that it came tells that the store is there.
 */
async function lookByTag(context: WalkContext, tree: Tree, node: TreeNode): Promise<void> {
  const tag = tagOf(node);
  if (tag === null) return;
  const answer = await context.deps.source.manifestByTag(tree.repository, tag, context.first);
  const seen = answer.kind === 'found' ? readManifestAs(node.digest, answer.value) : null;
  if (seen?.kind !== 'found' || seen.value.manifest.kind === 'unsupported') return;
  node.seen = seen.value;
  context.tally.goodManifests += 1;
  await visitAll(context, tree, node, seen.value, seen.value.manifest);
}

/** The layers first: the config has to say what they unpack to. */
async function visitUnpacked(
  context: WalkContext,
  tree: Tree,
  node: TreeNode,
  image: Extract<ReadableManifest, { readonly kind: 'image' }>,
): Promise<void> {
  const layers = references(image).filter(([object]) => object === 'layer');
  await Promise.all(
    layers.map(([, layer]) => visit(context, tree, node, 'layer', layer, layerQuestion(context, tree, layer))),
  );
  await visit(context, tree, node, 'config', image.config, configQuestion(context, tree, image));
}

/** Asks what is attached to a manifest, and walks it. */
function lookForAttached(context: WalkContext, tree: Tree, node: TreeNode): Promise<void> {
  return visitAttached(context, tree, node, (descriptor, by) => visitReferrer(context, tree, node, descriptor, by));
}

/** Walks something that is attached to a manifest, or stands in a list of what is. */
export function visitReferrer(
  context: WalkContext,
  tree: Tree,
  from: TreeNode,
  descriptor: Descriptor,
  by: Attached['by'],
): Promise<void> {
  const { artifactType = null } = descriptor;
  return visit(context, tree, from, 'referrer', descriptor, undefined, { by, artifactType });
}

async function visit(
  context: WalkContext,
  tree: Tree,
  from: TreeNode,
  object: BrokenObject,
  descriptor: Descriptor,
  question = blobQuestion(context, tree, descriptor),
  attached?: Attached,
): Promise<void> {
  const platform = descriptor.platform === undefined ? null : formatPlatform(descriptor.platform);
  const reason = whyNotAsked(context, object, descriptor, platform);
  if (reason !== null) return skip(context, tree, descriptor.digest, reason);

  // Where it is asked for goes by its type alone, whatever it is called by the list that it stands in.
  const isBlob = (object === 'config' || object === 'layer') && !isManifestType(descriptor.mediaType);
  const optional = object === 'child' && matches(context.options.allowMissingPlatforms, context.allowMissing, platform);
  const edge: Edge = {
    from,
    tag: null,
    object,
    platform,
    expectedSize: descriptor.size,
    optional,
    declared: isBlob ? null : declare(descriptor),
    root: null,
    ...(attached === undefined ? {} : { attached }),
    at: 0,
    fault: null,
  };
  if (isBlob) return visitBlob(context, tree, descriptor, question, edge);
  const isWhole = tree.whole.has(wholeKey(descriptor.digest, descriptor));
  if (isWhole || (optional && tree.whole.has(leftOutKey(descriptor.digest)))) return;
  const known = tree.manifests.get(descriptor.digest);
  if (hasNoRoom(context, tree, descriptor.digest, known)) return;
  const node = known ?? createNode(descriptor.digest, from.depth + 1);
  tree.manifests.set(descriptor.digest, node);
  from.below += 1;
  return reach(context, tree, node, edge);
}

/** Adds a way to a manifest, and looks at it, if nobody has. */
export async function reach(context: WalkContext, tree: Tree, node: TreeNode, edge: Edge): Promise<void> {
  const isFirstTag = edge.tag !== null && node.state.kind === 'suspected' && node.tagged === 0;
  // Left out because nobody who listed it needs it, or gave it the type of a manifest; this one does.
  if (
    node.state.kind === 'skipped' &&
    (node.seen === null ? !edge.optional : isTyped(edge) && !node.edges.some(isTyped))
  ) {
    node.explored = false;
    node.seen = null;
  }
  addWay(tree, node, edge);
  if (!node.explored) node.step = (edge.from?.step ?? -1) + 1;
  if (node.explored) checkAgreement(context, tree, node, edge);
  if (node.explored && isFirstTag && node.seen === null) await lookByTag(context, tree, node);
  await explore(context, tree, node);
  if (node.visited && node.state.kind === 'good' && isToBeAsked(context, tree, node))
    await lookForAttached(context, tree, node);
}

async function askManifest(context: WalkContext, tree: Tree, node: TreeNode, ask = context.first): Promise<void> {
  const fetch = (): Promise<Lookup<SeenManifest>> => fetchNode(context, tree, node, ask);
  const look = (answer: Lookup<SeenManifest>): Promise<void> => {
    context.tally.live.objects += 1;
    reportProgress(context);
    return settleManifest(context, tree, node, answer);
  };
  const { parts, deps } = context;
  await inTurn({ tree, node, parts, signal: ask.signal }, fetch, look, () => deps.clock.sleep(0));
}

function suspectManifest(context: WalkContext, tree: Tree, node: TreeNode, first: Absent | Unknown): void {
  if (first.kind === 'absent' && first.fault === 'missing' && node.edges.every(({ optional }) => optional)) {
    node.state = { kind: 'skipped' };
    node.visited = true;
    skip(context, tree, node.digest, 'excluded');
    return letGo(context, tree, node);
  }
  if (first.kind === 'absent' && first.notKept === true) {
    node.state = { kind: 'skipped' };
    node.visited = true;
    skip(context, tree, node.digest, 'pull_through');
    return letGo(context, tree, node);
  }
  if (isFull(context, tree)) return leaveUntold(context, tree, { key: node.digest, node, first });
  context.suspects.add({
    tree,
    reference: node.digest,
    subject: node,
    node,
    first,
    askAgain: (ask) => fetchUnlessLarge(context, tree, node, ask),
    async end(end) {
      if (end.kind !== 'found') return;
      if (end.value === null) await askManifest(context, tree, node, context.again);
      else await settleManifest(context, tree, node, { kind: 'found', value: end.value });
    },
  });
}
