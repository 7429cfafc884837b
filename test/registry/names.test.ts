import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { createNames } from '../../src/registry/names.ts';

describe('createNames', () => {
  test('tells whether a page brings anything new, and has each name once from the second one on', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.constantFrom('a', 'b', 'c', 'd')), { minLength: 2 }), (pages) => {
        const names = createNames();
        const seen = new Set<string>();

        for (const page of pages) {
          const isNews = page.some((name) => !seen.has(name));
          for (const name of page) seen.add(name);
          expect(names.add(page)).toBe(isNews);
        }

        expect([...new Set(names.names)]).toEqual([...seen]);
      }),
    );
  });

  test('keeps the order in which they came', () => {
    const names = createNames();

    names.add(['b', 'a', 'b']);
    names.add(['c', 'a']);

    expect(names.names).toEqual(['b', 'a', 'c']);
  });
});
