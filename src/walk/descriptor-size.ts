import type { WalkContext } from './context.ts';
import { fetchManifest, type SeenManifest } from './fetch-manifest.ts';
import type { Absent, Found, Lookup } from './lookup.ts';
import type { Edge, Tree, TreeNode } from './tree.ts';

/**
 * Compares a manifest's length with that in the index that lists it, for every index that does: clients refuse one that
 * differs. Nothing is compared where the index does not say it, or the manifest has not been read.
 */
export function checkDescriptorSize(context: WalkContext, tree: Tree, node: TreeNode, edge: Edge): void {
  if (node.seen === null) return;
  const first = compare(node.seen, edge);
  if (first.kind === 'found') return;
  context.suspects.add({
    tree,
    reference: node.digest,
    first,
    async askAgain(ask): Promise<Lookup<SeenManifest>> {
      const answer = await fetchManifest(context.deps.source, tree.repository, node.digest, ask);
      return answer.kind === 'found' ? compare(answer.value, edge) : answer;
    },
    end(end) {
      if (end.kind === 'broken') edge.sizeFault = end;
    },
  });
}

function compare(seen: SeenManifest, { expectedSize }: Edge): Absent | Found<SeenManifest> {
  if (expectedSize === null || expectedSize === seen.size) return { kind: 'found', value: seen };
  const detail = `the manifest has ${seen.size} bytes, the index that lists it says ${expectedSize}`;
  return { kind: 'absent', fault: 'size_mismatch', observed: { ...seen.observed, detail } };
}
