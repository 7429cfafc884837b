import { isAttachmentTag, isListTag } from '../oci/attachment-tag.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { onAbort } from '../util/on-abort.ts';
import { whileRoom } from './untold.ts';
import type { WalkContext } from './context.ts';
import { letGo } from './let-go.ts';
import { listAttached, listAttachedAgain, type AttachedList } from './list-attached.ts';
import { unknown, type Absent, type Lookup, type Unknown } from './lookup.ts';
import { sideBySide } from './side-by-side.ts';
import type { Ask } from './source.ts';
import type { Attached, Edge, Tree, TreeNode } from './tree.ts';

/** So many things are walked that are attached to one image, to what is attached to it, and so on. */
const MAX_ATTACHED = 10_000;
/** A signature of an SBOM of an image is two deep; whoever nests more than this means no good. */
const MAX_ATTACHED_DEPTH = 8;

/** Of a list that may be held whatever others are. */
const FEW_ATTACHED = 500;

/** Walks something that is attached. */
export type VisitAttached = (descriptor: Descriptor, by: Attached['by']) => Promise<void>;

/** How far it may go below an image. */
interface Allowance {
  readonly depth: number;
  /** Shared by all that is attached to the image, however deep. */
  readonly left: { count: number };
}

/**
 * True for a manifest of which it is still to be asked what is attached to it: what a tag or a pinned digest leads to,
 * which is what admission policies go by, and what is attached itself. Tags of attachments are images to nobody.
 */
export function isToBeAsked({ options }: WalkContext, tree: Tree, { digest, edges }: TreeNode): boolean {
  if (options.referrers !== true || tree.askedFor.has(digest)) return false;
  return edges.some((edge) => isRoot(edge) || isAttachment(edge));
}

/** True where a way by a tag or by a digest has nothing more to ask for: the manifest was seen whole, and what is attached to it. */
export function isLookedAt({ options }: WalkContext, { askedFor }: Tree, digest: string, tag: string | null): boolean {
  return options.referrers !== true || (tag !== null && isAttachmentTag(tag)) || askedFor.has(digest);
}

function isRoot({ from, tag }: Edge): boolean {
  return from === null && (tag === null || !isAttachmentTag(tag));
}

/** A list of attachments is attached to an image, and nothing is attached to it. */
function isAttachment({ attached }: Edge): boolean {
  return attached !== undefined && attached.by !== 'tag';
}

/** True for an index that nobody pulls: what it names is attached to an image, and no platform of one. */
export function listsAttached({ options }: WalkContext, { edges }: TreeNode): boolean {
  if (options.referrers !== true) return false;
  return edges.every(({ attached, tag }) => attached !== undefined || (tag !== null && isListTag(tag)));
}

/** Asks what is attached to a manifest, and walks it. A list that does not come is left to the end of the walk. */
export async function visitAttached(
  context: WalkContext,
  tree: Tree,
  node: TreeNode,
  visit: VisitAttached,
): Promise<void> {
  const { digest } = node;
  tree.askedFor.add(digest);
  // It is not let go before all of it is known.
  node.below += 1;
  const take = async (list: AttachedList): Promise<void> => {
    await visitListed(context, tree, node, list, visit);
    node.below -= 1;
  };
  const doubt = (first: Absent | Unknown): void =>
    context.suspects.add({
      tree,
      reference: digest,
      first,
      askAgain: async (ask) => unlessLong(await listAttachedAgain(context, tree, digest, ask)),
      async end(end) {
        if (end.kind === 'broken') tree.unlisted.push({ ...end, node });
        if (end.kind !== 'found') return;
        await settle(end, context.again);
        letGo(context, tree, node);
      },
    });
  const settle = async (answer: Lookup<AttachedList | null>, ask: Ask): Promise<void> => {
    if (answer.kind !== 'found') return doubt(answer);
    if (answer.value !== null) return take(answer.value);
    await inListTurn(context, allowanceOf(node).depth, async () => {
      const list = await listAttached(context, tree, digest, ask);
      return list.kind === 'found' ? take(list.value) : doubt(list);
    });
  };
  await settle(unlessLong(await listAttached(context, tree, digest, context.first)), context.first);
}

