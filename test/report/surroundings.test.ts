import { describe, expect, test } from 'vitest';

import { createSurroundings } from '../../src/report/surroundings.ts';
import { digest, finding, INDEX, layer } from './samples.ts';

describe('createSurroundings', () => {
  test('counts the missing children of an index once each, and of nested indexes apart', () => {
    const sibling = finding({ digest: digest('4'), path: [INDEX, digest('4')] });
    const nested = finding({ digest: digest('5'), path: [INDEX, digest('4'), digest('5')] });
    const surroundings = createSurroundings([finding(), finding(), sibling, nested]);

    const found = [finding(), nested].map((child) => surroundings.missingChildren(child));

    expect(found).toEqual([2, 1]);
  });

  test('counts the repositories in which a digest is broken in the same way', () => {
    const surroundings = createSurroundings([
      layer(),
      layer({ repository: 'team/other' }),
      layer({ repository: 'team/third', fault: 'size_mismatch' }),
    ]);

    const found = surroundings.repositories(layer());

    expect(found).toBe(2);
  });

  test('knows nothing of a registry without findings', () => {
    const surroundings = createSurroundings([]);

    expect([surroundings.missingChildren(finding()), surroundings.repositories(finding())]).toEqual([0, 0]);
  });
});
