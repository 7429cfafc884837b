import { leftIn } from './left-in.ts';
import { UNKNOWN_REASONS } from './lookup.ts';
import type { Counts, SkipReason, UnknownEntry } from './result.ts';
import { SKIP_REASONS } from './result.ts';
import { countOrphans } from './orphans.ts';
import type { Tree } from './tree.ts';

/** Counts what a walk has looked at. */
export interface Tally {
  readonly live: { repositoriesDone: number; repositoriesTotal: number; tags: number; objects: number };
  repositoriesListed: number;
  repositories: number;
  repositoriesEmpty: number;
  tagsListed: number;
  /** Digests that were asked for by themselves. */
  pinned: number;
  /** Configs and layers that were asked for, each once in its repository, whatever came of it. */
  blobsAsked: number;
  churned: number;
  cleared: number;
  /** Blobs that are there, as far as they could be looked at. */
  weak: number;
  /** Tags of attachments to what is gone. */
  orphanedReferrers: number;
  /** At least one manifest was found good, in this walk. */
  goodManifests: number;
  skip(reason: SkipReason, times?: number): void;
  /** Counts something that was looked at and needs not to be kept. */
  saw(what: 'tag' | 'manifest' | 'index' | 'blob'): void;
  /** Counts what is left of a finished repository. */
  addTree(tree: Tree): void;
  /** Takes over what another one has counted. */
  add(other: Tally): void;
  counts(unknowns: readonly UnknownEntry[]): Counts;
}

/** A tally of nothing yet; one of a part of a walk shows where the whole is. */
export function createTally(
  live: Tally['live'] = { repositoriesDone: 0, repositoriesTotal: 0, tags: 0, objects: 0 },
): Tally {
  const skipped = zeros(SKIP_REASONS);
  const seen = { tags: 0, manifests: 0, indexes: 0, blobs: 0 };

  const tally: Tally = {
    live,
    repositoriesListed: 0,
    repositories: 0,
    repositoriesEmpty: 0,
    tagsListed: 0,
    pinned: 0,
    blobsAsked: 0,
    churned: 0,
    cleared: 0,
    weak: 0,
    orphanedReferrers: 0,
    goodManifests: 0,

    skip(reason, times = 1) {
      skipped[reason] += times;
    },

    saw(what) {
      seen[SEEN_AS[what]] += 1;
    },

    addTree(tree) {
      tally.orphanedReferrers += countOrphans(tree);
      for (const { what } of leftIn(tree)) tally.saw(what);
    },

    add(other) {
      for (const what of ADDED) tally[what] += other[what];
      const { tags, manifests, indexes, blobs, skipped: more } = other.counts([]);
      const all = { tags, manifests, indexes, blobs };
      for (const what of ['tags', 'manifests', 'indexes', 'blobs'] as const) seen[what] += all[what];
      for (const reason of SKIP_REASONS) skipped[reason] += more[reason];
    },

    counts(unknowns) {
      const unknown = zeros(UNKNOWN_REASONS);
      for (const { reason, times = 1 } of unknowns) unknown[reason] += times;
      const { repositoriesListed, repositories, repositoriesEmpty, tagsListed, churned, cleared, weak } = tally;
      return {
        repositoriesListed,
        repositories,
        repositoriesEmpty,
        tagsListed,
        ...seen,
        unknown,
        skipped: { ...skipped },
        blocked: 0,
        weak,
        churned,
        cleared,
        neverSeen: 0,
      };
    },
  };
  return tally;
}

const SEEN_AS = { tag: 'tags', manifest: 'manifests', index: 'indexes', blob: 'blobs' } as const;

const ADDED = [
  'repositoriesListed',
  'repositories',
  'repositoriesEmpty',
  'tagsListed',
  'pinned',
  'blobsAsked',
  'churned',
  'cleared',
  'weak',
  'orphanedReferrers',
  'goodManifests',
] as const;

function zeros<K extends string>(keys: readonly K[]): Record<K, number> {
  return Object.fromEntries(keys.map((key) => [key, 0])) as Record<K, number>;
}