/** A long list is not held before its turn has come, and is asked for again then. */
function unlessLong(answer: Lookup<AttachedList>): Lookup<AttachedList | null> {
  if (answer.kind !== 'found' || answer.value.descriptors.length <= FEW_ATTACHED) return answer;
  return { kind: 'found', value: null };
}

/**
 * Walks one long list at a time, and below it one at each step down: what is attached waits for what is attached to it,
 * and that never for the other.
 */
async function inListTurn({ longLists, deps }: WalkContext, depth: number, walk: () => Promise<void>): Promise<void> {
  const before = longLists.get(depth);
  const { promise, resolve } = Promise.withResolvers<void>();
  longLists.set(depth, promise);
  try {
    if (before !== undefined) await unlessAborted(before, deps.abort);
    await walk();
  } finally {
    resolve();
  }
}

/** Waits for something; at the end of a run, when nothing is asked any more that could take long, for nothing. */
async function unlessAborted(before: Promise<void>, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const unwatch = onAbort(signal, resolve);
  await Promise.race([before, promise]).finally(unwatch);
}

/** Walks what a list names, as far as that is bearable: what is left out is unknown. */
async function visitListed(
  context: WalkContext,
  tree: Tree,
  node: TreeNode,
  { by, descriptors, isCut }: AttachedList,
  visit: VisitAttached,
): Promise<void> {
  if (descriptors.length === 0) return;
  if (allowanceOf(node).depth >= MAX_ATTACHED_DEPTH) {
    return leaveUnknown(context, tree, node, `what is attached to it is attached more than ${MAX_ATTACHED_DEPTH} deep`);
  }
  const taken = takeAllowed(context, tree, node, descriptors, isCut);
  const held = whileRoom(context, tree, node, taken);
  await sideBySide(held, context.options.concurrency, (descriptor) => visit(descriptor, by), context.deps.clock);
}

/**
 * Of what is attached to an image, or stands in a list of that, as much as may be walked yet; the rest, and what was cut
 * off before, is unknown.
 */
export function takeAllowed<T>(
  context: WalkContext,
  tree: Tree,
  node: TreeNode,
  listed: readonly T[],
  isCut = false,
): readonly T[] {
  const { left } = allowanceOf(node);
  const taken = listed.slice(0, left.count);
  left.count -= taken.length;
  if (isCut || taken.length < listed.length) {
    leaveUnknown(context, tree, node, `more than ${MAX_ATTACHED} things are attached to one image`);
  }
  return taken;
}

const allowances = new WeakMap<TreeNode, Allowance>();

/** Where several ways lead to it, the first one counts; what nobody has listed is where one begins. */
function allowanceOf(node: TreeNode): Allowance {
  const known = allowances.get(node);
  if (known !== undefined) return known;
  const edge = node.edges.find(({ from, attached }) => from !== null && attached !== undefined);
  const above = edge?.from === null || edge?.from === undefined ? null : allowanceOf(edge.from);
  const step = edge?.attached?.by === 'tag' ? 0 : 1;
  const allowance =
    above === null || node.edges.some(isRoot)
      ? { depth: 0, left: { count: MAX_ATTACHED } }
      : { depth: above.depth + step, left: above.left };
  allowances.set(node, allowance);
  return allowance;
}

function leaveUnknown({ suspects }: WalkContext, tree: Tree, { digest }: TreeNode, detail: string): void {
  const answer: Unknown = unknown('protocol', detail);
  suspects.add({
    tree,
    reference: digest,
    first: answer,
    askAgain: () => Promise.resolve(answer),
    end() {},
  });
}
