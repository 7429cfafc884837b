import type { Descriptor } from '../oci/descriptor.ts';
import { formatPlatform, platformMatches, readPlatform } from '../oci/platform.ts';
import type { WalkContext } from './context.ts';
import { fetchManifest, type SeenManifest } from './fetch-manifest.ts';
import { unknown, type Absent, type Lookup, type Unknown } from './lookup.ts';
import type { Ask } from './source.ts';
import type { Tree, TreeNode } from './tree.ts';

/** How many platforms of an image are named. */
const MOST_NAMES = 20;

/** Requires that every image that was asked for has the platforms, and raises a suspicion where one is not there. */
export async function requirePlatforms(context: WalkContext, tree: Tree, wanted: readonly string[]): Promise<void> {
  for (const node of tree.manifests.values()) {
    const { seen } = node;
    if (node.state.kind !== 'good' || seen === null || node.edges.every(({ from }) => from !== null)) continue;
    for (const platform of wanted) {
      const first = await requirePlatform(context, tree, { digest: node.digest, seen }, platform, context.first);
      if (first.kind !== 'found') suspectPlatform(context, tree, node, platform, first);
    }
  }
}

function suspectPlatform(
  context: WalkContext,
  tree: Tree,
  node: TreeNode,
  platform: string,
  first: Absent | Unknown,
): void {
  context.suspects.add({
    tree,
    reference: node.digest,
    first,
    async askAgain(ask): Promise<Lookup<null>> {
      const answer = await fetchManifest(context.deps.source, tree.repository, node.digest, ask);
      if (answer.kind !== 'found') return answer;
      return requirePlatform(context, tree, { digest: node.digest, seen: answer.value }, platform, ask);
    },
    end(end) {
      if (end.kind === 'broken') tree.lacking.push({ ...end, node, platform });
    },
  });
}

/** A manifest that was asked for, as it was read. */
interface Root {
  readonly digest: string;
  readonly seen: SeenManifest;
}

async function requirePlatform(
  context: WalkContext,
  tree: Tree,
  root: Root,
  platform: string,
  ask: Ask,
): Promise<Lookup<null>> {
  const { names, unread } = await presentPlatforms(context, tree, root, ask);
  if (names.some((one) => platformMatches(platform, one))) return { kind: 'found', value: null };
  if (unread !== null) return unread;
  const has = names.length === 0 ? 'it names none' : `it has ${listed(names)}`;
  const observed = { ...root.seen.observed, detail: `no ${platform}: ${has}` };
  return { kind: 'absent', fault: 'platform_missing', observed };
}

/** An index may have ten thousands; people want to see what it is made of. */
function listed(names: readonly string[]): string {
  const all = [...new Set(names)];
  const more = all.length - MOST_NAMES;
  const shown = all.slice(0, MOST_NAMES).join(', ');
  return more > 0 ? `${shown} and ${more} more` : shown;
}

/** The platforms that were found, and why there may be more. */
interface Present {
  readonly names: readonly string[];
  readonly unread: Unknown | null;
}

/** An index names its platforms; an image, and a child whose index does not say, has it in the config. */
async function presentPlatforms(context: WalkContext, tree: Tree, root: Root, ask: Ask): Promise<Present> {
  const parts: Present[] = [];
  const open: Pick<TreeNode, 'digest' | 'seen'>[] = [root];
  const known = new Set([root.digest]);
  for (const { digest, seen } of open) {
    if (seen === null) parts.push({ names: [], unread: unknown('protocol', `${digest} could not be read`) });
    if (seen?.manifest.kind === 'image') parts.push(await readConfig(context, tree, seen.manifest.config, ask));
    if (seen?.manifest.kind !== 'index') continue;
    for (const child of seen.manifest.manifests) {
      if (child.platform !== undefined) parts.push({ names: [formatPlatform(child.platform)], unread: null });
      const below = tree.manifests.get(child.digest);
      if (below === undefined || known.has(child.digest)) continue;
      if (child.platform !== undefined && below.seen?.manifest.kind !== 'index') continue;
      known.add(child.digest);
      open.push(below);
    }
  }
  const unread = parts.find((part) => part.unread !== null)?.unread ?? null;
  return { names: parts.flatMap(({ names }) => names), unread };
}

/** A config that is not there is a finding of its own; here it only means that nobody knows the platform. */
async function readConfig({ deps }: WalkContext, tree: Tree, config: Descriptor, ask: Ask): Promise<Present> {
  const answer = await deps.source.blobBytes(tree.repository, config, ask);
  if (answer.kind === 'unknown') return { names: [], unread: answer };
  const silent = (detail: string): Present => ({ names: [], unread: unknown('protocol', detail) });
  if (answer.kind === 'absent') return silent(`the config does not come: ${answer.observed.detail}`);
  const platform = readPlatform(answer.value);
  return platform === null
    ? silent('the config does not say which platform the image is for')
    : { names: [formatPlatform(platform)], unread: null };
}
