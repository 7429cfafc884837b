import type { WalkContext } from './context.ts';
import { fetchManifest, type SeenManifest } from './fetch-manifest.ts';
import type { Absent, Found, Lookup, Unknown } from './lookup.ts';
import type { Ask } from './source.ts';
import type { Settled } from './suspects.ts';
import type { Edge, Tree, TreeNode } from './tree.ts';

/** How a suspect is asked for again, and what to do when it is there. */
interface SecondLook<T> {
  readonly isBlob?: boolean;
  askAgain(ask: Ask): Promise<Lookup<T>>;
  onFound(value: T): Promise<void> | void;
}

/** Leaves a manifest or a blob that was not found to the end of the walk. */
export function suspectNode<T>(
  context: WalkContext,
  tree: Tree,
  node: TreeNode,
  first: Absent | Unknown,
  look: SecondLook<T>,
): void {
  node.state = { kind: 'suspected' };
  tree.openQuestions += 1;
  context.suspects.add({
    repository: tree.repository,
    reference: node.digest,
    first,
    isBlob: look.isBlob ?? false,
    askAgain: (ask) => look.askAgain(ask),
    onFound: async (found) => {
      tree.openQuestions -= 1;
      await look.onFound((found as Found<T>).value);
    },
    onChurned: () => {},
    onSettled: (settled) => {
      tree.openQuestions -= 1;
      node.state = settled;
    },
  });
}

/** Leaves a manifest whose length is not the one its index names to the end of the walk. */
export function suspectSize(context: WalkContext, tree: Tree, node: TreeNode, seen: SeenManifest, edge: Edge): void {
  const { source } = context.deps;
  const judge = (answer: Lookup<SeenManifest>): Lookup<SeenManifest> =>
    answer.kind === 'found' && answer.value.size !== edge.expectedSize ? wrongSize(answer.value, edge) : answer;

  tree.openQuestions += 1;
  context.suspects.add({
    repository: tree.repository,
    reference: node.digest,
    first: wrongSize(seen, edge),
    askAgain: async (ask) => judge(await fetchManifest(source, tree.repository, node.digest, ask)),
    onFound: () => void (tree.openQuestions -= 1),
    onChurned: () => {},
    onSettled: (settled: Settled) => {
      tree.openQuestions -= 1;
      if (settled.kind === 'broken') edge.sizeFault = settled;
    },
  });
}

function wrongSize({ size, observed }: SeenManifest, edge: Edge): Absent {
  const detail = `the manifest has ${size} bytes, the index that lists it says ${edge.expectedSize}`;
  return { kind: 'absent', fault: 'size_mismatch', observed: { ...observed, detail } };
}
