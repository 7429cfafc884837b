import type { WalkContext } from './context.ts';
import { convertedOnTheWay, isConverted } from './converted.ts';
import { fetchManifest, type SeenManifest } from './fetch-manifest.ts';
import { LARGE } from './in-line.ts';
import { unknown, type Lookup } from './lookup.ts';
import type { Ask } from './source.ts';
import type { Tree, TreeNode } from './tree.ts';
import { declaredType } from './ways.ts';

/** Indexes in indexes beyond this are nobody's image; real ones nest once or twice. */
const MAX_DEPTH = 32;

/** Asks for a manifest of a tree, unless it is nested too deep. */
export async function fetchNode(
  context: WalkContext,
  tree: Tree,
  node: TreeNode,
  ask: Ask,
): Promise<Lookup<SeenManifest>> {
  if (node.depth > MAX_DEPTH) return unknown('protocol', `an index nested more than ${MAX_DEPTH} deep`);
  const answer = await fetchManifest(context.deps.source, tree.repository, node.digest, ask, declaredType(node));
  return answer.kind === 'absent' && answer.fault === 'missing' && isConverted(node)
    ? convertedOnTheWay(answer)
    : answer;
}

/** The same, and null for a large one: hundreds may come in one round, and what they name is not held until it is their turn. */
export async function fetchUnlessLarge(
  context: WalkContext,
  tree: Tree,
  node: TreeNode,
  ask: Ask,
): Promise<Lookup<SeenManifest | null>> {
  const answer = await fetchNode(context, tree, node, ask);
  return answer.kind === 'found' && answer.value.size > LARGE ? { kind: 'found', value: null } : answer;
}
