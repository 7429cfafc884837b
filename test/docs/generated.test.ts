import { readFile } from 'node:fs/promises';

import { describe, expect, test } from 'vitest';

import { fill, generated } from '../../docs/generate.ts';

const ROOT = new URL('../../', import.meta.url);

describe('generated documentation', () => {
  test('is what the code generates: otherwise run `npm run generate`', async () => {
    for (const [path, text] of await generated(ROOT)) {
      expect([path, await readFile(new URL(path, ROOT), 'utf8')]).toEqual([path, text]);
    }
  });

  test('a document without a place for it is refused', () => {
    expect(() => fill('nothing here', 'metrics', '| a |')).toThrow('no place for the generated metrics');
  });
});
