import type { Unknown } from '../walk/lookup.ts';
import type { ContentSource } from '../walk/source.ts';

/** Stands for a registry that is not asked, because it is known that nothing would come of it. */
export function createUnreachableSource(why: Unknown): ContentSource {
  const answer = (): Promise<Unknown> => Promise.resolve(why);
  return {
    repositories: answer,
    tags: answer,
    resolve: answer,
    manifest: answer,
    manifestByTag: answer,
    referrers: answer,
    blob: answer,
    blobBytes: answer,
  };
}
