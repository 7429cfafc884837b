import { pathToFileURL } from 'node:url';

import type { Settings } from '../config/settings.ts';
import { createDisk } from '../storage/disk.ts';
import { createLinks } from '../storage/links.ts';
import type { Storage } from '../storage/served-manifest.ts';
import { createStorageSource, type StorageSourceDeps } from '../storage/source.ts';
import { walkCatalog } from '../walk/catalog-walk.ts';
import { lostWalk } from '../walk/lost-walk.ts';
import type { CatalogWalkOptions, Progress } from '../walk/options.ts';
import { recordListings, type Listings } from '../walk/record-listings.ts';
import type { RegistryOutcome, WalkResult } from '../walk/result.ts';
import { verdictOn } from '../walk/verdict.ts';
import { createBugTrap } from './bug.ts';
import type { NamedStorage } from './storages.ts';
import { untilOverdue } from './until-overdue.ts';
import { walkOptions } from './walk-options.ts';
import type { WalkCircumstances } from './walk-registry.ts';

/** What a scan takes from the command that it belongs to. */
export interface ScanCircumstances extends WalkCircumstances {
  readonly settings: Settings;
  readonly reading: StorageSourceDeps;
}

const NO_LISTINGS: Listings = { repositories: null, tags: new Map() };

/** What came of a walk over a storage. */
export interface WalkedStorage {
  readonly outcome: RegistryOutcome;
  readonly listings: Listings;
}

/** A storage that was opened: nothing of it is read yet. */
export function openStorage({ root, tree }: NamedStorage, { scan }: Settings): Storage {
  const disk = createDisk(root, tree);
  return { disk, links: createLinks(disk), version: scan.registryVersion === 2 ? 2 : 3 };
}

/**
 * Walks one storage. Findings are never held back: what is on the disk is all there is, and there is no backend behind
 * it that could have lost it for a moment.
 */
export async function walkStorage(
  { name, root, kind }: NamedStorage,
  storage: Storage,
  { settings, reading, watch, limits: { stop, abort }, deps }: ScanCircumstances,
): Promise<WalkedStorage> {
  const { clock, log } = deps;
  const startedAt = clock.now();
  const began = clock.elapsed();
  const asked = createStorageSource(storage, { kind }, reading);
  // All names of a large registry are only kept where they are compared.
  const { source, listings } =
    settings.registries.length > 0 ? recordListings(asked) : { source: asked, listings: () => NO_LISTINGS };
  const trap = createBugTrap(log);
  const walked = await trap.guard(
    { registry: name },
    () => {
      const tell = watch.progressOf(name);
      const walkOn = (getsOn: () => void): Promise<WalkResult> => {
        const onProgress = (progress: Progress): void => {
          getsOn();
          tell(progress);
        };
        return walkCatalog({ source, clock, log, stop, abort, onProgress }, scanOptions(settings));
      };
      return untilOverdue(walkOn, abort, clock);
    },
    lostWalk,
  );
  const result = walked.verdict === 'suspect' ? { ...walked, verdict: verdictOn(walked) } : walked;
  const url = pathToFileURL(root).href;
  const times = { startedAt, finishedAt: clock.now(), durationMs: clock.elapsed() - began };
  return { outcome: { name, url, ...times, result, requests: {} }, listings: listings() };
}

/** All of the storage, as far as patterns let it: which repositories a registry lists is no matter here. */
function scanOptions({ walk }: Settings): CatalogWalkOptions {
  return {
    ...walkOptions(walk),
    kind: 'private',
    catalog: 'catalog',
    include: [],
    repositories: walk.repositories.match,
    tags: walk.tags.match,
    allowEmptyCatalog: walk.allowEmptyCatalog,
    shard: null,
  };
}
