import type { Settings } from '../config/settings.ts';
import type { ReportedStorage } from '../report/storage-schema.ts';
import type { CollectionPlan } from '../storage/collection.ts';
import type { Hygiene } from '../storage/hygiene.ts';
import type { Survey } from '../storage/survey.ts';
import type { Foreseen } from '../storage/upgrade.ts';
import type { Finding } from '../walk/finding.ts';
import type { Scanned } from './scan-survey.ts';
import type { NamedStorage } from './storages.ts';

/** Of what a garbage collection would break so much is told one by one. */
const MAX_BROKEN = 50;

/** What a scan knows beside the findings, as the report has it. */
export function describeStorage(
  { kind }: NamedStorage,
  { survey, wouldBreak }: Scanned,
  { scan }: Settings,
): ReportedStorage {
  const registryVersion = scan.registryVersion === 2 ? 2 : 3;
  if (survey === null) return { registryVersion, kind };
  const { upgrade, collection } = survey;
  return {
    registryVersion,
    kind,
    ...describeSurvey(survey),
    ...(upgrade === null
      ? {}
      : {
          upgrade: {
            byLayerLink: listed(upgrade.byLayerLink),
            servedFromCache: listed(upgrade.servedFromCache),
            schema1: listed(upgrade.schema1),
            taggedIndexes: listed(upgrade.taggedIndexes),
          },
        }),
    // What was not seen may need what nothing else does.
    ...(collection === null || survey.unseenCount > 0
      ? {}
      : { collection: describeCollection(collection, wouldBreak ?? [], scan.deleteUntagged) }),
  };
}

function describeSurvey({ blobs, hygiene, uploads, unreachable, unseenCount }: Survey) {
  const { repositories, tags, revisions, layerLinks } = hygiene;
  return {
    contents: { repositories, tags, revisions, layerLinks, blobs: blobs.blobs, bytes: blobs.bytes },
    hygiene: describeHygiene(hygiene),
    ...(unseenCount > 0
      ? {}
      : { unreachable: { blobs: unreachable.blobs, bytes: unreachable.bytes, failure: unreachable.failure } }),
    uploads: { ...uploads, oldest: uploads.oldest === null ? null : new Date(uploads.oldest).toISOString() },
  };
}

function describeHygiene(hygiene: Hygiene): NonNullable<ReportedStorage['hygiene']> {
  const { dangling, childrenWithoutLink, danglingRevisions, emptyLinks, garbageLinks } = hygiene;
  const { tagsWithoutLink, untaggedRevisions, examples } = hygiene;
  const named = Object.entries(examples).map(([what, where]) => [what, [...where]] as [string, string[]]);
  return {
    danglingLayerLinks: dangling,
    childrenWithoutLink,
    danglingRevisions,
    emptyLinks,
    garbageLinks,
    tagsWithoutLink,
    untaggedRevisions,
    examples: Object.fromEntries(named),
  };
}

function describeCollection(
  { failure, manifests, layerLinks, blobs, bytes }: CollectionPlan,
  wouldBreak: readonly Finding[],
  deleteUntagged: boolean,
): NonNullable<ReportedStorage['collection']> {
  const broken = wouldBreak.slice(0, MAX_BROKEN).map(({ repository, tags, object, fault, digest, platforms }) => ({
    repository,
    tags: [...tags],
    object,
    fault,
    digest,
    platforms: [...platforms],
  }));
  return { deleteUntagged, failure, manifests, layerLinks, blobs, bytes, breaks: wouldBreak.length, broken };
}

function listed({ count, examples }: Foreseen): { count: number; examples: string[] } {
  return { count, examples: [...examples] };
}
