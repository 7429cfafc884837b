import { expect, test } from 'vitest';

import { beginningOf } from '../../src/registry/words.ts';

test('what a registry says is kept as it is', () => {
  expect(beginningOf('manifest unknown: ä')).toBe('manifest unknown: ä');
});

test('of megabytes only the beginning is kept', () => {
  expect(beginningOf(`a${'é'.repeat(4_000_000)}`)).toMatch(/^aé{999}$/);
});
