import { describe, expect, test } from 'vitest';

import { checkGrouping, groupLabels, GroupingError, keyLabels } from '../../src/metrics/grouping.ts';

describe('groupLabels', () => {
  test('names the shard only where there is one', () => {
    const group = { job: 'probe', registry: 'prod', groupingLabels: { cluster: 'x' } };

    expect(Object.entries(groupLabels({ ...group, shard: null }))).toEqual([
      ['job', 'probe'],
      ['registry', 'prod'],
      ['cluster', 'x'],
    ]);
    expect(groupLabels({ ...group, shard: 0 })).toEqual({ job: 'probe', registry: 'prod', shard: '0', cluster: 'x' });
  });

  test("a series' key leaves out the labels of its metric", () => {
    const labels = { job: 'probe', registry: 'prod', cluster: 'x', repository: 'a', tag: 'b', object: 'c', fault: 'd' };

    expect(keyLabels(labels)).toEqual({ job: 'probe', registry: 'prod', cluster: 'x' });
  });
});

describe('checkGrouping', () => {
  test.each(['cluster', '_site', 'team2', 'Env'])('takes the label %s', (name) => {
    expect(() => checkGrouping('probe', { [name]: 'any/value' })).not.toThrow();
  });

  test.each([
    ['', 'no label name'],
    ['2nd', 'no label name'],
    ['with-dash', 'no label name'],
    ['a/b', 'no label name'],
    ['a\n', 'no label name'],
    ['__name__', 'reserved'],
    ['job', 'set by the probe'],
    ['registry', 'set by the probe'],
    ['shard', 'set by the probe'],
    ['instance', 'by the scrape'],
    ['repository', "the probe's own metrics"],
    ['reason', "the probe's own metrics"],
  ])('refuses the label %j: %s', (name, problem) => {
    expect(() => checkGrouping('probe', { [name]: 'x' })).toThrow(GroupingError);
    expect(() => checkGrouping('probe', { [name]: 'x' })).toThrow(problem);
  });

  test('refuses an empty job', () => {
    expect(() => checkGrouping('', {})).toThrow('the job of the metrics must not be empty');
  });
});
