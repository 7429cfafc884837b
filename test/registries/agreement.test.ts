import { describe } from 'vitest';

import { testAgreement } from '../real/agreement.ts';
import { firstSeed } from '../storage/random-tree.ts';

const TREES = 100;
const seed = firstSeed();

describe.each([2, 3] as const)(
  `the files and the registry say the same, from seed ${seed} (TEST_SEED): %s`,
  (version) => {
    testAgreement(
      version,
      Array.from({ length: TREES }, (_, index) => seed + index),
    );
  },
);
