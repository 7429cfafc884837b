import type { WalkContext } from './context.ts';
import type { SkipReason } from './result.ts';
import type { Tree } from './tree.ts';

/** Leaves something out on purpose, and counts it once. */
export function skip(context: WalkContext, tree: Tree, name: string, reason: SkipReason): void {
  if (tree.skipped.add(`${reason} ${name}`)) context.tally.skip(reason);
}
