import type { RegistrySettings, WalkSettings } from '../config/settings.ts';
import type { CatalogWalkOptions, WalkOptions } from '../walk/options.ts';

/** The settings as every walk takes them. */
export function walkOptions(walk: WalkSettings): WalkOptions {
  const { blobCheck, concurrency, confirm, allowMissingPlatforms, excludePlatforms } = walk;
  return {
    blobCheck,
    concurrency,
    confirm: { delayMs: confirm.delay, rounds: confirm.rounds },
    allowMissingPlatforms,
    excludePlatforms,
  };
}

/** The settings as a walk over a whole registry takes them. */
export function catalogWalkOptions(registry: RegistrySettings): CatalogWalkOptions {
  const { kind, repositories, tags, allowEmptyCatalog } = registry;
  return {
    ...walkOptions(registry),
    kind,
    catalog: repositories.source,
    include: repositories.include,
    repositories: repositories.match,
    tags: tags.match,
    allowEmptyCatalog,
  };
}
