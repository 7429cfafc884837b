import type { ImageHolder } from '../kubernetes/node-images.ts';
import type { NodeCopy } from '../walk/copy.ts';
import { isMendedByCopy, MAX_COPIES } from '../walk/find-copies.ts';
import type { Finding } from '../walk/finding.ts';
import type { RegistryOutcome } from '../walk/result.ts';

/** Asks the nodes which of these digests they hold. */
export type ReadHolders = (digests: ReadonlySet<string>) => Promise<ReadonlyMap<string, readonly ImageHolder[]>>;

/**
 * The outcome with the nodes that say they hold what is broken, after all other copies: what they say is not proved, and
 * what they have may be a part of it. The nodes are asked only where something is broken.
 */
export async function withNodeCopies(outcome: RegistryOutcome, read: ReadHolders | null): Promise<RegistryOutcome> {
  const { findings, verdict } = outcome.result;
  const wanted = new Set(findings.filter(isSought).flatMap(manifestsOf));
  if (read === null || verdict === 'suspect' || wanted.size === 0) return outcome;
  const holders = await read(wanted);
  const told = findings.map((finding) => {
    const copies = finding.copies ?? [];
    const onNodes = isSought(finding) ? nodesOf(finding, holders).slice(0, MAX_COPIES - copies.length) : [];
    return onNodes.length === 0 ? finding : { ...finding, copies: [...copies, ...onNodes] };
  });
  return { ...outcome, result: { ...outcome.result, findings: told } };
}

/** What is attached to an image no node pulls, and so none has it that has the image. */
function isSought(finding: Finding): boolean {
  const { object, attached, copies = [] } = finding;
  const isAttached = object === 'referrer' || attached !== undefined;
  return !isAttached && copies.length < MAX_COPIES && isMendedByCopy(finding);
}

/** The manifests on the way to what is broken: an image is known to a node by one of them. */
function manifestsOf({ path, object }: Finding): readonly string[] {
  return object === 'config' || object === 'layer' ? path.slice(0, -1) : path;
}

function nodesOf(finding: Finding, holders: ReadonlyMap<string, readonly ImageHolder[]>): readonly NodeCopy[] {
  const all = manifestsOf(finding).flatMap((digest) => holders.get(digest) ?? []);
  const fitting = all.filter(({ platform }) => isNeeded(finding.platforms, platform));
  const byNode = new Map(fitting.map((holder) => [holder.node, holder]));
  return [...byNode.values()].map(({ node, platform, image }) => ({ kind: 'node', where: node, platform, image }));
}

/** Variants of a platform, such as `linux/arm64/v8`, are not told by nodes. */
function isNeeded(platforms: readonly string[], platform: string): boolean {
  return platforms.length === 0 || platforms.some((one) => one === platform || one.startsWith(`${platform}/`));
}
