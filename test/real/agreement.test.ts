import { describe } from 'vitest';

import { firstSeed } from '../storage/random-tree.ts';
import { testAgreement } from './agreement.ts';

const TREES = 10;
const seed = firstSeed();

describe(`the files and the registry that serves them say the same, from seed ${seed} (TEST_SEED)`, () => {
  testAgreement(
    2,
    Array.from({ length: TREES }, (_, index) => seed + index),
  );
});
