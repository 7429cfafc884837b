import { describe } from 'vitest';

import { firstSeed } from '../storage/random-tree.ts';
import { testCollections } from './collection.ts';

const TREES = 10;
const seed = firstSeed();

describe(`a garbage collection of 2.8 does what was foretold, from seed ${seed} (TEST_SEED)`, () => {
  testCollections(
    2,
    Array.from({ length: TREES }, (_, index) => seed + index),
  );
});
