import type { WalkContext } from './context.ts';
import { addBlob, addManifest, createCutShort, isOutOfReach, type MutableCutShort } from './cut-short.ts';
import { createKeySet, type KeySet } from './key-set.ts';
import type { Absent, Unknown, UnknownReason } from './lookup.ts';
import type { State, Tree, TreeNode } from './tree.ts';

/** What is held of a thing in doubt is some eight times what is held of a way to it. */
const WAYS_FOR_ONE = 8;
/** Of each repository, so much is held whatever others are in doubt about. */
const AT_LEAST = 500;
/** Of what is so, every way is held until the end. */
const IN_DOUBT: ReadonlySet<State['kind']> = new Set(['suspected', 'broken', 'unknown', 'blocked']);
/** Things of one registry, where nobody says how much memory there is for them. */
const MOST_IN_DOUBT = 60_000;

/** What is in doubt in a repository, and had no room. */
export interface Untold {
  /** What was asked for, each once. */
  readonly keys: KeySet;
  /** How many, by why it is not known of each what it is; and of those that the end of the run was too early for. */
  readonly counts: Map<UnknownReason, number>;
  unreached: number;
  /** Of those that were absent: they are among what tells how much is gone. */
  readonly cutShort: MutableCutShort;
}

/**
 * True where no more of what is in doubt is held for a repository. Whoever may push to one may put ten thousands of
 * things in doubt by each manifest, and what is told of the others needs memory as well.
 */
export function isFull({ suspects, options, named, deps }: WalkContext, tree: Tree): boolean {
  if (deps.heap?.isFull === true) return true;
  const { mostInDoubt = MOST_IN_DOUBT } = options;
  // Where things were asked for by name, the ways to what is whole are held as well.
  const held = tree.inDoubt + (named ? 0 : tree.ways / WAYS_FOR_ONE);
  return held >= mostInDoubt || (held >= AT_LEAST && suspects.inDoubt >= mostInDoubt);
}

/** True where one more way to a thing is not held, since it was left out, or is in doubt and there is no room. */
export function hasNoRoom(context: WalkContext, tree: Tree, key: string, known: TreeNode | undefined): boolean {
  if (known === undefined) return tree.untold?.keys.has(key) === true;
  if (!IN_DOUBT.has(known.state.kind) || !isFull(context, tree)) return false;
  // It is told itself, and not of all who need it.
  const untold = (tree.untold ??= createUntold());
  if (untold.keys.add(key)) count(untold, 'protocol');
  return true;
}

/** Lets go of a manifest or a blob that is in doubt, and counts it. */
export function leaveUntold(
  { options, named, deps }: WalkContext,
  tree: Tree,
  { key, node, first }: { readonly key: string; readonly node: TreeNode; readonly first: Absent | Unknown },
): void {
  const isManifest = tree.manifests.get(key) === node;
  const nodes = isManifest ? tree.manifests : tree.blobs;
  if (nodes.get(key) === node) nodes.delete(key);
  const untold = (tree.untold ??= createUntold());
  const { keys, cutShort } = untold;
  if (keys.add(key)) {
    if (isOutOfReach(first)) (isManifest ? addManifest : addBlob)(cutShort, tree, node, options.knownBroken);
    const reason = first.kind === 'unknown' ? first.reason : 'protocol';
    if (!named && deps.stop.aborted && reason === 'deadline') untold.unreached += 1;
    else count(untold, reason);
  }
  tree.ways -= node.edges.length;
  node.edges = [];
}

/**
 * What a manifest or a list names, one after the other, as long as more can be held; the rest is counted and let go of
 * at once, since it may be what the heap is full of.
 */
export function* whileRoom<T>(
  { deps, named }: WalkContext,
  tree: Tree,
  from: TreeNode,
  things: readonly T[],
): Iterable<T> {
  for (const [index, thing] of things.entries()) {
    if (deps.heap?.isFull === true) {
      const untold = (tree.untold ??= createUntold());
      const rest = things.length - index;
      if (named) untold.counts.set('deadline', (untold.counts.get('deadline') ?? 0) + rest);
      else untold.unreached += rest;
      // It is not let go of as something that is whole.
      from.below += 1;
      return;
    }
    yield thing;
  }
}

function createUntold(): Untold {
  return { keys: createKeySet(), counts: new Map(), unreached: 0, cutShort: createCutShort() };
}

function count({ counts }: Untold, reason: UnknownReason): void {
  counts.set(reason, (counts.get(reason) ?? 0) + 1);
}

/** Says of each repository how much of it had no room, once that is known. */
export function tellUntold({ trees, unknowns, unreached, deps }: WalkContext): void {
  for (const { repository, untold } of trees) {
    if (untold === null) continue;
    const entryOf = (reason: UnknownReason, times: number) => {
      const detail = `${times} more are in doubt, and there was no room for so much of one repository`;
      return { repository, reference: '_more', reason, detail, times };
    };
    for (const [reason, times] of untold.counts) unknowns.push(entryOf(reason, times));
    if (untold.unreached > 0) unreached.push(entryOf('deadline', untold.unreached));
    deps.log.warn(
      { repository, things: untold.keys.size + untold.unreached },
      'More is in doubt than there is room for',
    );
  }
}
