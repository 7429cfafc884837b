import { describe, expect, test } from 'vitest';

import { createAcknowledgements, type Acknowledgement } from '../../src/walk/acknowledge.ts';
import type { Finding } from '../../src/walk/finding.ts';
import { finding } from '../metrics/outcomes.ts';

const UNTIL = { until: '2026-12-31', reason: 'is rebuilt in January' };
const NOW = Date.parse('2026-12-01T12:00:00Z');
const PIN = `sha256:${'b'.repeat(64)}`;

function isKnown(entries: readonly Partial<Acknowledgement>[], one: Partial<Finding>, now = NOW): boolean {
  const acknowledgements = createAcknowledgements(
    entries.map((entry) => ({ ...UNTIL, ...entry })),
    now,
  );
  return acknowledgements.of(finding(one)) !== null;
}

describe('a finding is acknowledged', () => {
  test.each<{ title: string; entries: readonly Partial<Acknowledgement>[]; finding: Partial<Finding> }>([
    { title: 'by the glob of its repository', entries: [{ repository: 'team/*' }], finding: { tags: ['a', 'b'] } },
    { title: 'by the glob of its tag', entries: [{ tag: 'old-*' }], finding: { tags: ['old-1', 'old-2'] } },
    { title: 'by its own digest', entries: [{ digest: 'sha256:aaaa*' }], finding: { tags: ['v1'], roots: [PIN] } },
    {
      title: 'by all keys together',
      entries: [{ repository: 'team/app', tag: 'v1', digest: 'sha256:a*' }],
      finding: {},
    },
    {
      title: 'by several entries, each for one of its tags',
      entries: [{ tag: 'v1' }, { tag: 'v2' }],
      finding: { tags: ['v1', 'v2'] },
    },
    {
      title: 'by a tag and the digest that is pinned',
      entries: [{ tag: 'v1' }, { digest: PIN }],
      finding: { tags: ['v1'], roots: [PIN] },
    },
    {
      title: 'by its repository where only a pinned digest leads there',
      entries: [{ repository: '**' }],
      finding: { tags: [], roots: [PIN] },
    },
    { title: 'by its repository where no digest is known', entries: [{ repository: '**' }], finding: { digest: null } },
    {
      title: 'by its fault where it is of the whole registry',
      entries: [{ fault: 'unresolvable' }],
      finding: { repository: null, tags: [], fault: 'unresolvable' },
    },
  ])('$title', ({ entries, finding: one }) => {
    expect(isKnown(entries, one)).toBe(true);
  });

  test.each<{ title: string; entries: readonly Partial<Acknowledgement>[]; finding: Partial<Finding> }>([
    { title: 'another tag shares it', entries: [{ tag: 'old-*' }], finding: { tags: ['latest', 'old-1'] } },
    { title: 'somebody has pinned it', entries: [{ tag: 'v1' }], finding: { tags: ['v1'], roots: [PIN] } },
    { title: 'one key does not match', entries: [{ repository: 'team/app', tag: 'v2' }], finding: {} },
    { title: 'it is in another repository', entries: [{ repository: 'team/other' }], finding: {} },
    { title: 'it has another digest', entries: [{ digest: PIN }], finding: {} },
    { title: 'it has no digest', entries: [{ digest: '**' }], finding: { digest: null } },
    { title: 'only a digest leads there', entries: [{ tag: '**' }], finding: { tags: [], roots: [PIN] } },
    {
      title: 'it is of the whole registry',
      entries: [{ repository: '**' }],
      finding: { repository: null, tags: [], fault: 'unresolvable' },
    },
    {
      title: 'the entry is for the whole registry',
      entries: [{ fault: 'unresolvable' }],
      finding: { fault: 'unresolvable' },
    },
    {
      title: 'two entries would each take a part',
      entries: [{ repository: 'a', tag: 'v1' }, { tag: 'v2' }],
      finding: {},
    },
  ])('not where $title', ({ entries, finding: one }) => {
    expect(isKnown(entries, one)).toBe(false);
  });
});

test.each([
  { now: '2026-12-31T23:59:59.999Z', known: true },
  { now: '2027-01-01T00:00:00.000Z', known: false },
])('the last day is whole: at $now it is known: $known', ({ now, known }) => {
  expect(isKnown([{ repository: '**' }], {}, Date.parse(now))).toBe(known);
});

test('of several entries the one that ends first says until when, and why', () => {
  const entries = [
    { tag: 'v1', until: '2027-06-30', reason: 'later' },
    { tag: 'v2', until: '2027-01-31', reason: 'sooner' },
  ];

  const known = createAcknowledgements(entries, NOW).of(finding({ tags: ['v1', 'v2'] }));

  expect(known).toEqual({ until: '2027-01-31', reason: 'sooner' });
});

test('what has matched nothing is known, and what has ended', () => {
  const entries = [
    { ...UNTIL, tag: 'v1' },
    { ...UNTIL, tag: 'v9' },
    { ...UNTIL, tag: 'v1', until: '2026-11-30' },
  ];
  const acknowledgements = createAcknowledgements(entries, NOW);

  acknowledgements.of(finding({ tags: ['v1', 'latest'] }));

  expect(acknowledgements.unused().map(({ entry: { tag, until }, ended }) => [tag, until, ended])).toEqual([
    ['v9', '2026-12-31', false],
    ['v1', '2026-11-30', true],
  ]);
});
