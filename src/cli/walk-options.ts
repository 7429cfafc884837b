import type { RegistrySettings, WalkSettings } from '../config/settings.ts';
import type { CatalogWalkOptions, WalkOptions } from '../walk/options.ts';
import type { Shard } from '../walk/shard.ts';

/** The settings as every walk takes them. */
export function walkOptions(walk: WalkSettings): WalkOptions {
  const { blobCheck, confirm, allowMissingPlatforms, excludePlatforms, referrers } = walk;
  return {
    blobCheck,
    ...concurrencyOf(walk),
    confirm: { delayMs: confirm.delay, rounds: confirm.rounds },
    allowMissingPlatforms,
    excludePlatforms,
    referrers,
  };
}

/** How many requests may be under way at once: the given number, or the most that may be found out. */
export function concurrencyOf({
  concurrency,
  maxConcurrency,
}: Pick<WalkSettings, 'concurrency' | 'maxConcurrency'>): Pick<WalkOptions, 'concurrency'> {
  return { concurrency: concurrency === 'auto' ? maxConcurrency : concurrency };
}

/** With fewer requests than these for each, a run would end in the middle of all the repositories that it has begun. */
const REQUESTS_PER_REPOSITORY = 200;

/** How many repositories are under way at once where requests are counted. */
export function repositoriesAtOnce({
  requestsPerRun,
}: Pick<WalkSettings, 'requestsPerRun'>): Pick<CatalogWalkOptions, 'repositoriesAtOnce'> {
  if (requestsPerRun === null) return {};
  return { repositoriesAtOnce: Math.max(1, Math.floor(requestsPerRun / REQUESTS_PER_REPOSITORY)) };
}

/** The part of a registry that a process is for; null where the registry is not divided. */
export function shardOfProcess({ shards }: Pick<RegistrySettings, 'shards'>, index: number | null): Shard | null {
  return shards === 1 || index === null ? null : { index, count: shards };
}

/** The settings as a walk over a registry, or a shard of it, takes them. */
export function catalogWalkOptions(
  registry: RegistrySettings,
  shard: Shard | null,
  {
    pinned = new Map(),
    usedTags = new Map(),
    inUse = new Set(),
  }: Pick<CatalogWalkOptions, 'pinned' | 'usedTags' | 'inUse'> = {},
  known: Pick<CatalogWalkOptions, 'knownBroken' | 'seenWithTags' | 'knowsRepositories'> = {},
): CatalogWalkOptions {
  const { kind, repositories, tags, allowEmptyCatalog } = registry;
  return {
    ...walkOptions(registry),
    kind,
    catalog: repositories.source,
    include: repositories.include,
    repositories: repositories.match,
    tags: tags.match,
    allowEmptyCatalog,
    shard,
    pinned,
    usedTags,
    inUse,
    ...known,
  };
}
