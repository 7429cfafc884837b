import * as z from 'zod';

/** Raised when what is kept changes its meaning; a state of another version is none. */
export const STATE_VERSION = 1;

/** Says that it is ours. */
export const STATE_KEPT_BY = 'registry-integrity-probe';

/** Beyond this there is no date in JavaScript. https://tc39.es/ecma262/#sec-time-values-and-time-range */
const LAST_MOMENT = 8.64e15;

/** Milliseconds since the Unix epoch. */
const moment = z.int().nonnegative().max(LAST_MOMENT);
const count = z.int().nonnegative();

/** Something that was broken in an earlier run. Its fault is not kept: a repair changes it on the way. */
const KnownFinding = z.object({
  digest: z.string().nullable(),
  /** The first tag in order that led to it; null when only a pinned digest did. */
  tag: z.string().nullable(),
  object: z.string(),
  firstSeen: moment,
  lastSeen: moment,
});
export type KnownFinding = z.infer<typeof KnownFinding>;

/**
 * Whether a repository was ever listed, and had tags: the first bytes of the SHA-256 of each name, in Base64, for the
 * names of 100,000 repositories have no room.
 */
const KnownRepositories = z.object({ withTags: z.base64(), withoutTags: z.base64() });

/** A part of a registry that is walked as a whole: when it was, and what was counted in it. */
const WalkedSlice = z.object({ slice: z.string(), walkedAt: moment.nullable(), counts: z.record(z.string(), count) });

/** A digest that a workload of a namespace named, and that was good once, as a fingerprint. */
const GoodPin = z.object({ namespace: z.string(), fingerprint: z.string(), lastUsedAt: moment });

/** The most that was ever walked of something. */
const HighWaterMark = z.object({ of: z.string(), highest: count, at: moment });

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
  /** When the first run began to keep it. */
  begunAt: moment,
  lastRunAt: moment,
  lastCompleteRunAt: moment.nullable(),
  /** By repository, so that its name is there once. */
  findings: z.array(z.object({ repository: z.string(), broken: z.array(KnownFinding) })),
  /** Findings that are known and for which there was no room. */
  findingsNotKept: count,
  repositories: KnownRepositories.nullable().default(null),
  slices: z.array(WalkedSlice).nullable().default(null),
  goodPins: z.array(GoodPin).nullable().default(null),
  coverage: z.array(HighWaterMark).nullable().default(null),
  nodePlatforms: z.array(NodePlatform).nullable().default(null),
});
export type State = z.infer<typeof State>;

/** Whose state it is. */
export interface StateOwner {
  readonly registry: string;
  /** Counted from 0; null when one process walks the whole registry. */
  readonly shard: number | null;
}
