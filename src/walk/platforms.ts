import * as z from 'zod';

import { formatPlatform, Platform, platformMatches } from '../oci/platform.ts';
import type { WalkContext } from './context.ts';
import { lookByDigest } from './look.ts';
import { unknown, type Absent, type Found, type Lookup, type Unknown } from './lookup.ts';
import type { Ask } from './source.ts';
import type { Tree, TreeNode } from './tree.ts';

/** Requires that every image that was asked for has the platforms, and raises a suspicion where one is not there. */
export async function requirePlatforms(context: WalkContext, tree: Tree, wanted: readonly string[]): Promise<void> {
  for (const node of tree.manifests.values()) {
    if (node.state.kind !== 'good' || node.edges.every(({ from }) => from !== null)) continue;
    for (const platform of wanted) {
      const first = await requirePlatform(context, tree, node, platform, context.first);
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
    repository: tree.repository,
    reference: node.digest,
    first,
    askAgain: async (ask) => {
      const answer = await lookByDigest(context.deps.source, tree.repository, node.digest, ask);
      if (answer.kind !== 'found') return answer;
      return requirePlatform(context, tree, { ...node, seen: answer.value }, platform, ask);
    },
    onFound: () => {},
    onChurned: () => {},
    onSettled: (settled) => {
      if (settled.kind === 'broken') tree.lacking.push({ node, platform, ...settled });
    },
  });
}

async function requirePlatform(
  context: WalkContext,
  tree: Tree,
  node: TreeNode,
  platform: string,
  ask: Ask,
): Promise<Lookup<null>> {
  const present = await presentPlatforms(context, tree, node, ask);
  if (present.kind !== 'found') return present;
  if (present.value.some((one) => platformMatches(platform, one))) return { kind: 'found', value: null };
  const has = present.value.length === 0 ? 'it names none' : `it has ${present.value.join(', ')}`;
  const observed = { method: 'GET', status: 200, bytes: node.seen?.size ?? null, detail: `no ${platform}: ${has}` };
  return { kind: 'absent', fault: 'platform_missing', observed };
}

/** An index names its platforms; an image says in its config what it runs on. */
async function presentPlatforms(
  context: WalkContext,
  tree: Tree,
  node: TreeNode,
  ask: Ask,
): Promise<Lookup<readonly string[]>> {
  const manifest = node.seen?.manifest;
  if (manifest?.kind === 'image') {
    const config = await context.deps.source.blobBytes(tree.repository, manifest.config, ask);
    return config.kind === 'found' ? readConfig(config.value) : config;
  }
  if (manifest?.kind !== 'index') return { kind: 'found', value: [] };

  const names: string[] = [];
  for (const child of manifest.manifests) {
    if (child.platform !== undefined) names.push(formatPlatform(child.platform));
    const nested = tree.manifests.get(child.digest);
    if (nested?.seen?.manifest.kind !== 'index') continue;
    names.push(...(await presentPlatforms(context, tree, nested, ask).then(valueOrNone)));
  }
  return { kind: 'found', value: names };
}

function readConfig(bytes: Uint8Array): Found<readonly string[]> | Unknown {
  try {
    const parsed = z.object(Platform.shape).parse(JSON.parse(new TextDecoder().decode(bytes)));
    return { kind: 'found', value: [formatPlatform(parsed)] };
  } catch {
    return unknown('protocol', 'the config does not say which platform the image is for');
  }
}

function valueOrNone(answer: Lookup<readonly string[]>): readonly string[] {
  return answer.kind === 'found' ? answer.value : [];
}
