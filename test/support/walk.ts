import { silentLog } from '../../src/util/log.ts';
import { walkCatalog } from '../../src/walk/catalog-walk.ts';
import type { Finding } from '../../src/walk/finding.ts';
import type { CatalogWalkOptions, WalkDeps } from '../../src/walk/options.ts';
import { walkReferences, type ReferenceWalkOptions, type Wanted } from '../../src/walk/reference-walk.ts';
import type { WalkResult } from '../../src/walk/result.ts';
import type { ContentSource } from '../../src/walk/source.ts';
import { createTestClock } from './clock.ts';

/** Settings for a walk in tests: the defaults of the command line, without a wait that anybody would notice. */
export const OPTIONS: CatalogWalkOptions = {
  blobCheck: 'tail',
  concurrency: 4,
  confirm: { delayMs: 2000, rounds: 3 },
  allowMissingPlatforms: [],
  excludePlatforms: [],
  kind: 'private',
  catalog: 'catalog',
  include: [],
  repositories: [],
  tags: [],
  allowEmptyCatalog: false,
  shard: null,
};

/** What a walk in a test works with: a clock that does not wait, and nobody who stops it. */
export function walkDeps(source: ContentSource, deps: Partial<WalkDeps> = {}): WalkDeps {
  const never = new AbortController().signal;
  return { source, clock: createTestClock(), log: silentLog, stop: never, abort: never, ...deps };
}

/** Walks a whole source. */
export function walk(
  source: ContentSource,
  options: Partial<CatalogWalkOptions> = {},
  deps: Partial<WalkDeps> = {},
): Promise<WalkResult> {
  return walkCatalog(walkDeps(source, deps), { ...OPTIONS, ...options });
}

/** Walks given references. */
export function verify(
  source: ContentSource,
  wanted: readonly Wanted[],
  options: Partial<ReferenceWalkOptions> = {},
): Promise<WalkResult> {
  return walkReferences(walkDeps(source), wanted, { ...OPTIONS, platforms: [], ...options });
}

/** A finding in the one line that tests compare: `app:v1 child/missing linux/arm64`. */
export function summarize({ repository, tags, object, fault, platforms }: Finding): string {
  return `${repository}:${tags.join(',')} ${object}/${fault} ${platforms.join(',')}`.trimEnd();
}
