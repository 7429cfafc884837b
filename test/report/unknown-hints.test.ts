import { expect, test } from 'vitest';

import { unknownHint } from '../../src/report/unknown-hints.ts';

const LOST = {
  repository: 'app',
  reference: '_tags',
  detail: 'unknown_repository: a workload uses it, and the registry does not know it',
};
const OTHER = {
  repository: null,
  reference: '_catalog',
  detail: 'wrong_backend: /v2/_catalog answers 200 with a web page',
};

test('a repository that is not known is to be restored, or taken out', () => {
  expect(unknownHint('protocol', [LOST, LOST])).toMatch(/^Restore the repository .* take it out of what is walked/);
});

test.each([[[OTHER]], [[LOST, OTHER]], [[]]])('of anything else, the reason says what to do: %#', (entries) => {
  expect(unknownHint('protocol', entries)).toMatch(/^Ask the address by hand/);
});
