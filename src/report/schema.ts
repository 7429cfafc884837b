import * as z from 'zod';

import { AFFECTS } from '../walk/affects.ts';
import { BROKEN_OBJECTS, FAULTS } from '../walk/fault.ts';
import { UNKNOWN_REASONS } from '../walk/lookup.ts';
import { SKIP_REASONS } from '../walk/result.ts';
import { Acknowledged, ReportedCause, ReportedCopy, ReportedObservation } from './finding-schema.ts';
import { ReportedBlocked, ReportedNeverSeen } from './left-out-schema.ts';
import { ReportedStorage } from './storage-schema.ts';

/** Raised when a field is removed, renamed or changes its meaning; a new optional field does not raise it. */
export const SCHEMA_VERSION = 1;

/** The name of the program, as it is typed. */
export const TOOL_NAME = 'registry-integrity-probe';

const COMMANDS = ['run', 'verify', 'scan', 'demo'] as const;
export type ReportingCommand = (typeof COMMANDS)[number];

const count = (text: string) => z.int().nonnegative().describe(text);
const moment = (text: string) => z.iso.datetime().describe(`${text} RFC 3339, in UTC.`);

const ReportedFinding = z
  .strictObject({
    repository: z.string().nullable().describe('Where it is broken; null for a finding of the whole registry.'),
    affected: count('Of the whole registry: how many names it is about.').optional(),
    examples: z.array(z.string()).optional().describe('Of the whole registry: the first names, at most 20.'),
    tags: z
      .array(z.string())
      .describe(
        'Every tag that reaches it, sorted; empty when only a pinned digest does. Where an earlier run saw it and this ' +
          'one did not come to it: the first 20.',
      ),
    object: z.enum(BROKEN_OBJECTS).describe('What is broken.'),
    fault: z.enum(FAULTS).describe('How it is broken.'),
    digest: z.string().nullable().describe('Digest of the broken object; null for a tag that resolves to nothing.'),
    artifactType: z
      .string()
      .optional()
      .describe(
        'Of what is attached to an image, and of its parts: what kind of thing that is, where something says so.',
      ),
    path: z
      .array(z.string())
      .describe(
        "Digests from a tag's manifest down to the object: the first tag in order, the shortest chain. Where this run " +
          'did not come to it: its own digest, and before it the pinned one where no tag leads there.',
      ),
    platforms: z
      .array(z.string())
      .describe('Every platform that needs it, as `linux/arm64/v8`, sorted; none where this run did not come to it.'),
    expectedSize: z
      .int()
      .nonnegative()
      .nullable()
      .describe('Size in bytes by the descriptor; null where there is none.'),
    observed: ReportedObservation,
    confirmations: count(
      'How many times it was asked again and gave the same verdict; 0 where an earlier run did that, and this one did not come to it.',
    ),
    cause: ReportedCause,
    hint: z.string().describe('What to do next, in one line.'),
    copies: z
      .array(ReportedCopy)
      .optional()
      .describe('Where it was found whole, to the last byte: the first 3. Absent where no copy is known.'),
    firstSeen: moment('When a run found it for the first time.').optional(),
    inUseBy: z
      .array(z.string())
      .optional()
      .describe(
        'Workloads that use it, as `namespace/Kind/name`, sorted: the first 20; empty when nothing in the cluster does, ' +
          'absent when that is not known.',
      ),
    inUseByCount: count(
      'How many workloads use it in all; absent when only a part of the cluster could be read.',
    ).optional(),
    acknowledged: Acknowledged.optional(),
  })
  .describe('One broken thing: one (repository, digest, object, fault).');
export type ReportedFinding = z.infer<typeof ReportedFinding>;

const ShortFinding = z
  .strictObject({
    repository: z.string().nullable().describe('Where it is broken; null for a finding of the whole registry.'),
    short: z.literal(true).describe('There are more findings than are told of in full, and this is one of the others.'),
    tags: z.array(z.string()).describe('The first tags that reach it, sorted, 20 at most.'),
    tagCount: count('How many tags reach it in all.'),
    object: z.enum(BROKEN_OBJECTS).describe('What is broken.'),
    fault: z.enum(FAULTS).describe('How it is broken.'),
    digest: z.string().nullable().describe('Digest of the broken object; null for a tag that resolves to nothing.'),
    affects: z.enum(AFFECTS).optional().describe('Whom it hurts.'),
    firstSeen: moment('When a run found it for the first time.').optional(),
    inUseByCount: count(
      'How many workloads use it in all; absent when only a part of the cluster could be read.',
    ).optional(),
    acknowledged: Acknowledged.optional(),
  })
  .describe('One broken thing in short, without evidence and advice.');
export type ShortFinding = z.infer<typeof ShortFinding>;

/** Whoever reads them as a type reads those in full, unless they look for `short`. */
const Findings = z
  .array(z.union([ReportedFinding, ShortFinding]))
  .describe(
    'What is broken, sorted by repository, first tag, object, digest: the first 1000 in full, those that are in use ' +
      'before others, and then the rest in short.',
  ) as unknown as z.ZodArray<typeof ReportedFinding>;

