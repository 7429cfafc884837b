import { describe } from 'vitest';

import { testCollections } from '../real/collection.ts';
import { firstSeed } from '../storage/random-tree.ts';

const TREES = 50;
const seed = firstSeed();

describe.each([2, 3] as const)(
  `a garbage collection does what was foretold, from seed ${seed} (TEST_SEED): %s`,
  (version) => {
    testCollections(
      version,
      Array.from({ length: TREES }, (_, index) => seed + index),
    );
  },
);
