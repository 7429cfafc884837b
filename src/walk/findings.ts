import type { Above } from './above.ts';
import { affectsOf, everyPlatform, worse, type Affects, type NeedsPlatform } from './affects.ts';
import { BROKEN_OBJECTS, type BrokenObject } from './fault.ts';
import type { Finding } from './finding.ts';
import type { Absent } from './lookup.ts';
import { createSteps, createTrace, type Trace } from './trace.ts';
import type { Edge, Tree, TreeNode } from './tree.ts';

/**
 * The findings of the trees: one for each (repository, digest, object, fault), sorted. Whom each hurts goes by the
 * platforms that somebody needs.
 */
export function collectFindings(trees: Iterable<Tree>, needs: NeedsPlatform = everyPlatform): readonly Finding[] {
  const same = new Map<string, Finding[]>();
  const steps = createSteps();
  for (const tree of trees) {
    for (const one of findingsOf(tree, needs, createTrace({ steps }))) {
      const key = `${keyOf(one)} ${one.fault}`;
      const known = same.get(key);
      if (known === undefined) same.set(key, [one]);
      else known.push(one);
    }
  }
  return [...same.values()].map(merge).toSorted((a, b) => compare(sortKey(a), sortKey(b)));
}

function* findingsOf(tree: Tree, needs: NeedsPlatform, trace: Trace): Iterable<Finding> {
  yield* brokenTags(tree);
  for (const nodes of [tree.manifests, tree.blobs]) {
    for (const node of nodes.values()) {
      for (const object of BROKEN_OBJECTS) yield* brokenAs(tree, node, object, needs, trace);
      for (const edge of node.edges) yield* faultOfEdge(tree, node, edge, needs, trace);
    }
  }
  yield* lackingPlatforms(tree, trace);
  yield* goneLists(tree, trace);
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

/** One of several that are about the same; what was seen is that of the first tag. */
function merge(all: readonly Finding[]): Finding {
  const firstTag = ({ tags }: Finding): string => tags[0] ?? '\uffff';
  const first = all.reduce((least, one) => (firstTag(one) < firstTag(least) ? one : least));
  if (all.length === 1) return first;
  const { attached, ...rest } = first;
  const areAttached = attached !== undefined && all.every((one) => one.attached !== undefined);
  return {
    ...rest,
    ...(areAttached ? { attached } : {}),
    tags: union(all, ({ tags }) => tags),
    roots: union(all, ({ roots }) => roots),
    platforms: union(all, ({ platforms }) => platforms),
    ...(all.some(({ isCut }) => isCut) ? { isCut: true } : {}),
    affects: all.reduce<Affects>((worst, { affects = 'pull' }) => worse(worst, affects), 'attestation'),
  };
}

function union(all: readonly Finding[], namesOf: (one: Finding) => readonly string[]): readonly string[] {
  const names = new Set<string>();
  for (const one of all) for (const name of namesOf(one)) names.add(name);
  return [...names].toSorted();
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

/** One thing can be several objects: a tag's manifest and an index's child, a config here and a layer there. */
function brokenAs(tree: Tree, node: TreeNode, object: BrokenObject, needs: NeedsPlatform, trace: Trace): Finding[] {
  const { state } = node;
  if (state.kind !== 'broken') return [];
  const mayBeMissing = (edge: Edge): boolean => edge.optional && state.absent.fault === 'missing';
  // An image that no tag points to any more has no say in the platforms and the size.
  const edges = node.edges.filter(
    (edge) => edge.object === object && !mayBeMissing(edge) && trace.above.isReached(edge),
  );
  if (edges.length === 0) return [];
  const { absent, confirmations } = state;
  const what = { object, absent, confirmations, roots: trace.rootsTo(node) };
  const above = trace.above.of(edges);
  return [hurting(finding(tree, node, edges, { ...what, above }, trace), node, above, needs, trace)];
}

function faultOfEdge(tree: Tree, node: TreeNode, edge: Edge, needs: NeedsPlatform, trace: Trace): Finding[] {
  if (edge.fault === null || !trace.above.isReached(edge)) return [];
  // What is declared on this way is wrong: who comes by another one is not concerned.
  const what = { ...edge.fault, object: edge.object, roots: trace.rootsTo(node, [edge]) };
  const above = trace.above.of([edge]);
  return [hurting(finding(tree, node, [edge], { ...what, above }, trace), node, above, needs, trace)];
}

/** A finding with whom it hurts: those who come by its edges, and who has pinned the thing itself. */
function hurting(found: Finding, node: TreeNode, here: Above, needs: NeedsPlatform, trace: Trace): Finding {
  const isPinned = found.roots.length > 0;
  const isPulled = here.isPulled || (isPinned && trace.above.at(node).isPulled);
  const above = isPulled ? null : here.attached;
  const one = above === null ? found : { ...found, attached: { artifactType: above.artifactType } };
  const neededByAll = here.isNeededByAll || here.hasMorePlatforms || (isPinned && trace.above.at(node).isNeededByPins);
  return { ...one, affects: affectsOf({ ...one, isNamed: here.isNamed || isPinned, neededByAll }, needs) };
}

/** What is attached to a manifest is listed nowhere that it could be read: nobody who needs it finds it. */
function goneLists(tree: Tree, trace: Trace): Finding[] {
  return tree.unlisted
    .filter(({ node }) => trace.above.at(node).isReached)
    .map(({ node, absent, confirmations }) => {
      const { digest = node.digest } = absent;
      const [roots, above] = [trace.rootsTo(node), trace.above.at(node)];
      const what = { object: 'referrer', absent, confirmations, roots, above } as const;
      const one = finding(tree, node, node.edges, what, trace);
      const path = digest === node.digest ? one.path : [...one.path, digest];
      return { ...one, digest, path, affects: 'attestation', attached: { artifactType: null }, expectedSize: null };
    });
}

function lackingPlatforms(tree: Tree, trace: Trace): Finding[] {
  return tree.lacking.map(({ node, platform, absent, confirmations }) => {
    const edges = node.edges.filter(({ from }) => from === null);
    const [roots, above] = [trace.rootsTo(node), trace.above.of(edges)];
    const what = { object: 'manifest', absent, confirmations, roots, above } as const;
    return { ...finding(tree, node, edges, what, trace), platforms: [platform] };
  });
}

function finding(
  tree: Tree,
  node: TreeNode,
  edges: readonly Edge[],
  {
    object,
    absent,
    confirmations,
    roots,
    above,
  }: Pick<Finding, 'object' | 'confirmations' | 'roots'> & { readonly absent: Absent; readonly above: Above },
  trace: Trace,
): Finding {
  const tags = trace.tagsTo(edges);
  return {
    repository: tree.repository,
    tags,
    ...(trace.isCut(tags) || trace.isCut(roots) ? { isCut: true } : {}),
    // Where what is broken is the thing itself, whoever needs it in whatever part is concerned.
    roots,
    object,
    fault: absent.fault,
    digest: node.digest,
    path: trace.pathTo(node, above),
    platforms: trace.platformsOf(edges),
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
