import { BROKEN_OBJECTS } from './fault.ts';
import { keyOf } from './findings.ts';
import type { Rank } from './line-up.ts';
import type { WalkOptions } from './options.ts';
import type { OpenCase } from './suspects.ts';

/** Says who has a case: what workloads use is everybody's first concern, and then what was broken in earlier walks. */
export function rankBy({ inUse, knownBroken }: Pick<WalkOptions, 'inUse' | 'knownBroken'>): (one: OpenCase) => Rank {
  return ({ suspect: { tree, reference } }) => {
    const { repository } = tree;
    if (inUse?.has(repository) === true) return 'used';
    if (knownBroken === undefined || knownBroken.size === 0) return 'other';
    const [digest, tags] = reference.includes(':') ? [reference, []] : [null, [reference]];
    const isKnown = BROKEN_OBJECTS.some((object) => knownBroken.has(keyOf({ repository, digest, tags, object })));
    return isKnown ? 'known' : 'other';
  };
}
