import { disagreement } from '../oci/manifest.ts';
import { isManifestType } from '../oci/media-types.ts';
import type { WalkContext } from './context.ts';
import { fetchManifest, type SeenManifest } from './fetch-manifest.ts';
import { letGo } from './let-go.ts';
import type { Absent, Found, Lookup, Unknown } from './lookup.ts';
import type { Ask, Resolution } from './source.ts';
import type { Churned, Edge, Tree, TreeNode } from './tree.ts';

/** What came of looking at a way once more: it agrees, or its beginning points elsewhere by now. */
type Second = SeenManifest | { readonly kind: 'moved'; readonly to: Resolution };

/**
 * Compares a manifest with what is declared of it on the way that leads there, for every way that does: a node takes it
 * for the type that it was told, and refuses another length. Nothing is compared until the manifest has been read.
 */
export function checkAgreement(context: WalkContext, tree: Tree, node: TreeNode, edge: Edge): void {
  if (node.seen === null || edge.declared === null) return;
  const first = compare(node.seen, edge, edge.declared);
  if (first.kind === 'absent') suspectEdge(context, tree, node, edge, first);
}

/** Leaves a way that does not lead where it ought to, or of which that could not be told, to the end of the walk. */
export function suspectEdge(
  context: WalkContext,
  tree: Tree,
  node: TreeNode,
  edge: Edge,
  first: Absent | Unknown,
): void {
  node.doubts += 1;
  context.suspects.add<Second>({
    tree,
    node,
    reference: edge.root?.reference ?? node.digest,
    first,
    among: edge.root === null ? 'manifest' : 'reference',
    askAgain: (ask) => askAgain(context, tree, node, edge, ask),
    async end(end) {
      if (end.kind === 'broken') edge.fault = end;
      else node.doubts -= 1;
      if (end.kind === 'churned') await edge.root?.moved(null);
      if (end.kind === 'found' && 'kind' in end.value) {
        context.tally.churned += 1;
        await edge.root?.moved(end.value.to);
      }
      letGo(context, tree, node);
    },
  });
}

async function askAgain(
  context: WalkContext,
  tree: Tree,
  node: TreeNode,
  edge: Edge,
  ask: Ask,
): Promise<Lookup<Second> | Churned> {
  let { declared } = edge;
  if (edge.root !== null) {
    const resolved = await edge.root.resolve(ask);
    if (resolved.kind !== 'found') return resolved;
    const to = resolved.value;
    if (to.kind === 'unsupported' || to.digest !== node.digest) return { kind: 'found', value: { kind: 'moved', to } };
    declared = to;
  }
  const answer = await fetchManifest(context.deps.source, tree.repository, node.digest, ask, declared?.mediaType);
  return answer.kind === 'found' && declared !== null ? compare(answer.value, edge, declared) : answer;
}

function compare(
  seen: SeenManifest,
  edge: Edge,
  { mediaType, size }: { readonly mediaType: string; readonly size: number },
): Absent | Found<SeenManifest> {
  const isRoot = edge.from === null;
  const why = seen.manifest.kind === 'unsupported' ? null : disagreement(seen.manifest, mediaType);
  if (why !== null) {
    const obstacle = mediaType === '' ? 'no_type' : isManifestType(mediaType) ? 'kind' : 'type';
    return { kind: 'absent', fault: 'unresolvable', obstacle, observed: { ...seen.observed, detail: why } };
  }
  if (seen.size === size || (isRoot && seen.manifest.kind === 'unsupported')) return { kind: 'found', value: seen };
  const says = isRoot ? 'what its name is resolved to says' : 'the index that lists it says';
  const observed = { ...seen.observed, detail: `the manifest has ${seen.size} bytes, ${says} ${size}` };
  return isRoot
    ? { kind: 'absent', fault: 'unresolvable', obstacle: 'length', observed }
    : { kind: 'absent', fault: 'size_mismatch', observed };
}
