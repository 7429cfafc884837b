import { createContext, type WalkContext } from './context.ts';
import { conclude, confirmAll } from './finish.ts';
import type { WalkDeps, WalkOptions } from './options.ts';
import { requirePlatforms } from './platforms.ts';
import { comparePinnedTag } from './pinned.ts';
import type { WalkResult } from './result.ts';
import { walkDigest, walkTags } from './tags.ts';
import { createTree, type Tree } from './tree.ts';

/** What is to be verified: a tag, a digest, or a tag that has to point to the digest. */
export interface Wanted {
  readonly repository: string;
  readonly tag: string | null;
  readonly digest: string | null;
}

/** What a walk over given references takes besides. */
export interface ReferenceWalkOptions extends WalkOptions {
  /** Platforms that every image has to have, as `linux/arm64`. They are required; nothing is left out for them. */
  readonly platforms: readonly string[];
}

/**
 * Walks what is named, and nothing else. The rules that guard a walk over a catalog do not apply: a confirmed denial of
 * a named reference is a finding, even if nothing else that was named is there; only what was seen good in this very
 * walk has to be there still.
 */
export async function walkReferences(
  deps: WalkDeps,
  wanted: readonly Wanted[],
  options: ReferenceWalkOptions,
): Promise<WalkResult> {
  const context = createContext(deps, options, true);
  const repositories = new Set(wanted.map(({ repository }) => repository));
  context.tally.live.repositoriesTotal = repositories.size;
  await Promise.all(
    [...repositories].map((repository) => {
      const here = wanted.filter((one) => one.repository === repository);
      return walkWanted(context, repository, here);
    }),
  );
  await confirmAll(context);
  if (options.platforms.length > 0) {
    for (const tree of context.trees) await requirePlatforms(context, tree, options.platforms);
    await confirmAll(context);
  }
  for (const tree of context.trees) tellUnchecked(context, tree);
  return conclude(context, { catalogAccessible: true, catalogVanished: false });
}

async function walkWanted(context: WalkContext, repository: string, wanted: readonly Wanted[]): Promise<void> {
  const tree = createTree(repository);
  context.trees.add(tree);
  const tags = unique(wanted.filter(({ digest }) => digest === null).map(({ tag }) => tag));
  const digests = unique(wanted.map(({ digest }) => digest));
  const tally = context.tally;
  tally.repositoriesListed += 1;
  tally.repositories += 1;
  tally.tagsListed += tags.length;

  await walkTags(context, tree, tags);
  for (const digest of digests) await walkDigest(context, tree, digest);
  for (const { tag, digest } of wanted) {
    if (tag !== null && digest !== null) await comparePinnedTag(context, tree, tag, digest);
  }
  tally.live.repositoriesDone += 1;
}

/** Whoever names something wants to know of it: what is of a kind that is not read here is not called sound. */
function tellUnchecked({ unknowns }: WalkContext, tree: Tree): void {
  const push = (reference: string): void => {
    const detail = 'unsupported_media_type: it is no image that is read here, so nothing of it was checked';
    unknowns.push({ repository: tree.repository, reference, reason: 'protocol', detail });
  };
  for (const { tag, state } of tree.tags.values()) if (state.kind === 'skipped') push(tag);
  for (const node of tree.manifests.values()) {
    if (node.state.kind !== 'skipped') continue;
    for (const { root } of node.edges) if (root !== null) push(root.reference);
  }
}

function unique(names: readonly (string | null)[]): readonly string[] {
  return [...new Set(names)].filter((name) => name !== null).toSorted();
}
