import { affectsOf, everyPlatform, worse, type NeedsPlatform } from './affects.ts';
import { attachedAbove, isPulled } from './attached-ways.ts';
import { BROKEN_OBJECTS, type BrokenObject } from './fault.ts';
import type { Finding } from './finding.ts';
import type { Absent } from './lookup.ts';
import { isNeededByAll, isReached, pathTo, platformsOf, rootsTo, tagsTo } from './trace.ts';
import type { Edge, Tree, TreeNode } from './tree.ts';

/**
 * The findings of the trees: one for each (repository, digest, object, fault), sorted. Whom each hurts goes by the
 * platforms that somebody needs.
 */
export function collectFindings(trees: Iterable<Tree>, needs: NeedsPlatform = everyPlatform): readonly Finding[] {
  const merged = new Map<string, Finding>();
  for (const tree of trees) {
    for (const one of [
      ...brokenTags(tree),
      ...brokenNodes(tree, needs),
      ...lackingPlatforms(tree),
      ...goneLists(tree),
    ]) {
      const key = `${keyOf(one)} ${one.fault}`;
      const known = merged.get(key);
      merged.set(key, known === undefined ? one : merge(known, one));
    }
  }
  return [...merged.values()].toSorted((a, b) => compare(sortKey(a), sortKey(b)));
}

/** What is kept of a finding from one walk to another. */
type KeptThing = Pick<Finding, 'repository' | 'digest' | 'tags'> & { readonly object: string };

/**
 * What makes a broken thing the same one in another walk, whatever its fault has become. Where there is no digest, the
 * tag takes its place.
 */
export function keyOf({ repository, digest, tags, object }: KeptThing): string {
  return [repository ?? '', digest ?? `:${tags[0]}`, object].join(' ');
}

/** Keys of what is known to be broken; of most, maybe, no more than that is kept. */
export type KnownBroken = Pick<ReadonlySet<string>, 'has' | 'size'>;

function merge(a: Finding, b: Finding): Finding {
  const [first] = compare([a.tags[0] ?? '\uffff'], [b.tags[0] ?? '\uffff']) <= 0 ? [a] : [b];
  const { attached: _attached, ...rest } = first;
  const attached = a.attached === undefined || b.attached === undefined ? undefined : first.attached;
  return {
    ...rest,
    ...(attached === undefined ? {} : { attached }),
    tags: union(a.tags, b.tags),
    roots: union(a.roots, b.roots),
    platforms: union(a.platforms, b.platforms),
    affects: worse(a.affects ?? 'pull', b.affects ?? 'pull'),
  };
}

function union(a: readonly string[], b: readonly string[]): readonly string[] {
  return [...new Set([...a, ...b])].toSorted();
}

function brokenTags(tree: Tree): Finding[] {
  return [...tree.tags.values()].flatMap(({ tag, state }): Finding[] => {
    if (state.kind !== 'broken') return [];
    const { absent, confirmations } = state;
    const digest = absent.digest ?? null;
    const { fault } = absent;
    const path = digest === null ? [] : [digest];
    const what = { repository: tree.repository, tags: [tag], roots: [], object: 'manifest', fault, digest } as const;
    const affects = affectsOf({ ...what, platforms: [], neededByAll: true }, everyPlatform);
    return [{ ...what, path, platforms: [], affects, expectedSize: null, ...evidenceOf(absent), confirmations }];
  });
}

function brokenNodes(tree: Tree, needs: NeedsPlatform): Finding[] {
  return [...tree.manifests.values(), ...tree.blobs.values()].flatMap((node) => [
    ...BROKEN_OBJECTS.flatMap((object) => brokenAs(tree, node, object, needs)),
    ...node.edges.flatMap((edge) => faultOfEdge(tree, node, edge, needs)),
  ]);
}

/** One thing can be several objects: a tag's manifest and an index's child, a config here and a layer there. */
function brokenAs(tree: Tree, node: TreeNode, object: BrokenObject, needs: NeedsPlatform): Finding[] {
  const { state } = node;
  if (state.kind !== 'broken') return [];
  const mayBeMissing = (edge: Edge): boolean => edge.optional && state.absent.fault === 'missing';
  // An image that no tag points to any more has no say in the platforms and the size.
  const edges = node.edges.filter((edge) => edge.object === object && !mayBeMissing(edge) && isReached([edge]));
  if (edges.length === 0) return [];
  return [hurting(finding(tree, node, edges, object, state.absent, state.confirmations), node, edges, needs)];
}

function faultOfEdge(tree: Tree, node: TreeNode, edge: Edge, needs: NeedsPlatform): Finding[] {
  if (edge.fault === null || !isReached([edge])) return [];
  const { absent, confirmations } = edge.fault;
  // What is declared on this way is wrong: who comes by another one is not concerned.
  const roots = rootsTo(node, [edge]);
  return [hurting({ ...finding(tree, node, [edge], edge.object, absent, confirmations), roots }, node, [edge], needs)];
}

/** A finding with whom it hurts: those who come by its edges, and who has pinned the thing itself. */
function hurting(found: Finding, node: TreeNode, edges: readonly Edge[], needs: NeedsPlatform): Finding {
  const isPulledHere = isPulled(edges) || (found.roots.length > 0 && isPulled(node.edges));
  const above = isPulledHere ? null : attachedAbove(edges);
  const one = above === null ? found : { ...found, attached: { artifactType: above.artifactType } };
  const neededByAll = isNeededByAll(edges) || (one.roots.length > 0 && isNeededByAll(node.edges, true));
  return { ...one, affects: affectsOf({ ...one, neededByAll }, needs) };
}

/** What is attached to a manifest is listed nowhere that it could be read: nobody who needs it finds it. */
function goneLists(tree: Tree): Finding[] {
  return tree.unlisted
    .filter(({ node }) => isReached(node.edges))
    .map(({ node, absent, confirmations }) => {
      const { digest = node.digest } = absent;
      const one = finding(tree, node, node.edges, 'referrer', absent, confirmations);
      const path = digest === node.digest ? one.path : [...one.path, digest];
      return { ...one, digest, path, affects: 'attestation', attached: { artifactType: null }, expectedSize: null };
    });
}

function lackingPlatforms(tree: Tree): Finding[] {
  return tree.lacking.map(({ node, platform, absent, confirmations }) => {
    const roots = node.edges.filter(({ from }) => from === null);
    return { ...finding(tree, node, roots, 'manifest', absent, confirmations), platforms: [platform] };
  });
}

function finding(
  tree: Tree,
  node: TreeNode,
  edges: readonly Edge[],
  object: BrokenObject,
  absent: Absent,
  confirmations: number,
): Finding {
  return {
    repository: tree.repository,
    tags: tagsTo(edges),
    // What is broken is the thing itself, so whoever needs it in whatever part is concerned.
    roots: rootsTo(node),
    object,
    fault: absent.fault,
    digest: node.digest,
    path: pathTo(node, edges),
    platforms: platformsOf(edges),
    expectedSize: edges[0]?.expectedSize ?? null,
    ...evidenceOf(absent),
    confirmations,
  };
}

function evidenceOf({ observed, obstacle }: Absent): Pick<Finding, 'observed' | 'obstacle'> {
  return obstacle === undefined ? { observed } : { observed, obstacle };
}

function sortKey({ repository, tags, object, digest, fault }: Finding): readonly string[] {
  return [repository ?? '', tags[0] ?? '', object, digest ?? '', fault];
}

function compare(a: readonly string[], b: readonly string[]): number {
  for (const [index, left] of a.entries()) {
    const right = b[index] ?? '';
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}
