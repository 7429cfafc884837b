import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { type Family, formatExposition, parseExposition, seriesKey } from '../../src/metrics/exposition.ts';

const HEAD = '# HELP a Help.\n# TYPE a gauge\n';

describe('parseExposition', () => {
  test.each([
    ['no text at all', '', []],
    ['empty lines', '\n\n', []],
    ['a family without series', HEAD, []],
    ['a series without labels', `${HEAD}a 1\n`, [{ labels: {}, value: 1 }]],
    ['empty braces', `${HEAD}a{} 1\n`, [{ labels: {}, value: 1 }]],
    ['an empty value', `${HEAD}a{b=""} 1\n`, [{ labels: { b: '' }, value: 1 }]],
    ['a label named like a method', `${HEAD}a{toString="x"} 1\n`, [{ labels: { toString: 'x' }, value: 1 }]],
    ['no line feed at the end', `${HEAD}a{b="c",d="e"} -1.5e+3`, [{ labels: { b: 'c', d: 'e' }, value: -1500 }]],
    [
      'special numbers',
      `${HEAD}a{b="1"} +Inf\na{b="2"} -Inf\na{b="3"} NaN\n`,
      [
        { labels: { b: '1' }, value: Infinity },
        { labels: { b: '2' }, value: -Infinity },
        { labels: { b: '3' }, value: NaN },
      ],
    ],
  ])('reads %s', (_, text, samples) => {
    const parsed = parseExposition(text);

    expect(parsed.ok && parsed.families.flatMap((family) => family.samples)).toEqual(samples);
  });

  test.each([
    ['a series without HELP and TYPE', 'a 1\n', 1],
    ['a series without TYPE', '# HELP a Help.\na 1\n', 2],
    ['a series of another family', `${HEAD}b 1\n`, 3],
    ['a family twice', `${HEAD}a 1\n${HEAD}a 2\n`, 4],
    ['a series twice, labels in another order', `${HEAD}a{b="1",c="2"} 1\na{c="2",b="1"} 1\n`, 4],
    ['a counter', '# HELP a Help.\n# TYPE a counter\na 1\n', 2],
    ['a family without a description', '# HELP a \n# TYPE a gauge\na 1\n', 1],
    ['two types', `${HEAD}# TYPE a gauge\n`, 3],
    ['a comment', '# made by hand\n', 1],
    ['a timestamp', `${HEAD}a 1 1750000000000\n`, 3],
    ['a value that is no number', `${HEAD}a one\n`, 3],
    ['an unquoted label', `${HEAD}a{b=c} 1\n`, 3],
    ['a label twice', `${HEAD}a{b="1",b="2"} 1\n`, 3],
    ['an unknown escape', `${HEAD}a{b="\\t"} 1\n`, 3],
    ['an open string', `${HEAD}a{b="} 1\n`, 3],
    ['a page of HTML', '<!doctype html>\n', 1],
  ])('refuses %s and names the line', (_, text, line) => {
    const parsed = parseExposition(text);

    expect(parsed).toMatchObject({ ok: false, line });
  });
});

describe('formatExposition', () => {
  test('what was written is read back the same, whatever is in names, numbers and descriptions', async () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9_]{0,8}$/);
    const labels = fc.dictionary(name, fc.string({ unit: 'binary' }), { maxKeys: 3, noNullPrototype: true });
    // 0 and -0 are the same number, and the text says which one only by accident.
    const value = fc.double().map((number) => number + 0);
    const samples = fc.uniqueArray(fc.record({ labels, value }), {
      minLength: 1,
      maxLength: 4,
      selector: (sample) => seriesKey(sample.labels),
    });
    const family = fc.record({ name, help: fc.string({ unit: 'binary', minLength: 1 }), samples });
    const families = fc.uniqueArray(family, { maxLength: 4, selector: (one) => one.name });

    await fc.assert(
      fc.asyncProperty(families, async (written: readonly Family[]) => {
        expect(parseExposition(await formatExposition(written))).toEqual({ ok: true, families: written });
      }),
    );
  });

  test('a text holds its own families and nothing of one that was written before', async () => {
    const family = { help: 'Help.', samples: [{ labels: { b: 'c' }, value: 1 }] };

    await formatExposition([{ ...family, name: 'before' }]);

    expect(await formatExposition([{ ...family, name: 'now' }])).toBe(
      '# HELP now Help.\n# TYPE now gauge\nnow{b="c"} 1\n',
    );
  });

  test('a family without series is not written', async () => {
    expect(await formatExposition([{ name: 'a', help: 'Help.', samples: [] }])).toBe('\n');
  });
});
