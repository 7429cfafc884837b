import { describe, expect, test } from 'vitest';

import { knowsRepositories, renewRepositories, seenWithTags } from '../../src/history/known-repositories.ts';
import { createTally } from '../../src/walk/tally.ts';
import type { State } from '../../src/history/state.ts';

const NAMES = ['app', 'base', 'empty', 'new'];

/** The known ones after a run that lists all of `listed` and gets these lists of tags. */
function after(
  known: State['repositories'],
  listed: readonly string[],
  hasTags: Readonly<Record<string, boolean>>,
): State['repositories'] {
  return renewRepositories(known, {
    listed,
    hasTags: new Map(Object.entries(hasTags)),
    rest: 0,
    skipped: createTally().counts([]).skipped,
  });
}

/** Those of the names that had tags. */
function withTags(repositories: State['repositories']): readonly string[] {
  const seen = seenWithTags({ repositories });
  return NAMES.filter((name) => seen?.has(name));
}

const KNOWN = after(null, ['app', 'base', 'empty'], { app: true, base: true, empty: false });

describe('repositories that are known', () => {
  test('are those whose lists of tags came', () => {
    expect(withTags(KNOWN)).toEqual(['app', 'base']);
    expect(seenWithTags({ repositories: KNOWN })?.size).toBe(2);
  });

  test('are not known before a run has kept them', () => {
    expect(seenWithTags({ repositories: null })).toBeNull();
  });

  test.each<[string, readonly string[], Readonly<Record<string, boolean>>, readonly string[]]>([
    ['stay when their lists do not come', ['app', 'base', 'empty'], {}, ['app', 'base']],
    ['are forgotten when they are not listed any more', ['app', 'empty'], { app: true }, ['app']],
    ['have no tags any more once that was seen', ['app', 'base'], { app: true, base: false }, ['app']],
    ['have tags once that was seen', ['app', 'empty'], { empty: true }, ['app', 'empty']],
    ['stay when nothing is listed at all', [], {}, ['app', 'base']],
    ['do not include one whose list has never come', ['app', 'new'], {}, ['app']],
  ])('%s', (_, listed, hasTags, expected) => {
    expect(withTags(after(KNOWN, listed, hasTags))).toEqual(expected);
  });

  test('stay where the catalog could not be read', () => {
    expect(renewRepositories(KNOWN, null)).toBe(KNOWN);
  });
});

test.each([
  { title: 'nothing is known', repositories: null, knows: false },
  { title: 'none was listed', repositories: after(null, [], {}), knows: false },
  { title: 'one had tags', repositories: after(null, ['app'], { app: true }), knows: true },
  { title: 'one had none', repositories: after(null, ['app'], { app: false }), knows: true },
])('repositories were seen: $knows, where $title', ({ repositories, knows }) => {
  expect(knowsRepositories({ repositories })).toBe(knows);
});
