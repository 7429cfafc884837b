import type { SeenManifest } from './fetch-manifest.ts';
import { FEW_PARTS, type Leave, type PartRoom } from './part-room.ts';
import { unknown, type Lookup } from './lookup.ts';
import type { Tree, TreeNode } from './tree.ts';

/** In bytes: of a manifest that may name some thousands of things; what is read of it takes several times as much. */
export const LARGE = 256 * 1024;

/** Stands for an answer that is asked for again. */
const NOT_YET: Lookup<SeenManifest> = unknown('deadline', 'it was not looked at');

/** Where a manifest is, and how long it may be waited for. */
interface Place {
  readonly tree: Tree;
  readonly node: TreeNode;
  readonly parts: PartRoom;
  readonly signal: AbortSignal;
}

/**
 * Asks for a manifest and looks at it. Of those in a repository that name very much, one is looked at, and below it one
 * at each step: an index waits for what it names, and that never for the index. What is said to be large is not even
 * asked for before its turn, and others have theirs between reading it and looking at it. Those that name much wait for
 * room, whichever repository they are in, and are asked for again then.
 */
export async function inTurn(
  { tree, node, parts, signal }: Place,
  fetch: () => Promise<Lookup<SeenManifest>>,
  look: (answer: Lookup<SeenManifest>) => Promise<void>,
  pause: () => Promise<void>,
): Promise<void> {
  let turn = isSaidToBeLarge(node) ? lineUp(tree, node) : null;
  let leave: Leave | null = null;
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
    const count = partsOf(answer);
    if (count > FEW_PARTS) {
      leave = parts.enterNow(node.step, count);
      if (leave === null) {
        answer = NOT_YET;
        leave = await parts.enter(node.step, count, tree.repository, signal);
        answer = await fetch();
      }
    }
    // To read it has taken as long as others can wait, and so does what is made of it.
    if (turn !== null) await pause();
    await look(answer);
  } finally {
    leave?.();
    turn?.end();
  }
}

function partsOf(answer: Lookup<SeenManifest>): number {
  if (answer.kind !== 'found') return 0;
  const { manifest } = answer.value;
  if (manifest.kind === 'image') return manifest.layers.length;
  return manifest.kind === 'index' ? manifest.manifests.length : 0;
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
