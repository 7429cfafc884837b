import type { SkipReason } from '../walk/result.ts';
import { visible } from './escape.ts';
import type { ReportedNeverSeen } from './left-out-schema.ts';
import type { ReportedRegistry } from './schema.ts';
import { formatDuration, quantity } from './wording.ts';

const SKIPPED: Readonly<Record<SkipReason, string>> = {
  foreign_layer: 'for being foreign layers, which live elsewhere',
  unsupported_media_type: 'for a media type that is not read',
  unsupported_digest: 'for a digest that cannot be computed',
  invalid_name: 'for a name that no client can ask for',
  excluded: 'by a filter',
  pull_through: 'because a walk would fill a pull-through cache',
};

/** What the same means of a storage on disk, where it is something else. */
const ON_DISK: Readonly<Partial<Record<SkipReason, string>>> = {
  pull_through: 'that the cache has not fetched',
};

/** What was neither checked nor wrong, one sentence each; nothing where all of it is zero. */
export function asides({ counts, storage, neverSeen = [] }: ReportedRegistry): readonly string[] {
  const { orphanedReferrers: orphaned = 0 } = counts;
  const skipped = (Object.keys(SKIPPED) as SkipReason[])
    .filter((reason) => counts.skipped[reason] > 0)
    .map(
      (reason) =>
        `${counts.skipped[reason]} ${storage === undefined ? SKIPPED[reason] : (ON_DISK[reason] ?? SKIPPED[reason])}`,
    );
  return [
    ...(skipped.length > 0 ? [`Left out: ${skipped.join(', ')}.`] : []),
    ...(counts.weak > 0 ? [weakness(counts.weak)] : []),
    ...(orphaned > 0
      ? [`Attached to images that are gone: what ${quantity(orphaned, 'tag')} ${orphaned === 1 ? 'has' : 'have'}.`]
      : []),
    ...(counts.neverSeen > 0 ? [unheardOf(counts.neverSeen, neverSeen)] : []),
    ...((counts.pinnedLeft ?? 0) > 0
      ? [`Named by workloads, and left for the next runs: ${quantity(counts.pinnedLeft ?? 0, 'digest')}.`]
      : []),
    ...(counts.churned > 0 ? [`Deleted or moved while the walk was under way: ${counts.churned}.`] : []),
    ...(counts.cleared > 0 ? [`Looked broken at first and was fine when asked again: ${counts.cleared}.`] : []),
  ];
}

function unheardOf(digests: number, [first]: readonly ReportedNeverSeen[]): string {
  const what = `Named by workloads, not there, and as far as is known never there: ${quantity(digests, 'digest')}`;
  if (first === undefined) return `${what}.`;
  const { repository, digest, inUseBy } = first;
  return visible(`${what}, such as ${repository}@${digest}${inUseBy.length === 0 ? '' : ` in ${inUseBy.join(', ')}`}.`);
}

function weakness(blobs: number): string {
  const read = `Read from the beginning alone, since the registry does not do ranges: ${quantity(blobs, 'blob')}.`;
  return `${read} What was cut off further on is not seen; \`readWithoutRange\` and \`blobCheck: full\` read more.`;
}

/** How much was looked at, in one line. */
export function coverage(registry: ReportedRegistry): string {
  const { counts, durationSeconds, concurrency, complete, verdict, storage } = registry;
  const empty = counts.repositoriesEmpty === 0 ? '' : ` (${counts.repositoriesEmpty} of them without a tag)`;
  const checked = [
    `${quantity(counts.repositories, 'repository', 'repositories')}${empty}`,
    quantity(counts.tags, 'tag'),
    quantity(counts.manifests, 'manifest'),
    quantity(counts.indexes, 'index', 'indexes'),
    quantity(counts.blobs, 'blob'),
  ].join(', ');
  const atOnce = concurrency === null ? '' : `, ${concurrency} at a time`;
  const time = formatDuration(durationSeconds);
  const effort = storage === undefined ? `${quantity(counts.requests, 'request')}, ${time}${atOnce}` : time;
  const standing = verdict === 'suspect' ? 'not counted' : complete ? 'complete' : 'not complete';
  return `checked ${checked}; ${effort}; ${standing}`;
}
