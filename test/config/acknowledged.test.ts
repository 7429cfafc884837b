import { expect, test } from 'vitest';

import { Acknowledged } from '../../src/config/schema/acknowledged.ts';

const UNTIL = { until: '2026-12-31', reason: 'known' };

test.each([
  { title: 'a repository', entry: { repository: 'team/**' } },
  { title: 'a tag', entry: { tag: 'old-*' } },
  { title: 'a digest', entry: { digest: 'sha256:abc*' } },
  { title: 'all of them', entry: { repository: 'a', tag: 'b', digest: 'c' } },
  { title: 'the fault of a whole registry', entry: { fault: 'unresolvable' } },
])('an entry may name $title', ({ entry }) => {
  expect(Acknowledged.parse([{ ...entry, ...UNTIL }])).toEqual([{ ...entry, ...UNTIL }]);
});

test.each([
  { title: 'names nothing', entry: UNTIL, path: [0] },
  { title: 'names a fault beside a name', entry: { ...UNTIL, repository: 'a', fault: 'unresolvable' }, path: [0] },
  { title: 'names another fault', entry: { ...UNTIL, fault: 'missing' }, path: [0, 'fault'] },
  { title: 'excludes', entry: { ...UNTIL, tag: '!latest' }, path: [0, 'tag'] },
  { title: 'has no date', entry: { tag: 'a', reason: 'known' }, path: [0, 'until'] },
  { title: 'has a date that is none', entry: { ...UNTIL, tag: 'a', until: '2026-02-30' }, path: [0, 'until'] },
  { title: 'has a time', entry: { ...UNTIL, tag: 'a', until: '2026-12-31T00:00:00Z' }, path: [0, 'until'] },
  { title: 'has no reason', entry: { tag: 'a', until: '2026-12-31' }, path: [0, 'reason'] },
  { title: 'has an empty reason', entry: { ...UNTIL, tag: 'a', reason: ' ' }, path: [0, 'reason'] },
  {
    title: 'has a reason that no line holds',
    entry: { ...UNTIL, tag: 'a', reason: 'x'.repeat(201) },
    path: [0, 'reason'],
  },
  { title: 'has a key that is not known', entry: { ...UNTIL, tags: 'a' }, path: [0] },
])('an entry is refused that $title', ({ entry, path }) => {
  const issues = Acknowledged.safeParse([entry]).error?.issues ?? [];

  expect(issues.map((issue) => issue.path)).toContainEqual(path);
});
