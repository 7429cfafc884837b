import { subjectOfTag } from '../oci/attachment-tag.ts';
import type { WalkContext } from './context.ts';
import type { Absent, Lookup } from './lookup.ts';
import { sideBySide } from './side-by-side.ts';
import type { Tree } from './tree.ts';

/**
 * Looks for what the tags of attachments are named after, where nothing in the repository has led there: signatures of
 * images that were deleted pile up, and are no damage. Whatever something else leads to counts as that, be it there or not.
 */
export async function lookForSubjects(context: WalkContext, tree: Tree, tags: readonly string[]): Promise<void> {
  if (context.options.referrers !== true) return;
  const bySubject = new Map<string, number>();
  for (const tag of tags) {
    const subject = subjectOfTag(tag);
    if (subject === null || tree.tags.get(tag)?.state.kind === 'gone' || isKnown(tree, subject)) continue;
    bySubject.set(subject, (bySubject.get(subject) ?? 0) + 1);
  }
  await sideBySide(
    bySubject,
    context.options.concurrency,
    ([subject, count]) => lookFor(context, tree, subject, count),
    context.deps.clock,
  );
}

/** How many tags are named after what is not there, and what nothing else leads to. */
export function countOrphans({ orphans, tags, manifests }: Tree): number {
  if (orphans.size === 0) return 0;
  const pointedTo = new Set([...tags.values()].map(({ digest }) => digest));
  let count = 0;
  for (const [subject, named] of orphans) if (!pointedTo.has(subject) && !manifests.has(subject)) count += named;
  return count;
}

async function lookFor(context: WalkContext, tree: Tree, subject: string, count: number): Promise<void> {
  const { source } = context.deps;
  const ask = (how: WalkContext['first']): Promise<Lookup<unknown>> =>
    source.resolve(tree.repository, { digest: subject }, how);
  const orphan = (): void => void tree.orphans.set(subject, (tree.orphans.get(subject) ?? 0) + count);
  const first = await ask(context.first);
  // It is information and no finding: seen twice, past caches, will do.
  const last = isGone(first) ? await ask({ ...context.again, pooled: true }) : first;
  if (isGone(last)) orphan();
  if (last.kind !== 'unknown') return;
  context.suspects.add({
    tree,
    reference: subject,
    first: last,
    among: 'reference',
    askAgain: (how) => ask({ ...how, pooled: true }),
    end(end) {
      if (end.kind === 'broken' && isGone(end.absent)) orphan();
    },
  });
}

function isGone(answer: Lookup<unknown>): answer is Absent {
  return answer.kind === 'absent' && (answer.fault === 'missing' || answer.fault === 'tag_dangling');
}

function isKnown({ whole, manifests }: Tree, digest: string): boolean {
  return whole.has(digest) || manifests.has(digest);
}
