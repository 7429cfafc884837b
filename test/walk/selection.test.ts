import { describe, expect, test } from 'vitest';

import { createSelection } from '../../src/walk/selection.ts';

describe('createSelection', () => {
  test.each<[string, readonly string[], readonly string[], readonly string[]]>([
    ['no glob takes everything', [], ['app', 'team/app', '.hidden', ''], []],
    ['a name takes itself alone', ['app'], ['app'], ['app2', 'team/app']],
    ['one star stays within a segment', ['team/*'], ['team/app'], ['team', 'team/app/ui', 'app']],
    ['two stars cross segments', ['team/**'], ['team/app', 'team/app/ui'], ['app']],
    ['several globs take what any of them takes', ['app', 'team/*'], ['app', 'team/x'], ['other']],
    ['an exclusion alone takes everything else', ['!cache/**'], ['app', 'team/app'], ['cache/a', 'cache/a/b']],
    ['an exclusion wins over whatever takes the name', ['team/**', '!**/cache'], ['team/app'], ['team/cache']],
    ['the order does not matter', ['!team/cache', 'team/*'], ['team/app'], ['team/cache', 'app']],
    ['braces and classes work', ['v{1,2}.*', 'r[0-9]'], ['v1.0', 'v2.3', 'r5'], ['v3.0', 'rx']],
    ['a leading dot is a character like any other', ['*'], ['.x', 'x'], ['a/b']],
  ])('%s', (_, globs, taken, left) => {
    const selection = createSelection(globs);

    expect(taken.filter((name) => !selection.includes(name))).toEqual([]);
    expect(left.filter((name) => selection.includes(name))).toEqual([]);
  });

  test.each<[string, readonly string[], readonly string[], readonly string[]]>([
    ['what matched nothing', ['app', 'typo', '!cache', '!tpyo'], ['app', 'cache', 'x'], ['typo', '!tpyo']],
    ['everything while no name came', ['a', '!b'], [], ['a', '!b']],
    ['nothing where there are no patterns', [], ['app'], []],
    ['no pattern behind another that matched first', ['app*', 'app'], ['app'], []],
    ['no exclusion that matches what was not wanted anyway', ['app', '!other'], ['app', 'other'], []],
  ])('unused patterns are %s', (_, globs, names, unused) => {
    const selection = createSelection(globs);

    for (const name of names) selection.includes(name);

    expect(selection.unused()).toEqual(unused);
  });
});
