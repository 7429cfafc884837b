import type { Descriptor } from '../oci/descriptor.ts';
import type { WalkContext } from './context.ts';
import type { Lookup } from './lookup.ts';
import type { Ask, BlobContent } from './source.ts';
import type { Tree } from './tree.ts';

/** How a blob is asked for, and under which key of its tree: the same question is asked once. */
export interface BlobQuestion {
  readonly key: string;
  /** Whether it is there with this size, in bytes: several may be declared of one blob. */
  ask(ask: Ask, size: number): Promise<Lookup<BlobContent>>;
}

/** Asks whether a blob is there, as closely as all of them are looked at; what nobody unpacks is hashed instead. */
export function blobQuestion({ deps, options }: WalkContext, tree: Tree, descriptor: Descriptor): BlobQuestion {
  const { scrub } = options;
  const check = options.blobCheck === 'unpack' ? 'full' : options.blobCheck;
  let isTaken: boolean | null = null;
  return {
    key: descriptor.digest,
    ask(ask, size) {
      const sized = { ...descriptor, size };
      // Asked when it is its turn to be asked: the same blob may have been put into words before.
      isTaken ??= check !== 'full' && (scrub?.take(tree.repository, descriptor) ?? false);
      if (!isTaken || scrub === undefined) return deps.source.blob(tree.repository, sized, check, ask);
      return deps.source.blob(tree.repository, sized, 'full', { ...ask, pace: scrub.pace });
    },
  };
}
