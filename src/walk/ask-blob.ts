import type { Descriptor } from '../oci/descriptor.ts';
import type { BlobQuestion } from './blob-question.ts';
import { reportProgress, type WalkContext } from './context.ts';
import { letGoOfBlob, wholeBlobKey } from './let-go.ts';
import type { Absent, Found, Lookup, Unknown } from './lookup.ts';
import { skip } from './skip.ts';
import type { Ask, BlobContent } from './source.ts';
import type { End } from './suspects.ts';
import { addEdge, createNode, type Edge, type Tree, type TreeNode } from './tree.ts';
import { addWay } from './ways.ts';
import { hasNoRoom, isFull, leaveUntold } from './untold.ts';

/** A config or a layer, and all that is needed to ask for it. */
interface Blob {
  readonly tree: Tree;
  /** Where it is among the blobs of the tree. */
  key: string;
  readonly node: TreeNode;
  readonly descriptor: Descriptor;
  readonly question: BlobQuestion;
}

/** It is there with one of the sizes that are declared of it, in bytes. */
interface Fits {
  readonly size: number;
  readonly content: BlobContent;
}

/**
 * Adds a way to a config or a layer, and asks for that unless somebody has: once for all who refer to it, whatever sizes
 * they declare. What is not found is left to the end of the walk.
 */
export async function visitBlob(
  context: WalkContext,
  tree: Tree,
  descriptor: Descriptor,
  question: BlobQuestion,
  edge: Edge,
): Promise<void> {
  const { key } = question;
  if (tree.whole.has(wholeBlobKey(key, descriptor.size))) return;
  // Who carries it along is not asked for it.
  if (descriptor.embedded === true) {
    if (tree.whole.add(`embedded ${wholeBlobKey(key, descriptor.size)}`)) context.tally.saw('blob');
    return;
  }
  const known = tree.blobs.get(key);
  if (hasNoRoom(context, tree, key, known)) return;
  const node = known ?? createNode(descriptor.digest, (edge.from?.depth ?? 0) + 1);
  tree.blobs.set(key, node);
  if (edge.from !== null) edge.from.below += 1;
  addWay(tree, node, edge);
  if (node.explored) return;
  node.explored = true;
  context.tally.blobsAsked += 1;
  await askBlob(context, { tree, key, node, descriptor, question });
}

/** Asks for the first time, until it is known of every size that is declared. */
async function askBlob(context: WalkContext, blob: Blob): Promise<void> {
  const { tree, node } = blob;
  for (;;) {
    const answer = await ask(blob, context.first);
    context.tally.live.objects += 1;
    reportProgress(context);
    if (answer.kind === 'found') {
      if (settle(context, blob, answer)) return;
    } else if (answer.kind === 'absent' && answer.notKept === true) {
      node.state = { kind: 'skipped' };
      return skip(context, tree, node.digest, 'pull_through');
    } else {
      const other = divide(blob, answer);
      const hasRoom = !isFull(context, tree);
      if (hasRoom) suspect(context, blob, answer);
      else leaveUntold(context, tree, { ...blob, first: answer });
      if (other === null) return;
      if (hasRoom) putAside(blob);
      return askApart(context, other);
    }
  }
}

/** Asks with a size that is declared; and where it has another one that is declared as well, with that one. */
async function ask({ node, question }: Blob, how: Ask): Promise<Lookup<Fits>> {
  const size = askedSize(node);
  const answer = await question.ask(how, size);
  if (answer.kind === 'found') return { kind: 'found', value: { size, content: answer.value } };
  const actual = answer.kind === 'absent' ? answer.actual : undefined;
  if (actual === undefined || actual === size || !node.edges.some((edge) => edge.expectedSize === actual))
    return answer;
  const other = await question.ask(how, actual);
  return other.kind === 'found' ? { kind: 'found', value: { size: actual, content: other.value } } : other;
}

function askedSize({ edges }: TreeNode): number {
  return edges[0]?.expectedSize ?? 0;
}

/** Takes it that it is there with a size. True where nobody is left who declares another one. */
function settle(context: WalkContext, blob: Blob, { value: { size, content } }: Found<Fits>): boolean {
  const { tree, key, node, descriptor, question } = blob;
  if (content.weak === true) context.tally.weak += 1;
  const isConfig = node.edges.some(({ object, expectedSize }) => object === 'config' && expectedSize === size);
  const good = { kind: isConfig ? 'config' : 'layer', descriptor: { ...descriptor, size } } as const;
  context.control.foundGood(tree.repository, good);
  const isGone = letGoOfBlob(context, tree, question.key, node, size);
  if (isGone && tree.blobs.get(key) === node) tree.blobs.delete(key);
  return isGone;
}

function suspect(context: WalkContext, blob: Blob, first: Absent | Unknown): void {
  const { tree, node } = blob;
  context.suspects.add<Fits>({
    tree,
    reference: node.digest,
    subject: node,
    node,
    first,
    among: 'blob',
    askAgain: (how) => ask(blob, how),
    end: (end) => settleSuspicion(context, blob, end),
  });
}

async function settleSuspicion(context: WalkContext, blob: Blob, end: End<Fits>): Promise<void> {
  if (end.kind === 'found') {
    if (!settle(context, blob, end)) await askBlob(context, blob);
    return;
  }
  if (end.kind !== 'broken' || end.absent.fault !== 'size_mismatch') return;
  // Whoever comes from here on may declare the right size, as those may who have come since it was asked for.
  const other = divide(blob, end.absent);
  putAside(blob);
  if (other !== null) await askApart(context, other);
}

/** Where a size is wrong: those who declare another one that may be right, by themselves. Null where there are none. */
function divide({ tree, node, descriptor, question }: Blob, answer: Absent | Unknown): Blob | null {
  if (answer.kind !== 'absent' || answer.fault !== 'size_mismatch') return null;
  const { actual } = answer;
  const asked = askedSize(node);
  const mayBeRight = ({ expectedSize }: Edge): boolean =>
    expectedSize === actual || (actual === undefined && expectedSize !== asked);
  const { edges } = node;
  if (!edges.some(mayBeRight)) return null;
  const other = createNode(node.digest, node.depth);
  node.edges = [];
  for (const edge of edges) addEdge(mayBeRight(edge) ? other : node, edge);
  return { tree, key: question.key, node: other, descriptor, question };
}

/** Takes it from where it is looked for. */
function putAside(blob: Blob): void {
  const { tree, key, node, question } = blob;
  if (tree.blobs.get(key) === node) tree.blobs.delete(key);
  tree.apart += 1;
  blob.key = `${question.key} apart ${tree.apart}`;
  tree.blobs.set(blob.key, node);
}

/** Asks for what was divided from others, or joins it to what was asked for meanwhile. */
async function askApart(context: WalkContext, blob: Blob): Promise<void> {
  const { tree, key, node } = blob;
  const known = tree.blobs.get(key);
  if (known !== undefined) {
    for (const edge of node.edges) addEdge(known, edge);
    return;
  }
  tree.blobs.set(key, node);
  node.explored = true;
  await askBlob(context, blob);
}
