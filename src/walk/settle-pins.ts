import type { WalkContext } from './context.ts';
import type { Finding } from './finding.ts';
import { pinKey, type NeverSeen } from './pins.ts';
import { digestRoot } from './tags.ts';
import { rootEdge, type Tree, type TreeNode } from './tree.ts';
import { addWay } from './ways.ts';

/** Takes down which of these digests, asked for by themselves, are there. */
export function notePins({ pins }: WalkContext, tree: Tree, digests: readonly string[]): void {
  for (const digest of digests) {
    if (isKnownToBeThere(tree, digest)) pins.there.add(pinKey(tree.repository, digest));
    else pins.doubted.push({ tree, digest });
  }
}

/**
 * Takes those for which there is no room, and which the walk came across all the same: a digest that a tag leads to is
 * asked for already. Who names it is concerned by what is broken below it.
 */
export function adoptPins(context: WalkContext, tree: Tree): void {
  const { pins, tally } = context;
  const over = pins.over.get(tree.repository);
  for (const digest of over ?? []) {
    const node = tree.manifests.get(digest);
    const isWhole = node === undefined && tree.whole.has(digest);
    if (!isWhole && (node === undefined || node.state.kind === 'skipped')) continue;
    if (node !== undefined) addWay(tree, node, rootEdge(null, digestRoot(context, tree, digest)));
    notePins(context, tree, [digest]);
    tally.pinned += 1;
    over?.delete(digest);
  }
}

/**
 * Sets apart what is missing, is reached by nothing but its own digest, and of which nobody knows that it was ever there:
 * whoever may deploy may name any digest. What an index lists was there as far as whoever pushed that index knew.
 */
export function setNeverSeenApart(
  { trees, pins }: WalkContext,
  findings: readonly Finding[],
  wasThere: (repository: string, digest: string) => boolean,
): { readonly findings: readonly Finding[]; readonly neverSeen: readonly NeverSeen[] } {
  for (const { tree, digest } of pins.doubted) {
    if (isKnownToBeThere(tree, digest)) pins.there.add(pinKey(tree.repository, digest));
  }
  const unheard = new Set<string>();
  for (const { repository, manifests } of trees) {
    for (const node of manifests.values()) {
      if (!node.edges.some(isPin)) continue;
      const key = pinKey(repository, node.digest);
      if (node.edges.every(isPin) && isMissing(node) && !wasThere(repository, node.digest)) unheard.add(key);
    }
  }
  if (unheard.size === 0) return { findings, neverSeen: [] };
  const rest: Finding[] = [];
  const neverSeen: NeverSeen[] = [];
  for (const finding of findings) {
    const { repository, digest, object, fault } = finding;
    const isUnheard = repository !== null && digest !== null && unheard.has(pinKey(repository, digest));
    if (isUnheard && object === 'manifest' && fault === 'missing') neverSeen.push({ repository, digest });
    else rest.push(finding);
  }
  return { findings: rest, neverSeen };
}

function isKnownToBeThere(tree: Tree, digest: string): boolean {
  const node = tree.manifests.get(digest);
  return node === undefined ? tree.whole.has(digest) : isThere(node);
}

function isPin({ from, tag }: TreeNode['edges'][number]): boolean {
  return from === null && tag === null;
}

function isThere({ state }: TreeNode): boolean {
  return state.kind === 'good' || state.kind === 'skipped';
}

function isMissing({ state }: TreeNode): boolean {
  return state.kind === 'broken' && state.absent.fault === 'missing';
}