const ReportedUnknown = z
  .strictObject({
    repository: z.string().nullable().describe('Null for the catalog, and for the whole walk.'),
    reference: z
      .string()
      .describe(
        'A tag, a digest, `_tags` for a tag list, `_catalog`, `_rest` for what the run did not come to, or `_walk` where a bug of the probe ended it.',
      ),
    reason: z.enum(UNKNOWN_REASONS).describe('Why it could not be told.'),
    detail: z.string().describe('What was seen, in one line.'),
  })
  .describe('Something that could not be told: neither sound nor broken.');
export type ReportedUnknown = z.infer<typeof ReportedUnknown>;

const ReportedCounts = z
  .strictObject({
    repositories: count('Repositories looked at.'),
    repositoriesEmpty: count('Repositories that are listed without a tag.'),
    tags: count('Tags looked at.'),
    manifests: count('Image manifests looked at, each (repository, digest) once.'),
    indexes: count('Indexes looked at, each (repository, digest) once.'),
    blobs: count('Configs and layers looked at, each (repository, digest) once.'),
    requests: count('Requests sent, retries and redirects included.'),
    unknown: z.record(z.enum(UNKNOWN_REASONS), count('How often.')).describe('What could not be told, by reason.'),
    skipped: z.record(z.enum(SKIP_REASONS), count('How often.')).describe('What was left out on purpose, by reason.'),
    blocked: count('Tags, manifests and blobs that a policy of the registry refuses, to a node as well.'),
    weak: count('Blobs that are there, and whose end could not be read, because the registry does not do ranges.'),
    orphanedReferrers: count(
      'Tags of signatures and other attachments to what is not there any more; absent where nobody looked for what is attached.',
    ).optional(),
    churned: count('Deleted or moved while the walk was under way.'),
    cleared: count('Looked broken, and the confirmation cleared it.'),
    acknowledged: count('Findings that are acknowledged until a day.'),
    neverSeen: count('Digests that workloads name, that are not there, and of which nothing says that they ever were.'),
    pinnedLeft: count(
      'Digests that workloads name and that this run had no room for: the next runs ask for them by turns.',
    ).optional(),
  })
  .describe('How much was looked at.');

const ReportedCoverage = z
  .strictObject({
    oldestCheck: moment('When what is longest unseen was looked at; for what never was, since when it is listed.'),
    ratio: z.number().min(0).max(1).describe('The share of the repositories that was walked as often as is promised.'),
    dropRatio: z.number().min(0).max(1).describe('The share of the repositories or tags that is not listed any more.'),
    underWay: z.boolean().describe('Not all was walked yet, and that is all: the next run goes on.'),
  })
  .describe('What was walked when, by this run and by earlier ones; left out where nothing is kept.');

const ReportedRegistry = z
  .strictObject({
    name: z.string().describe('Name of the registry, as in the metrics.'),
    url: z.string().describe('Where it was asked, without credentials.'),
    startedAt: moment('Start of the walk.'),
    finishedAt: moment('End of the walk.'),
    durationSeconds: z.number().nonnegative().describe('Length of the walk in seconds.'),
    complete: z.boolean().describe('Everything was listed to the end, and nothing unknown is left.'),
    catalogAccessible: z.boolean().describe('Whether the catalog could be listed.'),
    verdict: z
      .enum(['sound', 'broken', 'unknown', 'suspect'])
      .describe(
        '`suspect` when nearly everything is missing and the findings are held back, else `broken` with a finding, ' +
          'else `unknown` when the walk is not complete, else `sound`.',
      ),
    concurrency: z
      .int()
      .positive()
      .nullable()
      .describe('Requests under way at once for most of the walk; null where none was sent.'),
    coverage: ReportedCoverage.optional(),
    counts: ReportedCounts,
    findings: Findings,
    unknowns: z.array(ReportedUnknown).describe('What could not be told.'),
    blocked: z.array(ReportedBlocked).describe('The first 20 things that a policy of the registry refuses.'),
    neverSeen: z
      .array(ReportedNeverSeen)
      .optional()
      .describe('The first 20 digests that workloads name and that were never there, as far as is known.'),
    storage: ReportedStorage.optional(),
  })
  .describe('What one walk found out about one registry.');
export type ReportedRegistry = z.infer<typeof ReportedRegistry>;

/** The document behind `--output json`, and what every other rendering starts from. */
export const Report = z.strictObject({
  schemaVersion: z.literal(SCHEMA_VERSION).describe('Version of this document.'),
  tool: z
    .strictObject({
      name: z.literal(TOOL_NAME).describe('Name of the tool.'),
      version: z.string().describe('Version of the tool.'),
    })
    .describe('What wrote the report.'),
  command: z.enum(COMMANDS).describe('The command that was given.'),
  registries: z.array(ReportedRegistry).describe('One entry per registry that was asked.'),
});
export type Report = z.infer<typeof Report>;

/** The report's JSON Schema (draft 2020-12), as it is kept in `docs/report.schema.json`. */
export function reportJsonSchema(): Readonly<Record<string, unknown>> {
  const { $schema, ...rest } = z.toJSONSchema(Report, { io: 'output' });
  return {
    $schema,
    $id: `urn:${TOOL_NAME}:report:${SCHEMA_VERSION}`,
    title: `${TOOL_NAME} report`,
    description: 'What a pass over container registries found out, as printed by `--output json`.',
    ...rest,
  };
}
