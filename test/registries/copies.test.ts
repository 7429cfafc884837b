import { describe } from 'vitest';

import { testCopies } from '../real/copies.ts';

describe('the command that the report prints, on distribution 3', () => {
  testCopies('registry');
});
