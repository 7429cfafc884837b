import type { SeenManifest } from './fetch-manifest.ts';
import { unknown, type Lookup } from './lookup.ts';
import type { Tree } from './tree.ts';

/** In bytes: of a manifest that may name some thousands of things; what is read of it takes several times as much. */
const LARGE = 256 * 1024;

/** Stands for an answer that is asked for again. */
export const NOT_YET: Lookup<SeenManifest> = unknown('deadline', 'it was not looked at');

/** Whether what a manifest names takes so much memory that it is held for few manifests at once. */
export function isLarge(answer: Lookup<SeenManifest>): boolean {
  return answer.kind === 'found' && answer.value.size > LARGE;
}

/** The turn of a manifest. */
export interface Turn {
  /** What it has to wait for; null where nobody is before it. */
  readonly before: Promise<void> | null;
  end(): void;
}

/**
 * Of the manifests of a repository that name very much, one is looked at, and below it one at each depth: an index waits
 * for what it names, and that never for the index.
 */
export function lineUp({ inLine }: Pick<Tree, 'inLine'>, depth: number): Turn {
  const before = inLine.get(depth) ?? null;
  const { promise, resolve } = Promise.withResolvers<void>();
  inLine.set(depth, promise);
  return {
    before,
    end() {
      if (inLine.get(depth) === promise) inLine.delete(depth);
      resolve();
    },
  };
}
