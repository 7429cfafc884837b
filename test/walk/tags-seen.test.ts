import { expect, test } from 'vitest';

import { createTagsSeen } from '../../src/walk/tags-seen.ts';

test('says of each repository whether its list had tags, and nothing of one that did not come', () => {
  const seen = createTagsSeen();
  seen.set('full', true);
  seen.set('empty', false);
  seen.set('refilled', false);
  seen.set('refilled', true);

  expect(['full', 'empty', 'refilled', 'other'].map((name) => seen.get(name))).toEqual([true, false, true, undefined]);
});
