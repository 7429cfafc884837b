import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { nearest } from '../../src/config/nearest.ts';

const KNOWN = ['url', 'kind', 'hosts', 'password', 'passwordFile', 'concurrency'];

describe('nearest', () => {
  test.each([
    ['pasword', 'password'],
    ['passwrod', 'password'],
    ['PasswordFile', 'passwordFile'],
    ['concurency', 'concurrency'],
    ['ulr', 'url'],
    ['host', 'hosts'],
    ['output', null],
    ['x', null],
    ['', null],
  ])('of %j is %j', (name, expected) => {
    expect(nearest(name, KNOWN)).toBe(expected);
  });

  test('of a known name is that name', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.array(fc.string()), (name, others) => {
        expect(nearest(name, [...others, name])?.toLowerCase()).toBe(name.toLowerCase());
      }),
    );
  });
});
