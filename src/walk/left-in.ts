import type { Tally } from './tally.ts';
import { createTrace } from './trace.ts';
import type { State, Tree } from './tree.ts';

/** Something of a tree that was answered, and is still in it: with what is broken, or may be. */
export interface Left {
  readonly what: Parameters<Tally['saw']>[0];
  /** Those that lead to it, sorted; none where only a digest does that was asked for by itself. */
  readonly tags: () => readonly string[];
}

/** What is still in a tree and counts as looked at, each thing once. */
export function* leftIn(tree: Tree): Iterable<Left> {
  const trace = createTrace();
  for (const { tag, state, digest } of tree.tags.values()) {
    const node = tree.manifests.get(digest ?? '');
    const isLeftOut = node?.seen?.manifest.kind === 'unsupported' || node?.state.kind === 'blocked';
    if (isAnswered(state) && !isLeftOut) yield { what: 'tag', tags: () => [tag] };
  }
  for (const { digest, state, seen, edges } of tree.manifests.values()) {
    if (!isAnswered(state) || tree.whole.has(digest)) continue;
    yield { what: seen?.manifest.kind === 'index' ? 'index' : 'manifest', tags: () => trace.tagsTo(edges) };
  }
  for (const { state, edges } of tree.blobs.values()) {
    if (isAnswered(state)) yield { what: 'blob', tags: () => trace.tagsTo(edges) };
  }
}

function isAnswered({ kind }: State): boolean {
  return kind === 'good' || kind === 'broken';
}
