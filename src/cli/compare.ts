import { REMEDIES } from '../report/remedies.ts';
import type { ReportedStorage } from '../report/storage-schema.ts';
import { walkCatalog } from '../walk/catalog-walk.ts';
import { compareSides, type Side } from '../walk/disagreements.ts';
import { recordListings, type Listings } from '../walk/record-listings.ts';
import type { RegistryOutcome } from '../walk/result.ts';
import type { RegistryWithLogin } from './run-registry.ts';
import type { NamedStorage } from './storages.ts';
import { catalogWalkOptions } from './walk-options.ts';
import { walkRegistry, type WalkCircumstances } from './walk-registry.ts';

/** Of the disagreements so many are told one by one. */
const MAX_EXAMPLES = 50;

const NOTHING: Listings = { repositories: null, tags: new Map() };

/** What a registry said that was asked beside its storage. */
export interface AskedRegistry extends Side {
  readonly outcome: RegistryOutcome;
}

/** Asks the registry over HTTP what its storage was asked; a cache is only listed, for a walk would fill it. */
export async function askRegistry(
  { registry, credentials }: Omit<RegistryWithLogin, 'copies'>,
  { kind }: NamedStorage,
  circumstances: WalkCircumstances,
): Promise<AskedRegistry> {
  const { name, expectAuth, schemeGiven } = registry;
  const url = new URL(registry.url);
  const { tokenHosts } = registry.auth;
  const target = { name, url, schemeGiven, walk: registry, credentials, expectAuth, tokenHosts, pastCaches: false };
  let listings = (): Listings => NOTHING;
  const outcome = await walkRegistry(
    target,
    (deps) => {
      const recorded = recordListings(deps.source);
      listings = recorded.listings;
      return walkCatalog({ ...deps, source: recorded.source }, { ...catalogWalkOptions(registry, null), kind });
    },
    circumstances,
  );
  return { outcome, result: outcome.result, listings: listings() };
}

/** What the two disagree about, with what to do, as the report has it. */
export function describeDisagreements(storage: Side, registry: Side): NonNullable<ReportedStorage['disagreements']> {
  const all = compareSides(storage, registry);
  const byClass: Record<string, number> = {};
  for (const one of all) byClass[one.class] = (byClass[one.class] ?? 0) + 1;
  const examples = all.slice(0, MAX_EXAMPLES).map((one) => ({ ...one, remedy: REMEDIES[one.class] }));
  return { count: all.length, byClass, examples };
}
