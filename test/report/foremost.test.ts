import { describe, expect, test } from 'vitest';

import { foremost } from '../../src/report/foremost.ts';

const used = (name: string) => ({ name, inUseBy: ['shop/Deployment/web'] });
const unused = (name: string) => ({ name, inUseBy: [] });
const untold = (name: string) => ({ name });

describe('foremost', () => {
  test.each([
    ['all of them where there is room', [unused('a'), used('b')], 2, ['a', 'b']],
    ['those in use before others', [unused('a'), used('b'), untold('c'), used('d')], 2, ['b', 'd']],
    [
      'the first of those in use where there are too many',
      [used('a'), used('b'), unused('c'), used('d')],
      2,
      ['a', 'b'],
    ],
    [
      'others in what room is left, all in their order',
      [unused('a'), used('b'), unused('c'), used('d')],
      3,
      ['a', 'b', 'd'],
    ],
    ['the first ones where nobody knows', [untold('a'), untold('b'), untold('c')], 2, ['a', 'b']],
    [
      'some of each namespace, however much another one uses',
      [used('a'), used('b'), used('c'), { name: 'd', inUseBy: ['ops/Pod/shell'] }],
      2,
      ['a', 'd'],
    ],
    [
      'some of each repository, of what nobody uses',
      [unused('a'), unused('b'), { name: 'c', repository: 'other', inUseBy: [] }],
      2,
      ['a', 'c'],
    ],
    ['none where there is no room', [used('a')], 0, []],
  ])('gives %s', (_, findings: readonly { readonly name: string; readonly inUseBy?: string[] }[], most, names) => {
    expect(foremost(findings, most).map(({ name }) => name)).toEqual(names);
  });
});
