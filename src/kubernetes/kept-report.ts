import * as z from 'zod';

import { plainText } from './plain-text.ts';

/** Raised when what is kept changes its meaning; a report of another version is no report. */
export const KEPT_VERSION = 1;

/** Says that it is ours. */
export const KEPT_BY = 'registry-integrity-probe';

const moment = z.iso.datetime();
/** Whoever may write the ConfigMap may write anything into it, and it is written again. */
const plain = z.string().transform(plainText);
const names = z.array(plain);

/** A finding as it is kept between two runs, in the words in which people read it. */
const KeptFinding = z.object({
  /** Repository with a tag or a digest, as one would ask for it. */
  image: plain,
  repository: plain,
  tags: names,
  moreTags: z.int().optional(),
  object: plain,
  fault: plain,
  digest: plain.nullable(),
  path: names,
  platforms: names,
  /** Absent when it is not known. */
  inUseBy: names.optional(),
  /** Absent when only a part of the cluster was read. */
  inUseByCount: z.int().optional(),
  /** Absent when it is not known: no state is kept, or it had no room for everything. */
  firstSeen: moment.optional(),
  lastSeen: moment,
  seen: plain,
  cause: plain,
  /** Absent where none is known. */
  copies: names.optional(),
  next: plain,
});
export type KeptFinding = z.infer<typeof KeptFinding>;

/** A finding that somebody has acknowledged: what it is, until when it is known, and why. */
const KeptAcknowledged = KeptFinding.pick({
  image: true,
  repository: true,
  tags: true,
  moreTags: true,
  object: true,
  fault: true,
  digest: true,
  firstSeen: true,
  lastSeen: true,
}).extend({ until: plain, reason: plain });
export type KeptAcknowledged = z.infer<typeof KeptAcknowledged>;

/** What the last run did, and what is broken as far as is known. */
export const KeptReport = z.object({
  keptBy: z.literal(KEPT_BY),
  version: z.literal(KEPT_VERSION),
  registry: plain,
  url: plain,
  lastRun: z.object({
    finishedAt: moment,
    verdict: plain,
    complete: z.boolean(),
  }),
  /** When the registry was last walked completely; null when it never was. */
  lastCompleteRun: moment.nullable(),
  /** Broken things that are known; those that are not listed did not fit. */
  broken: z.int().nonnegative(),
  notListed: z.int().nonnegative(),
  findings: z.array(KeptFinding),
  /** They are not among the findings; absent where there are none. */
  acknowledged: z.array(KeptAcknowledged).optional(),
  /** How many of them did not fit; absent where all did. */
  acknowledgedNotListed: z.int().nonnegative().optional(),
});
export type KeptReport = z.infer<typeof KeptReport>;
