import { describe, expect, test } from 'vitest';

import { coerce } from '../../src/config/coerce.ts';

describe('coerce', () => {
  test.each([
    ['number', '12', 12],
    ['number', '-3', -3],
    ['number', '1.5', 1.5],
    ['number', '0x10', '0x10'],
    ['number', ' 1', ' 1'],
    ['boolean', 'true', true],
    ['boolean', '1', true],
    ['boolean', 'false', false],
    ['boolean', '0', false],
    ['boolean', 'TRUE', 'TRUE'],
    ['boolean', 'on', 'on'],
    ['list', 'a,b', ['a', 'b']],
    ['list', ' a , b ,', ['a', 'b']],
    ['list', 'team/{a,b},!lab', ['team/{a,b}', '!lab']],
    ['list', 'a},b', ['a}', 'b']],
    ['map', 'team=infra', { team: 'infra' }],
    ['map', 'team = infra , site=a=b', { team: 'infra', site: 'a=b' }],
    ['map', 'team', 'team'],
    ['number-map', 'prod=1,big=3', { prod: 1, big: 3 }],
    ['number-map', 'prod=one', { prod: 'one' }],
    ['number-map', 'prod', 'prod'],
    ['text', '12', '12'],
    ['text', 'a,b', 'a,b'],
  ] as const)('takes a %s from %j', (kind, written, value) => {
    expect(coerce(kind, written)).toEqual(value);
  });
});
