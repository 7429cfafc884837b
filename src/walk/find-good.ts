import { isTag } from '../oci/reference.ts';
import type { WalkContext } from './context.ts';
import type { WalkOptions } from './options.ts';
import { beginRound } from './round.ts';
import type { Selection } from './selection.ts';
import type { Ask } from './source.ts';
import { createTally } from './tally.ts';
import { createSuspects } from './suspects.ts';
import { walkTags } from './tags.ts';
import { createTree } from './tree.ts';

/** Repositories, and tags within each, that are tried: an outage shows in the first few, and a walk must stay a part. */
const MOST_REPOSITORIES = 20;
const MOST_TAGS = 3;

/**
 * Looks for something good in repositories that are not walked, of other shards or not yet, where a walk has open
 * questions and found nothing good of its own to compare with. A part of a registry may well consist of broken images
 * alone, while the registry is fine, and the walk over all of it would know. What is seen there counts as a control and
 * is not reported.
 */
export async function findGoodElsewhere(
  context: WalkContext,
  others: readonly string[],
  tags: Selection,
): Promise<void> {
  if (others.length === 0 || context.suspects.size === 0 || isEnough(context)) return;
  // What stopped answering there may be asked once more elsewhere, and so in a round. The run may have ended before it
  // came across anything that is good.
  const round = beginRound(context);
  const ask: Ask = { again: true, signal: context.deps.abort, round };
  await lookInto(context, others.slice(0, MOST_REPOSITORIES), tags, ask).finally(round.end);
}

async function lookInto(context: WalkContext, others: readonly string[], tags: Selection, ask: Ask): Promise<void> {
  for (const repository of others) {
    const listed = await context.deps.source.tags(repository, ask);
    const chosen =
      listed.kind === 'found' ? listed.value.filter((tag) => isTag(tag) && tags.includes(tag)).toSorted() : [];
    for (const tag of chosen.slice(0, MOST_TAGS)) {
      const aside = setAside(context, ask);
      await walkTags(aside, createTree(repository), [tag]);
      context.tally.goodManifests += aside.tally.goodManifests;
      if (isEnough(context)) return;
    }
  }
}

function isEnough({ control }: WalkContext): boolean {
  return control.knows('manifest') && control.knows('layer');
}

/** The same walk with the same control, whose counts and suspects nobody reads. */
function setAside(context: WalkContext, first: Ask): WalkContext {
  const { onProgress: _onProgress, ...deps } = context.deps;
  // As a control asks: to read whole layers here would be as much work as the part itself.
  const options: WalkOptions = { ...context.options, blobCheck: 'tail', referrers: false };
  return {
    ...context,
    deps,
    options,
    first,
    tally: createTally(),
    suspects: createSuspects(),
    unknowns: [],
    unreached: [],
    blocked: [],
    trees: new Set(),
  };
}
