import * as z from 'zod';

import { AFFECTS } from '../walk/affects.ts';
import { FAULTS } from '../walk/fault.ts';
import { KeptBook } from './kept-book.ts';
import { count, moment } from './leaves.ts';

/** Raised when what is kept changes its meaning; a state of another version is none. */
export const STATE_VERSION = 1;

/** Says that it is ours. */
export const STATE_KEPT_BY = 'registry-integrity-probe';

/** Something that was broken in an earlier run. What tells it from others has no fault: a repair changes it on the way. */
const KnownFinding = z.object({
  digest: z.string().nullable(),
  /** The first tag in order that led to it; null when only a pinned digest did. */
  tag: z.string().nullable(),
  object: z.string(),
  firstSeen: moment,
  lastSeen: moment,
  /** As the last run that saw it says; null where it was not kept. */
  fault: z.enum(FAULTS).nullable().default(null),
  affects: z.enum(AFFECTS).nullable().default(null),
  /** The first of the tags that led to it, without the very first one, and how many more there were. */
  otherTags: z.array(z.string()).default([]),
  tagsNotKept: count.default(0),
  /** Digests, asked for by themselves, that led to it. */
  roots: z.array(z.string()).default([]),
  /** In bytes, as what names it has it; null where nothing does, or it was not kept. */
  size: count.nullable().default(null),
  /** Somebody had acknowledged it when it was seen last. */
  acknowledged: z.boolean().default(false),
});
export type KnownFinding = z.infer<typeof KnownFinding>;

/**
 * Whether a repository was ever listed, and had tags: the first bytes of the SHA-256 of each name, in Base64, for the
 * names of 100,000 repositories have no room.
 */
const KnownRepositories = z.object({ withTags: z.base64(), withoutTags: z.base64() });

/** A digest that a workload of a namespace named, and that was good once, as a fingerprint. */
const GoodPin = z.object({ namespace: z.string(), fingerprint: z.string(), lastUsedAt: moment });

/** A platform that a node of the cluster had. */
const NodePlatform = z.object({ platform: z.string(), lastSeenAt: moment });

/**
 * What is known of a registry, or of one shard of it, from earlier runs. Null is never: nobody has filled it yet, and
 * nothing may be concluded from it.
 */
export const State = z.object({
  keptBy: z.literal(STATE_KEPT_BY),
  version: z.literal(STATE_VERSION),
  registry: z.string(),
  shard: count.nullable(),
  /** Where the registry is; null where it was not kept. */
  url: z.string().nullable().default(null),
  /** When the first run began to keep it. */
  begunAt: moment,
  lastRunAt: moment,
  lastCompleteRunAt: moment.nullable(),
  /** By repository, so that its name is there once. */
  findings: z.array(z.object({ repository: z.string(), broken: z.array(KnownFinding) })),
  /** Findings that are known and for which there was no room. */
  findingsNotKept: count,
  /** When those of them were seen first and last, by fingerprint; null where there was no room for that either. */
  dates: z
    .array(z.object({ firstSeen: moment, lastSeen: moment, findings: z.base64() }))
    .nullable()
    .default([]),
  /** There was no room for what was walked when, or for the repositories that were seen. */
  hadNoRoom: z.boolean().default(false),
  repositories: KnownRepositories.nullable().default(null),
  /** What was walked when, of the last selections of repositories and tags, the latest first. */
  walks: z.array(KeptBook).nullable().default(null),
  /** What is hashed by turns, and since when. */
  scrub: z.object({ begunAt: moment, every: count, missedAt: moment.nullable() }).nullable().default(null),
  goodPins: z.array(GoodPin).nullable().default(null),
  nodePlatforms: z.array(NodePlatform).nullable().default(null),
});
export type State = z.infer<typeof State>;

/** Whose state it is. */
export interface StateOwner {
  readonly registry: string;
  /** Counted from 0; null when one process walks the whole registry. */
  readonly shard: number | null;
  /** Where the registry is, as a text to compare; left out where it does not matter. */
  readonly url?: string;
}
