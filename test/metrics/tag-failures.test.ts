import { describe, expect, test } from 'vitest';

import { tagFailures } from '../../src/metrics/tag-failures.ts';
import { finding } from './outcomes.ts';

describe('tagFailures', () => {
  test('one index with many lost children is one series with their number', () => {
    const findings = ['a', 'b', 'c'].map((digest) => finding({ digest }));

    const { sent } = tagFailures(findings, 50);

    expect(sent).toEqual([{ repository: 'team/app', tag: 'v1', object: 'child', fault: 'missing', count: 3 }]);
  });

  test('a finding that many tags reach counts once in each', () => {
    const { sent } = tagFailures([finding({ tags: ['v2', 'v1', 'v2'] })], 50);

    expect(sent.map(({ tag, count }) => [tag, count])).toEqual([
      ['v1', 1],
      ['v2', 1],
    ]);
  });

  test('a finding that only a pinned digest reaches makes no series', () => {
    expect(tagFailures([finding({ tags: [] })], 50)).toEqual({ sent: [], truncated: 0 });
  });

  test('the order is by repository, tag, object and fault, by code unit, whatever came first', () => {
    const findings = [
      finding({ repository: 'b' }),
      finding({ repository: 'a', tags: ['v2', 'V3'] }),
      finding({ repository: 'a', tags: ['v10'], object: 'layer' }),
      finding({ repository: 'a', tags: ['v10'], fault: 'unreadable' }),
      finding({ repository: 'a', tags: ['v10'], fault: 'invalid' }),
    ];

    const forwards = tagFailures(findings, 50);
    const backwards = tagFailures(findings.toReversed(), 50);

    expect(forwards).toEqual(backwards);
    expect(
      forwards.sent.map(({ repository, tag, object, fault }) => `${repository} ${tag} ${object} ${fault}`),
    ).toEqual([
      'a V3 child missing',
      'a v10 child invalid',
      'a v10 child unreadable',
      'a v10 layer missing',
      'a v2 child missing',
      'b v1 child missing',
    ]);
  });

  test.each([
    { maxSeries: 0, sent: 0, truncated: 3 },
    { maxSeries: 2, sent: 2, truncated: 1 },
    { maxSeries: 3, sent: 3, truncated: 0 },
    { maxSeries: 50, sent: 3, truncated: 0 },
  ])('of three series, $sent are sent where $maxSeries may be', ({ maxSeries, sent, truncated }) => {
    const result = tagFailures([finding({ tags: ['a', 'b', 'c'] })], maxSeries);

    expect([result.sent.length, result.truncated]).toEqual([sent, truncated]);
  });
});
