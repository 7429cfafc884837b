import { expect, test } from 'vitest';

import { carriedFinding } from '../../src/cli/carried-finding.ts';
import { DIGEST, known, OTHER_DIGEST, THEN } from '../history/scene.ts';

test('a finding of an earlier run has no evidence of this one, and says when it was seen', () => {
  const finding = known({ fault: 'missing', otherTags: ['v2'], affects: 'pull', lastSeen: THEN });

  const [carried] = carriedFinding({ repository: 'team/app', finding });

  expect(carried).toMatchObject({
    repository: 'team/app',
    tags: ['v1', 'v2'],
    object: 'child',
    fault: 'missing',
    affects: 'pull',
    path: [DIGEST],
    confirmations: 0,
    observed: { method: null, status: null, detail: expect.stringContaining('2026-01-01T00:00:00.000Z') },
  });
});

test('one of a blob has the size that its copies have to have', () => {
  const finding = known({ fault: 'missing', object: 'layer', size: 2071 });

  expect(carriedFinding({ repository: 'team/app', finding })).toMatchObject([{ expectedSize: 2071, path: [DIGEST] }]);
});

test('one that only a pinned digest leads to names that digest first: the thing itself can be asked for by no name', () => {
  const finding = known({ fault: 'missing', object: 'layer', tag: null, roots: [OTHER_DIGEST] });

  expect(carriedFinding({ repository: 'team/app', finding })).toMatchObject([{ path: [OTHER_DIGEST, DIGEST] }]);
});

test('a pinned digest that is broken itself is named once', () => {
  const finding = known({ fault: 'missing', object: 'manifest', tag: null, roots: [DIGEST] });

  expect(carriedFinding({ repository: 'team/app', finding })).toMatchObject([{ path: [DIGEST] }]);
});

test.each([
  ['its fault is not kept', known()],
  ['it is of a kind that is not known here', known({ fault: 'missing', object: 'something' })],
])('there is none where %s', (_, finding) => {
  expect(carriedFinding({ repository: 'team/app', finding })).toEqual([]);
});

test('what is broken in the whole registry has no repository', () => {
  const finding = known({ fault: 'unresolvable', object: 'manifest', digest: null });

  expect(carriedFinding({ repository: '', finding })).toMatchObject([{ repository: null, tags: [], path: [] }]);
});
