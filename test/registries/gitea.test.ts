import { describe } from 'vitest';

import { testDamage } from './damage.ts';

describe('gitea', () => {
  testDamage('gitea');
});
