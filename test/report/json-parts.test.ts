import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { jsonParts } from '../../src/report/json-parts.ts';

describe('jsonParts', () => {
  test('together they are the text that JSON.stringify gives', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat({ max: 6 }), (value, levels) => {
        expect([...jsonParts(value, levels)].join('')).toBe(JSON.stringify(value, null, 2));
      }),
    );
  });

  test.each([[{}], [[]], [{ a: undefined, b: [undefined, 1] }], [[[], {}, [{}]]], [null], ['a\nb']])(
    'also of %j',
    (value) => {
      expect([...jsonParts(value, 3)].join('')).toBe(JSON.stringify(value, null, 2));
    },
  );

  test('makes no part before the one before it was taken', () => {
    let made = 0;
    const list = Array.from({ length: 1000 }, () => ({
      toJSON() {
        made += 1;
        return 'x'.repeat(1000);
      },
    }));
    const parts = jsonParts({ list }, 2);

    const first = parts.next().value;

    expect(String(first).length).toBeGreaterThan(10_000);
    expect(made).toBeLessThan(30);
  });
});
