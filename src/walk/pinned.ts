import type { WalkContext } from './context.ts';
import { checkAgreement } from './agreement.ts';
import type { Lookup } from './lookup.ts';
import type { Ask, Resolution } from './source.ts';
import { tagRoot } from './tags.ts';
import { rootEdge, type TagEntry, type Tree } from './tree.ts';
import { addWay } from './ways.ts';

/**
 * Asks whether a tag points to the digest that was named with it. The image itself is walked by its digest; a tag that
 * points elsewhere is a finding of its own, however sound both images are.
 */
export async function comparePinnedTag(context: WalkContext, tree: Tree, tag: string, digest: string): Promise<void> {
  const entry: TagEntry = { tag, digest, state: { kind: 'asking' } };
  // The same tag may also have been named without a digest.
  tree.tags.set(`${tag}@${digest}`, entry);
  const look = async (ask: Ask): Promise<Lookup<Resolution>> =>
    compare(await context.deps.source.resolve(tree.repository, { tag }, ask), tag, digest);
  const agree = (resolution: Resolution): void => {
    entry.state = { kind: 'good' };
    const node = tree.manifests.get(digest);
    if (node === undefined || resolution.kind !== 'manifest') return;
    const edge = rootEdge(tag, tagRoot(context, tree, entry), resolution);
    entry.edge = edge;
    addWay(tree, node, edge);
    checkAgreement(context, tree, node, edge);
  };

  const first = await look(context.first);
  context.tally.live.tags += 1;
  if (first.kind === 'found') return agree(first.value);
  context.suspects.add({
    tree,
    reference: tag,
    subject: entry,
    first,
    among: 'reference',
    askAgain: look,
    end(end) {
      if (end.kind === 'found') agree(end.value);
    },
  });
}

function compare(answer: Lookup<Resolution>, tag: string, digest: string): Lookup<Resolution> {
  if (answer.kind === 'absent') {
    return answer.fault === 'tag_dangling' ? { ...answer, fault: 'missing' } : answer;
  }
  if (answer.kind === 'unknown' || answer.value.kind === 'unsupported' || answer.value.digest === digest) return answer;
  const detail = `the tag ${tag} points to ${answer.value.digest}, not to ${digest}`;
  const observed = { ...answer.value.observed, detail };
  return { kind: 'absent', fault: 'tag_moved', observed, digest };
}
