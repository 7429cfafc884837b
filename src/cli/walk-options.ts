import type { RegistrySettings, WalkSettings } from '../config/settings.ts';
import type { CatalogWalkOptions, WalkOptions } from '../walk/options.ts';
import type { Shard } from '../walk/shard.ts';
import { mostInDoubt } from './heap-watch.ts';

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
    mostInDoubt: mostInDoubt(),
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

/** Digests that workloads name, of which one run asks for so many besides those that tags lead to. */
const MOST_PINNED = 1000;

/** What one of them may cost where it is not there: to be asked for, and to be asked for again with all that it is compared with. */
const REQUESTS_PER_PIN = 6;

/** How many of them a run asks for: where requests are counted, they may not take more than half of those. */
export function mostPinned({ requestsPerRun }: Pick<WalkSettings, 'requestsPerRun'>): number {
  if (requestsPerRun === null) return MOST_PINNED;
  return Math.min(MOST_PINNED, Math.max(1, Math.floor(requestsPerRun / 2 / REQUESTS_PER_PIN)));
}

/** What is used of a registry, and by whom. */
export type UsedOptions = Pick<CatalogWalkOptions, 'pinned' | 'usedTags' | 'inUse' | 'tenantsOf' | 'wasThere'>;

/** The part of a registry that a process is for; null where the registry is not divided. */
export function shardOfProcess({ shards }: Pick<RegistrySettings, 'shards'>, index: number | null): Shard | null {
  return shards === 1 || index === null ? null : { index, count: shards };
}

/** The settings as a walk over a registry, or a shard of it, takes them. */
export function catalogWalkOptions(
  registry: RegistrySettings,
  shard: Shard | null,
  { pinned = new Map(), usedTags = new Map(), inUse = new Set(), ...sharing }: UsedOptions = {},
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
    ...sharing,
    ...known,
  };
}
