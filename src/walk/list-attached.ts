import { listTagOf } from '../oci/attachment-tag.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { WalkContext } from './context.ts';
import type { Place } from './good-lists.ts';
import { unknown, type Lookup } from './lookup.ts';
import type { Ask, ReferrerList } from './source.ts';
import type { Attached, Tree } from './tree.ts';

/** What is attached to a manifest, and from where that is known. */
export interface AttachedList extends ReferrerList {
  readonly by: Extract<Attached['by'], 'registry' | 'tag'>;
}

const NOTHING: AttachedList = { by: 'tag', descriptors: [], isCut: false };

/**
 * Asks what is attached to a manifest. A registry that lists it for one manifest of a repository has to do so for all of
 * them: where it denies that later, it says nothing of what is attached.
 */
export async function listAttached(
  context: WalkContext,
  tree: Tree,
  digest: string,
  ask: Ask,
): Promise<Lookup<AttachedList>> {
  // What was listed a moment ago is good enough, the first time.
  const isTagged = tree.isListed === null || ask.again || tree.isListed(listTagOf(digest));
  const answer = await listIn(context, { repository: tree.repository, digest }, ask, isTagged);
  if (answer.kind !== 'found') return answer;
  const { by, descriptors } = answer.value;
  if (by === 'registry') tree.hasReferrers = true;
  else if (tree.hasReferrers && descriptors.length === 0) {
    return unknown('protocol', 'the registry has listed referrers in this repository before, and now has no such list');
  }
  return answer;
}

/**
 * Asks what is attached to a manifest. Where the registry lists nothing of the kind, the list is what the tag named after
 * the digest resolves to, and where there is none either, nothing is attached. `absent`, with its digest: that tag is
 * there, and the list that it points to is not.
 * https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#listing-referrers
 */
async function listIn(
  { deps: { source }, goodLists }: WalkContext,
  place: Place,
  ask: Ask,
  isTagged: boolean,
): Promise<Lookup<AttachedList>> {
  const { repository, digest } = place;
  const listed = await source.referrers(repository, digest, ask);
  if (listed.kind === 'unknown') return listed;
  const answer: Lookup<AttachedList> =
    listed.kind === 'found'
      ? { kind: 'found', value: { by: 'registry', ...listed.value } }
      : isTagged
        ? await listByTag(source, place, ask)
        : { kind: 'found', value: NOTHING };
  if (answer.kind === 'found') goodLists.note(place);
  return answer;
}

async function listByTag(
  source: WalkContext['deps']['source'],
  { repository, digest }: Place,
  ask: Ask,
): Promise<Lookup<AttachedList>> {
  const resolved = await source.resolve(repository, { tag: listTagOf(digest) }, ask);
  if (resolved.kind === 'unknown') return resolved;
  if (resolved.kind === 'absent') {
    const isListGone = resolved.digest !== undefined && resolved.fault !== 'unresolvable' && resolved.notKept !== true;
    return isListGone || resolved.fault === 'unreadable' ? resolved : { kind: 'found', value: NOTHING };
  }
  if (resolved.value.kind === 'unsupported') return { kind: 'found', value: NOTHING };
  const { mediaType, digest: list, size } = resolved.value;
  const descriptor: Descriptor = { mediaType, digest: list, size };
  return { kind: 'found', value: { by: 'tag', descriptors: [descriptor], isCut: false } };
}

/**
 * Asks again for a list that did not come. That one alone fails is a sign of damage only where another list, which has
 * come before, still does.
 */
export async function listAttachedAgain(
  context: WalkContext,
  tree: Tree,
  digest: string,
  ask: Ask,
): Promise<Lookup<AttachedList>> {
  const answer = await listAttached(context, tree, digest, ask);
  if (answer.kind !== 'unknown' || answer.observed?.failed !== true) return answer;
  for (const other of context.goodLists.others({ repository: tree.repository, digest })) {
    const control = await listIn(context, other, ask, true);
    if (control.kind === 'found') return answer;
  }
  return unknown(answer.reason, answer.detail);
}
