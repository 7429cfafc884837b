import type { SeenManifest } from './fetch-manifest.ts';
import { unknown, type Lookup } from './lookup.ts';
import type { Tree, TreeNode } from './tree.ts';

/** In bytes: of a manifest that may name some thousands of things; what is read of it takes several times as much. */
const LARGE = 256 * 1024;

/** Stands for an answer that is asked for again. */
const NOT_YET: Lookup<SeenManifest> = unknown('deadline', 'it was not looked at');

/**
 * Asks for a manifest and looks at it. Of those in a repository that name very much, one is looked at, and below it one
 * at each step: an index waits for what it names, and that never for the index. What is said to be large is not even
 * asked for before its turn, and others have theirs between reading it and looking at it.
 */
export async function inTurn(
  tree: Tree,
  node: TreeNode,
  fetch: () => Promise<Lookup<SeenManifest>>,
  look: (answer: Lookup<SeenManifest>) => Promise<void>,
  pause: () => Promise<void>,
): Promise<void> {
  let turn = isSaidToBeLarge(node) ? lineUp(tree, node) : null;
  try {
    await turn?.before;
    let answer = await fetch();
    if (turn === null && answer.kind === 'found' && answer.value.size > LARGE) {
      turn = lineUp(tree, node);
      if (turn.before !== null) {
        // What it names is not held while it waits.
        answer = NOT_YET;
        await turn.before;
        answer = await fetch();
      }
    }
    // To read it has taken as long as others can wait, and so does what is made of it.
    if (turn !== null) await pause();
    await look(answer);
  } finally {
    turn?.end();
  }
}

/** By whoever names it, in bytes. */
function isSaidToBeLarge({ edges }: TreeNode): boolean {
  return (edges[0]?.expectedSize ?? edges[0]?.declared?.size ?? 0) > LARGE;
}

interface Turn {
  /** What it has to wait for; null where nobody is before it. */
  readonly before: Promise<void> | null;
  end(): void;
}

function lineUp({ inLine }: Tree, { step }: TreeNode): Turn {
  const before = inLine.get(step) ?? null;
  const { promise, resolve } = Promise.withResolvers<void>();
  inLine.set(step, promise);
  return {
    before,
    end() {
      if (inLine.get(step) === promise) inLine.delete(step);
      resolve();
    },
  };
}
