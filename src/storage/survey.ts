import { indexBlobs, type BlobFacts, type Unseen } from './blob-index.ts';
import { createCollection, type CollectionPlan } from './collection.ts';
import { createDigestTable } from './digest-table.ts';
import { createHygiene, type Hygiene } from './hygiene.ts';
import { findRepositories, type Breathe, type RepositoryDirectory } from './listing.ts';
import { eachLayerLink, readRepository, type RepositoryDeps } from './repository.ts';
import type { Storage } from './served-manifest.ts';
import type { StorageKind } from './source.ts';
import { createUpgradeCheck, type UpgradeCheck } from './upgrade.ts';
import { countUploads, type AbandonedUploads } from './uploads.ts';

/** What a look at everything in a storage has brought, whatever leads to it. */
export interface Survey {
  readonly blobs: BlobFacts;
  readonly hygiene: Hygiene;
  readonly uploads: AbandonedUploads;
  /** What a plain garbage collection would do: what it frees is what nothing reaches. */
  readonly unreachable: CollectionPlan;
  /** What the one that was asked about would do; null where none was. */
  readonly collection: CollectionPlan | null;
  /** What an upgrade to 3 would break; null where the storage is that of 3, or a cache's. */
  readonly upgrade: UpgradeCheck | null;
  /** What could not be looked at: the first ones, and how many there are. */
  readonly unseen: readonly Unseen[];
  readonly unseenCount: number;
}

export interface SurveyOptions {
  readonly kind: StorageKind;
  /** Whether a garbage collection is asked about, and which. */
  readonly beforeGc: { readonly deleteUntagged: boolean } | null;
  /** In milliseconds since the epoch. */
  readonly now: number;
}

/** Of what could not be looked at there may be a million, all for one reason. */
const TOLD_UNSEEN = 20;

/**
 * Looks at everything that a storage holds: first how long all data is, then every repository by itself. What it keeps is
 * a few bytes for each digest, and one repository at a time.
 */
export async function surveyStorage(
  storage: Storage,
  { kind, beforeGc, now }: SurveyOptions,
  { breathe, stop }: { readonly breathe: Breathe; readonly stop: AbortSignal },
): Promise<Survey | null> {
  const { disk, version } = storage;
  const unseen: Unseen[] = [];
  let unseenCount = 0;
  const table = createDigestTable();
  const onUnseen = (one: Unseen): void => {
    unseenCount += 1;
    if (unseen.length < TOLD_UNSEEN) unseen.push(one);
  };
  const breatheOrStop = async (): Promise<void> => {
    if (stop.aborted) throw new Stopped();
    await breathe();
  };
  const deps: RepositoryDeps = { storage, table, breathe: breatheOrStop, onUnseen };
  const plain = createCollection({ version, deleteUntagged: false }, table);
  const asked = beforeGc?.deleteUntagged === true ? createCollection({ version, deleteUntagged: true }, table) : plain;
  const hygiene = createHygiene(kind, table);
  // A cache fetches what it misses, from whatever link it was missed.
  const upgrade = version === 2 && kind === 'private' ? createUpgradeCheck(table) : null;
  const uploads: AbandonedUploads = { count: 0, bytes: 0, oldest: null };

  async function lookAt(directory: RepositoryDirectory): Promise<void> {
    const { name } = directory;
    const isCollected = directory.parts.has(COLLECTED_BY[version]);
    const contents = await readRepository(directory, deps);
    const watch = hygiene.repository(contents);
    const upgraded = upgrade?.repository(contents, watch.reached);
    const collections = isCollected ? new Set([plain, asked]) : new Set<typeof plain>();
    for (const one of collections) one.repository(contents);
    await eachLayerLink(name, deps, (link) => {
      watch.layer(link);
      upgraded?.layer(link);
      for (const one of collections) one.layer(name, link);
    });
    upgraded?.finish();
    await countUploads(name, now, deps, uploads);
  }

  try {
    const blobs = await indexBlobs({ disk, table, breathe: breatheOrStop, onUnseen });
    const listed = await findRepositories(disk, breatheOrStop, lookAt);
    if (listed.kind === 'problem') onUnseen({ path: 'repositories', problem: listed });
    const unreachable = plain.finish(blobs);
    const collection = beforeGc === null ? null : asked === plain ? unreachable : asked.finish(blobs);
    const found = { blobs, hygiene: hygiene.result(), uploads, unreachable, collection };
    return { ...found, upgrade: upgrade?.result() ?? null, unseen, unseenCount };
  } catch (thrown) {
    if (thrown instanceof Stopped) return null;
    throw thrown;
  }
}

/** What a directory has to hold for a version to take it for a repository, when it lists or collects. */
const COLLECTED_BY = { 2: '_layers', 3: '_manifests' } as const;

/** There is no time left. */
class Stopped extends Error {
  override readonly name = 'Stopped';
}
