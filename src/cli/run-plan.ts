import { createHash } from 'node:crypto';

import type { RegistrySettings } from '../config/settings.ts';
import { createPlan, type Plan } from '../history/plan.ts';
import type { Remembered } from '../history/remember.ts';
import { adviseOn } from './advise.ts';

/** A run that goes on where the last one ended, as the settings of its registry want it. */
export function planRun(registry: RegistrySettings, { state }: Remembered, startedAt: number): Plan {
  const lastRunAt = state?.lastRunAt ?? null;
  const hadNoRoom = state?.hadNoRoom === true;
  const advise = (share: number): string =>
    adviseOn(share, { lastRunAt, startedAt, fullWalkEvery: registry.fullWalkEvery, hadNoRoom });
  return createPlan(state, { selection: selectionKey(registry), startedAt, advise });
}

/** Where a registry is, as a text to compare: who speaks https to it now asks the same one. */
export function placeOfRegistry({ url }: Pick<RegistrySettings, 'url'>): string {
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}

/** What takes part, and how closely it is looked at: what was walked otherwise has not been walked. */
function selectionKey(registry: RegistrySettings): string {
  const { kind, repositories, tags, shards, blobCheck, allowMissingPlatforms, excludePlatforms } = registry;
  const chosen = [kind, repositories, tags, shards, blobCheck, allowMissingPlatforms, excludePlatforms];
  return createHash('sha256').update(JSON.stringify(chosen)).digest('hex').slice(0, 16);
}
