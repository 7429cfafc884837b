import { disagreement } from '../oci/manifest.ts';
import { isManifestType } from '../oci/media-types.ts';
import type { WalkContext } from './context.ts';
import { fetchManifest, readManifestAs, type SeenManifest } from './fetch-manifest.ts';
import { letGo } from './let-go.ts';
import type { Absent, Found, Lookup, Unknown } from './lookup.ts';
import { withoutReferences } from './references.ts';
import type { Ask, Resolution } from './source.ts';
import type { Churned, Edge, Root, Tree, TreeNode } from './tree.ts';

/**
 * Compares a manifest with what is declared of it on the way that leads there, for every way that does: a node takes it
 * for the type that it was told, and refuses another length. Nothing is compared until the manifest has been read.
 */
export function checkAgreement(context: WalkContext, tree: Tree, node: TreeNode, edge: Edge): void {
  if (node.seen === null || edge.declared === null) return;
  const first = compare(node.seen, edge, edge.declared);
  if (first.kind !== 'absent') return;
  if (edge.root === null) suspectWays(context, tree, node, [edge], first);
  else suspectRoot(context, tree, node, edge, edge.root, first);
}

/** Ways that do not agree, and what that was found by in the latest round; there may be thousands to one manifest. */
interface Compared {
  readonly edges: readonly Edge[];
  readonly outcomes: Map<Edge, Absent>;
}

/** Leaves what manifests say wrongly of another one to the end of the walk, where it is asked for once for all of them. */
function suspectWays(context: WalkContext, tree: Tree, node: TreeNode, edges: readonly Edge[], first: Absent): void {
  node.doubts += edges.length;
  const waiting = node.uncompared;
  for (const edge of edges) waiting?.push(edge);
  if (waiting !== null) return;
  const own = [...edges];
  node.uncompared = own;
  const compared: Compared = { edges: own, outcomes: new Map() };
  context.suspects.add<readonly Edge[]>({
    tree,
    node,
    reference: node.digest,
    first,
    askAgain: (ask) => {
      // Whoever comes from here on is asked about as often as the others.
      if (node.uncompared === own) node.uncompared = null;
      return compareAgain(context, tree, node, compared, ask);
    },
    end(end) {
      if (node.uncompared === own) node.uncompared = null;
      const agreeing = end.kind === 'found' ? new Set(end.value) : null;
      const rest: Edge[] = [];
      for (const edge of own) {
        const absent = compared.outcomes.get(edge);
        if (end.kind === 'broken') edge.fault = absent?.fault === end.absent.fault ? { ...end, absent } : end;
        else node.doubts -= 1;
        if (agreeing?.has(edge) === false) rest.push(edge);
      }
      const [other] = rest;
      const differs = other === undefined ? undefined : compared.outcomes.get(other);
      if (differs !== undefined) suspectWays(context, tree, node, rest, differs);
      letGo(context, tree, node);
    },
  });
}

/** Those that agree with what comes; where none does, what the first one is wrong in. */
async function compareAgain(
  { deps }: WalkContext,
  tree: Tree,
  { digest }: TreeNode,
  { edges, outcomes }: Compared,
  ask: Ask,
): Promise<Lookup<readonly Edge[]>> {
  outcomes.clear();
  const answer = await deps.source.manifest(tree.repository, digest, ask);
  if (answer.kind !== 'found') return answer;
  const read = new Map<string, Lookup<SeenManifest>>();
  const agreeing: Edge[] = [];
  let first: Absent | Unknown | null = null;
  for (const edge of edges) {
    const { declared } = edge;
    const seen = read.get(declared?.mediaType ?? '') ?? readManifestAs(digest, answer.value, declared?.mediaType);
    read.set(declared?.mediaType ?? '', seen);
    const outcome = seen.kind === 'found' && declared !== null ? compare(seen.value, edge, declared) : seen;
    if (outcome.kind === 'found') agreeing.push(edge);
    else first ??= outcome;
    if (outcome.kind === 'absent') outcomes.set(edge, outcome);
  }
  return first === null || agreeing.length > 0 ? { kind: 'found', value: agreeing } : first;
}

/** What came of looking at a way once more: it agrees, or its beginning points elsewhere by now. */
type Second = SeenManifest | { readonly kind: 'moved'; readonly to: Resolution };

/** Leaves a name that is not resolved as it ought to be, or of which that could not be told, to the end of the walk. */
export function suspectRoot(
  context: WalkContext,
  tree: Tree,
  node: TreeNode,
  edge: Edge,
  root: Root,
  first: Absent | Unknown,
): void {
  node.doubts += 1;
  context.suspects.add<Second>({
    tree,
    node,
    reference: root.reference,
    first,
    among: 'reference',
    askAgain: (ask) => askAgain(context, tree, node, edge, root, ask),
    async end(end) {
      if (end.kind === 'broken') edge.fault = end;
      else node.doubts -= 1;
      if (end.kind === 'churned') await root.moved(null);
      if (end.kind === 'found' && 'kind' in end.value) {
        context.tally.churned += 1;
        await root.moved(end.value.to);
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
  root: Root,
  ask: Ask,
): Promise<Lookup<Second> | Churned> {
  const resolved = await root.resolve(ask);
  if (resolved.kind !== 'found') return resolved;
  const to = resolved.value;
  if (to.kind === 'unsupported' || to.digest !== node.digest) return { kind: 'found', value: { kind: 'moved', to } };
  const answer = await rereadManifest(context, tree, node, to.mediaType, ask);
  return answer.kind === 'found' ? compare(answer.value, edge, to) : answer;
}

/** Once a round, however many names lead there. */
function rereadManifest(
  { deps }: WalkContext,
  tree: Tree,
  node: TreeNode,
  mediaType: string,
  ask: Ask,
): Promise<Lookup<SeenManifest>> {
  const fetch = async (): Promise<Lookup<SeenManifest>> => {
    const answer = await fetchManifest(deps.source, tree.repository, node.digest, ask, mediaType);
    if (answer.kind !== 'found' || answer.value.manifest.kind === 'unsupported') return answer;
    return { kind: 'found', value: { ...answer.value, manifest: withoutReferences(answer.value.manifest) } };
  };
  const { round } = ask;
  if (round === undefined) return fetch();
  if (node.reread?.round !== round) {
    node.reread = { round, byType: new Map() };
    round.ended.addEventListener('abort', () => {
      if (node.reread?.round === round) node.reread = null;
    });
  }
  const known = node.reread.byType.get(mediaType) ?? fetch();
  node.reread.byType.set(mediaType, known);
  return known;
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
