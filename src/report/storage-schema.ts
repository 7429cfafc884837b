import * as z from 'zod';

const count = (text: string) => z.int().nonnegative().describe(text);

const Split = z.strictObject({
  reachable: count('Needed by a tag, so that an image is broken.'),
  unreachable: count('Needed by no tag.'),
});

const Foreseen = z.strictObject({
  count: count('How many there are.'),
  examples: z.array(z.string()).describe('The first ones, at most 20.'),
});

const Contents = z
  .strictObject({
    repositories: count('Directories of repositories.'),
    tags: count('Directories of tags.'),
    revisions: count('Links of manifests.'),
    layerLinks: count('Links of configs and layers.'),
    blobs: count('Files with data.'),
    bytes: count('Bytes in them.'),
  })
  .describe('How much there is, whatever leads to it.');

const Hygiene = z
  .strictObject({
    danglingLayerLinks: Split.describe('Links of configs and layers whose data is gone.'),
    childrenWithoutLink: Split.describe('Children of indexes that no link leads to; in a cache none are counted.'),
    danglingRevisions: count('Links of manifests whose data is gone.'),
    emptyLinks: count('Links that are empty files.'),
    garbageLinks: count('Links that hold no digest, or are no files.'),
    tagsWithoutLink: count('Directories of tags without a link that says where the tag points.'),
    untaggedRevisions: count('Manifests that no tag leads to.'),
    examples: z.record(z.string(), z.array(z.string())).describe('The first 5 of each, where they are.'),
  })
  .describe('What no node has to mind, and whoever keeps the storage wants to know.');

const Unreachable = z
  .strictObject({
    blobs: count('Files with data that no manifest needs.'),
    bytes: count('Bytes in them: what a garbage collection would free.'),
    failure: z
      .string()
      .nullable()
      .describe('Why a garbage collection would end before its time; then it frees nothing.'),
  })
  .describe('What nothing leads to.');

const Uploads = z
  .strictObject({
    count: count('Uploads that nobody has added to for a day.'),
    bytes: count('Bytes in them.'),
    oldest: z.iso.datetime().nullable().describe('When the oldest was added to for the last time. RFC 3339, in UTC.'),
  })
  .describe('Uploads that were left behind.');

const Upgrade = z
  .strictObject({
    byLayerLink: Foreseen.describe(
      'Manifests that version 2 finds by a link among the layers alone; 3 does not look there.',
    ),
    servedFromCache: Foreseen.describe(
      'Layers whose link is gone: version 2 may serve them from its cache until a restart.',
    ),
    schema1: Foreseen.describe('Tagged images of schema 1, which version 3 does not serve.'),
    taggedIndexes: Foreseen.describe('Tags of indexes whose children `garbage-collect -m` of version 2 would delete.'),
  })
  .describe('What works today and would not any more, on the way to version 3 of the registry.');

/** A thing that would be broken, in the words in which findings are told. */
const Foretold = z
  .strictObject({
    repository: z.string().nullable().describe('Where it would be broken.'),
    tags: z.array(z.string()).describe('Every tag that reaches it.'),
    object: z.string().describe('What would be broken.'),
    fault: z.string().describe('How it would be broken.'),
    digest: z.string().nullable().describe('Its digest; null for a tag that would resolve to nothing.'),
    platforms: z.array(z.string()).describe('Every platform that needs it.'),
  })
  .describe('A thing that would be broken.');

const Collection = z
  .strictObject({
    deleteUntagged: z.boolean().describe('Whether it is one with `-m`.'),
    failure: z
      .string()
      .nullable()
      .describe('Why it would end before its time; what is below is what it does until then.'),
    manifests: count('Manifests that it would remove.'),
    layerLinks: count('Links of layers that it would remove.'),
    blobs: count('Files with data that it would remove.'),
    bytes: count('Bytes that it would free.'),
    breaks: count('Things that it would break, of what is whole today.'),
    broken: z.array(Foretold).describe('The first of them, at most 50.'),
  })
  .describe('What a garbage collection would do.');

const Disagreement = z
  .strictObject({
    class: z.string().describe('What kind of disagreement it is.'),
    repository: z.string().nullable().describe('Where; null for the whole registry.'),
    reference: z.string().describe('A tag or a digest; empty for a whole repository.'),
    storage: z.string().describe('What the storage says.'),
    registry: z.string().describe('What the registry says.'),
    remedy: z.string().describe('What to do about it.'),
  })
  .describe('Something about which the storage and the registry do not agree.');

/** What `scan` knows beside the findings. */
export const ReportedStorage = z
  .strictObject({
    registryVersion: z.union([z.literal(2), z.literal(3)]).describe('By the rules of which version it was read.'),
    kind: z.enum(['private', 'pull-through']).describe('What it was taken for.'),
    contents: Contents.optional(),
    hygiene: Hygiene.optional(),
    unreachable: Unreachable.optional(),
    uploads: Uploads.optional(),
    upgrade: Upgrade.optional(),
    collection: Collection.optional(),
    disagreements: z
      .strictObject({
        count: count('How many there are.'),
        byClass: z.record(z.string(), count('How often.')).describe('How many there are of each class.'),
        examples: z.array(Disagreement).describe('The first ones, at most 50.'),
      })
      .describe('Where the storage and the registry do not agree, with `--registry-url`.')
      .optional(),
  })
  .describe("Of `scan`: what a registry's files say that the registry itself cannot be asked.");
export type ReportedStorage = z.infer<typeof ReportedStorage>;
