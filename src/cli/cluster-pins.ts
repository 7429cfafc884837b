import { wasGoodOnce, type UsedPins } from '../history/good-pins.ts';
import type { Remembered } from '../history/remember.ts';
import type { State } from '../history/state.ts';
import type { Usage } from '../kubernetes/usage.ts';
import type { CatalogWalkOptions } from '../walk/options.ts';
import { pinKey } from '../walk/pins.ts';
import type { UsedOptions } from './walk-options.ts';

/** What workloads name of a registry, and what pods have run. */
export interface ClusterPins {
  readonly pinned: ReadonlyMap<string, readonly string[]>;
  readonly namespacesOf: (repository: string, digest: string) => readonly string[];
  /** Null where that is not known. */
  readonly ran: ReadonlySet<string> | null;
  /** All of the cluster was read. */
  readonly complete: boolean;
}

/** What a cluster says of the digests that its workloads name of a registry; null where nobody has read it. */
export function clusterPinsOf(usage: Usage | null, registry: string): ClusterPins | null {
  if (usage === null) return null;
  const { ran, complete } = usage;
  return {
    pinned: usage.pinned(registry),
    namespacesOf: (repository, digest) => usage.namespaces(registry, repository, digest),
    ran,
    complete,
  };
}

/**
 * Tells of a digest that is gone whether it was ever there: it was good in an earlier run, a pod was made from it, or a
 * tag that this run may not come to leads there. Nothing where that cannot be known, because not all pods were read, or
 * there is a state that was not, that is of no use, or that had no room for what was good: then it was. Where nothing was
 * ever kept, nothing says that it was.
 */
function wasThere({ ran }: ClusterPins, remembered: Remembered | null): Pick<CatalogWalkOptions, 'wasThere'> {
  const state = remembered?.state ?? null;
  const isUnknown = remembered !== null && (remembered.history === null || remembered.isLost);
  if (ran === null || isUnknown || (state !== null && state.goodPins === null)) return {};
  const wasGood = wasGoodOnce(state);
  const tagged = taggedAndBroken(state?.findings ?? []);
  return {
    wasThere: (repository, digest) =>
      ran.has(digest) || wasGood(repository, digest) || tagged.has(pinKey(repository, digest)),
  };
}

/** What is known as broken, and that a tag leads to: whoever pushed that had it. */
function taggedAndBroken(findings: State['findings']): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const { repository, broken } of findings) {
    for (const { tag, digest } of broken) if (tag !== null && digest !== null) keys.add(pinKey(repository, digest));
  }
  return keys;
}

/**
 * What workloads name of a registry, and whether it is there, or was when a pod was made from it. What this process does
 * not walk is named as well, and nothing new is known of it: a run over a part forgets nothing of the rest.
 */
export function usedPins(
  { pinned, namespacesOf, ran, complete }: ClusterPins,
  selects: (repository: string, tag: string | null) => boolean,
  there: ReadonlySet<string>,
): UsedPins {
  const pins = [...pinned].flatMap(([repository, digests]) => {
    const isWalked = selects(repository, null);
    return digests.map((digest) => {
      const isThere = isWalked && (there.has(pinKey(repository, digest)) || ran?.has(digest) === true);
      return { repository, digest, namespaces: namespacesOf(repository, digest), isThere };
    });
  });
  return { pins, complete };
}

/** What the workloads use of a registry; nothing where the cluster was not read. */
export function usedOf(usage: Usage | null, registry: string, remembered: Remembered | null): UsedOptions {
  const pins = clusterPinsOf(usage, registry);
  if (usage === null || pins === null) return {};
  return {
    pinned: pins.pinned,
    usedTags: usage.tags(registry),
    inUse: usage.repositories(registry),
    tenantsOf: pins.namespacesOf,
    ...wasThere(pins, remembered),
  };
}
