import type { WalkContext } from './context.ts';
import { visitReferrer } from './explore.ts';
import { listAttached } from './list-attached.ts';
import { edgesInDoubt, forgetUnreached, nodesOf } from './recheck.ts';
import { beginRound } from './round.ts';
import { sideBySide } from './side-by-side.ts';
import type { Ask } from './source.ts';
import { climb } from './trace.ts';
import type { Edge, Tree, TreeNode } from './tree.ts';
import { removeWay } from './ways.ts';

/** Each may have ten thousand entries, and is held until what is new in it is walked. */
const LISTS_AT_ONCE = 4;

/**
 * Lists once more what is attached to a manifest where something of that is broken: what is not listed any more was
 * deleted while the walk was under way, and is no finding; what is new there is walked. Each list once; answers whether
 * anything is open again.
 */
export async function recheckAttached(context: WalkContext, done: Set<TreeNode>): Promise<boolean> {
  if (context.options.referrers !== true) return false;
  const suspected: Suspected[] = [];
  for (const tree of context.trees) {
    const subjects = subjectsOfDoubtful(tree);
    const listed = subjects.size === 0 ? null : listedBySubject(tree);
    for (const subject of subjects) {
      if (done.has(subject)) continue;
      done.add(subject);
      suspected.push({ tree, subject, attached: listed?.get(subject) ?? new Set() });
    }
  }
  const round = beginRound(context);
  const ask: Ask = { ...context.again, round, pooled: true };
  await sideBySide(suspected, LISTS_AT_ONCE, (one) => recheck(context, one, ask), context.deps.clock).finally(
    round.end,
  );
  forgetUnreached(context, new Set(suspected.map(({ tree }) => tree)));
  return context.suspects.size > 0;
}

/** A manifest, and what was listed as attached to it. */
interface Suspected {
  readonly tree: Tree;
  readonly subject: TreeNode;
  readonly attached: ReadonlySet<TreeNode>;
}

async function recheck(context: WalkContext, { tree, subject, attached }: Suspected, ask: Ask): Promise<void> {
  const answer = await listAttached(context, tree, subject.digest, ask);
  if (answer.kind !== 'found') return;
  const { by, descriptors, isCut } = answer.value;
  const listed = new Set(descriptors.map(({ digest }) => digest));
  const known = new Set<string>();
  for (const node of attached) {
    known.add(node.digest);
    if (listed.has(node.digest) || isCut) continue;
    // What another list has said, this one does not take back.
    const gone = node.edges.filter((edge) => isListing(edge, subject) && edge.attached?.by === by);
    if (gone.length > 0) context.tally.churned += 1;
    for (const edge of gone) removeWay(tree, node, edge);
  }
  const others = descriptors.filter(({ digest }) => !known.has(digest));
  await sideBySide(
    others,
    context.options.concurrency,
    (one) => visitReferrer(context, tree, subject, one, by),
    context.deps.clock,
  );
}

/** An edge that goes by what was listed; what an index names does not change. */
function isListing({ from, attached }: Edge, subject?: TreeNode): boolean {
  return attached !== undefined && attached.by !== 'list' && (subject === undefined || from === subject);
}

function listedBySubject({ manifests }: Tree): ReadonlyMap<TreeNode, ReadonlySet<TreeNode>> {
  const listed = new Map<TreeNode, Set<TreeNode>>();
  for (const node of manifests.values()) {
    for (const edge of node.edges) {
      if (edge.from === null || !isListing(edge)) continue;
      listed.set(edge.from, (listed.get(edge.from) ?? new Set()).add(node));
    }
  }
  return listed;
}

function subjectsOfDoubtful(tree: Tree): Set<TreeNode> {
  const subjects = new Set<TreeNode>();
  climb(edgesInDoubt(nodesOf(tree)), (edge) => {
    if (edge.from !== null && isListing(edge)) subjects.add(edge.from);
  });
  return subjects;
}
