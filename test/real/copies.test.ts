import { describe } from 'vitest';

import { testCopies } from './copies.ts';

describe('the command that the report prints, on registry:2', () => {
  testCopies('docker-registry');
});
