import type { Rank } from './line-up.ts';
import { keyOf } from './findings.ts';
import type { WalkOptions } from './options.ts';
import type { OpenCase } from './suspects.ts';

/** Says whose a case is: what workloads use is everybody's first concern, and then what was broken in earlier walks. */
export function rankBy({ inUse, knownBroken }: Pick<WalkOptions, 'inUse' | 'knownBroken'>): (one: OpenCase) => Rank {
  return ({ suspect: { tree, reference, node } }) => {
    const { repository } = tree;
    if (inUse?.has(repository) === true) return 'used';
    if (knownBroken === undefined || knownBroken.size === 0) return 'other';
    const [digest, tags] = reference.includes(':') ? [reference, []] : [null, [reference]];
    const object = (digest === null ? undefined : node?.edges[0]?.object) ?? 'manifest';
    return knownBroken.has(keyOf({ repository, digest, tags, object })) ? 'known' : 'other';
  };
}
