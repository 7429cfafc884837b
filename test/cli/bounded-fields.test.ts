import { expect, test } from 'vitest';

import { boundedFields, boundedText } from '../../src/cli/bounded-fields.ts';
import { createLog } from '../../src/cli/system.ts';

test('what is short is logged as it is', () => {
  const error = new Error('a bug');
  const fields = { registry: 'prod', tags: ['v1'], observed: { status: 404, digest: null }, error };

  expect(boundedFields(fields)).toEqual(fields);
});

test('a long text, a long list and a large mapping are cut, and say so', () => {
  const many = Array.from({ length: 60 }, (_, index) => `v${index}`);
  const fields = boundedFields({
    detail: 'x'.repeat(4_000_000),
    tags: many,
    deep: { names: many, by: Object.fromEntries(many.map((name) => [name, 1])) },
  });

  expect(fields['detail']).toBe(`${'x'.repeat(2_000)}…`);
  expect(fields['tags']).toEqual([...many.slice(0, 50), '… and 10 more']);
  expect(fields).toHaveProperty('deep.names.50', '… and 10 more');
  expect(fields).toHaveProperty('deep.by.…', 10);
});

test('half a character is left of none', () => {
  expect(boundedText(`${'x'.repeat(1_999)}😀`).isWellFormed()).toBe(true);
});

test('a log line is one line of JSON, and nothing in it acts on a terminal', () => {
  let written = '';
  const output = {
    write: (text: string) => void (written += text),
    isTTY: false,
    columns: () => 80,
    finish: async () => null,
  };
  const hostile = 'a\u009b31m\u202e\u2028\u2066\ud800\n::error::b';

  createLog('info', output).info({ name: hostile, deep: { names: ['y'.repeat(3_000)] } }, 'Told');

  expect(written).toMatch(/^[\x20-\x7e…]*\n$/);
  expect(written.length).toBeLessThan(2_300);
  expect(JSON.parse(written)).toMatchObject({ name: hostile, msg: 'Told' });
});
