import type { Descriptor } from '../oci/descriptor.ts';
import type { BlobQuestion } from './blob-question.ts';
import { reportProgress, type WalkContext } from './context.ts';
import { skip } from './skip.ts';
import type { BlobContent } from './source.ts';
import { letGoOfBlob } from './let-go.ts';
import type { Tree, TreeNode } from './tree.ts';

/** Asks for a config or a layer, and leaves it to the end of the walk where it is not found. */
export async function askBlob(
  context: WalkContext,
  tree: Tree,
  node: TreeNode,
  descriptor: Descriptor,
  { key, ask }: BlobQuestion,
): Promise<void> {
  context.tally.blobsAsked += 1;
  const answer = await ask(context.first);
  context.tally.live.objects += 1;
  reportProgress(context);
  const settle = ({ weak }: BlobContent): void => {
    if (weak === true) context.tally.weak += 1;
    const part = node.edges.some(({ object }) => object === 'config') ? 'config' : 'layer';
    context.control.foundGood(tree.repository, { kind: part, descriptor });
    letGoOfBlob(context, tree, key, node);
  };
  if (answer.kind === 'found') return settle(answer.value);
  if (answer.kind === 'absent' && answer.notKept === true) {
    node.state = { kind: 'skipped' };
    return skip(context, tree, node.digest, 'pull_through');
  }
  context.suspects.add({
    tree,
    reference: node.digest,
    subject: node,
    node,
    first: answer,
    among: 'blob',
    askAgain: ask,
    end(end) {
      if (end.kind === 'found') settle(end.value);
    },
  });
}
