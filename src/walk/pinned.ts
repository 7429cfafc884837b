import type { WalkContext } from './context.ts';
import { resolveTag, type ResolvedTag } from './fetch-manifest.ts';
import type { Lookup } from './lookup.ts';
import type { Ask } from './source.ts';
import { rootEdge, type TagEntry, type Tree } from './tree.ts';

/**
 * Asks whether a tag points to the digest that was named with it. The image itself is walked by its digest; a tag that
 * points elsewhere is a finding of its own, however sound both images are.
 */
export async function comparePinnedTag(context: WalkContext, tree: Tree, tag: string, digest: string): Promise<void> {
  const entry: TagEntry = { tag, digest, state: { kind: 'asking' } };
  // The same tag may also have been named without a digest.
  tree.tags.set(`${tag}@${digest}`, entry);
  const look = async (ask: Ask): Promise<Lookup<ResolvedTag>> =>
    compare(await resolveTag(context.deps.source, tree.repository, tag, ask), tag, digest);
  const agree = (): void => {
    entry.state = { kind: 'good' };
    tree.manifests.get(digest)?.edges.push(rootEdge(tag));
  };

  const first = await look(context.first);
  context.tally.live.tags += 1;
  if (first.kind === 'found') return agree();
  context.suspects.add({
    tree,
    reference: tag,
    subject: entry,
    first,
    askAgain: look,
    end(end) {
      if (end.kind === 'found') agree();
    },
  });
}

function compare(answer: Lookup<ResolvedTag>, tag: string, digest: string): Lookup<ResolvedTag> {
  if (answer.kind === 'absent') {
    return answer.fault === 'tag_dangling' ? { ...answer, fault: 'missing' } : answer;
  }
  if (answer.kind === 'unknown' || answer.value.digest === digest) return answer;
  const detail = `the tag ${tag} points to ${answer.value.digest}`;
  const observed = { ...answer.value.observed, detail };
  return { kind: 'absent', fault: 'tag_moved', observed, digest };
}
