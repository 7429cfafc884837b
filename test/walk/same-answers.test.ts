import { describe, expect, test } from 'vitest';

import { createSameAnswers } from '../../src/walk/same-answers.ts';
import { absent, noAnswer } from './scene.ts';

describe('createSameAnswers', () => {
  test('gives one answer for all that say the same', () => {
    const same = createSameAnswers();

    const [one, two, other] = [same(absent('missing')), same(absent('missing')), same(absent('unreadable'))];

    expect(two).toBe(one);
    expect([one, other]).toEqual([absent('missing'), absent('unreadable')]);
  });

  test('never gives another answer than the one it was given, however many kinds there are', () => {
    const same = createSameAnswers();
    const answers = Array.from({ length: 1000 }, (_, index) => ({
      ...noAnswer('timeout'),
      detail: `after ${index} s`,
    }));

    const given = [...answers, ...answers].map((answer) => same({ ...answer }));

    expect(given).toEqual([...answers, ...answers]);
  });
});
