import { describe, expect, test } from 'vitest';

import {
  isOfInstallation,
  isOwnGroup,
  leftoverGroups,
  leftoverStorages,
  type Installation,
} from '../../src/metrics/leftovers.ts';

type Labels = Readonly<Record<string, string>>;

const PLAIN: Installation = { job: 'probe', groupingLabels: {} };
const LABELED: Installation = { job: 'probe', groupingLabels: { cluster: 'eu/1', team: 'infra' } };

function group(labels: Labels, pushedAt: number | null = 1) {
  return { labels, pushedAt };
}

describe('a group of the installation', () => {
  test.each<[boolean, Labels, Installation]>([
    [true, { job: 'probe', registry: 'prod' }, PLAIN],
    [true, { job: 'probe', registry: 'prod', shard: '0' }, PLAIN],
    [true, { team: 'infra', registry: 'prod', job: 'probe', cluster: 'eu/1' }, LABELED],
    [true, { job: 'probe', registry: 'prod', shard: '12', cluster: 'eu/1', team: 'infra' }, LABELED],
    [false, { job: 'other', registry: 'prod' }, PLAIN],
    [false, { job: 'probe' }, PLAIN],
    [false, { job: 'probe', shard: '0' }, PLAIN],
    [false, { job: 'probe', registry: 'prod', cluster: 'eu/1' }, PLAIN],
    [false, { job: 'probe', registry: 'prod', instance: '' }, PLAIN],
    [false, { job: 'probe', registry: 'prod' }, LABELED],
    [false, { job: 'probe', registry: 'prod', cluster: 'eu/1' }, LABELED],
    [false, { job: 'probe', registry: 'prod', cluster: 'eu/2', team: 'infra' }, LABELED],
    [false, { job: 'probe', registry: 'prod', cluster: 'eu/1', team: 'infra', zone: 'a' }, LABELED],
    [false, { job: 'probe', registry: 'prod', cluster: 'eu/1', Team: 'infra' }, LABELED],
  ])('%s: %j in %j', (expected, labels, installation) => {
    expect(isOwnGroup(group(labels), installation)).toBe(expected);
  });
});

describe('leftoverGroups', () => {
  const REGISTRIES = { prod: 1, big: 3 };

  test.each<[string, boolean, Labels]>([
    ['a registry that is there', false, { registry: 'prod' }],
    ['a registry that is gone', true, { registry: 'stage' }],
    ['a shard of a registry that is gone', true, { registry: 'stage', shard: '0' }],
    ['a shard that is there', false, { registry: 'big', shard: '2' }],
    ['a shard beyond the count', true, { registry: 'big', shard: '3' }],
    ['the whole of a registry that is divided now', true, { registry: 'big' }],
    ['a shard of a registry that is not divided any more', true, { registry: 'prod', shard: '0' }],
    ['a shard that is no number', true, { registry: 'big', shard: 'x' }],
    ['a shard written in another way', true, { registry: 'big', shard: '01' }],
    ['an empty shard', true, { registry: 'big', shard: '' }],
    ['a registry with a name of every object', true, { registry: 'constructor' }],
    ['an empty registry', true, { registry: '' }],
  ])('%s: %s', (_, expected, labels) => {
    const groups = [group({ job: 'probe', ...labels })];

    expect(leftoverGroups(groups, PLAIN, REGISTRIES, 2)).toEqual(expected ? groups : []);
  });

  test("never are somebody else's", () => {
    const groups = [
      group({ job: 'other', registry: 'stage' }),
      group({ job: 'probe' }),
      group({ job: 'probe', registry: 'stage', cluster: 'eu/1' }),
    ];

    expect(leftoverGroups(groups, PLAIN, REGISTRIES, 2)).toEqual([]);
  });

  test.each([
    ['before the run began', 1999, true],
    ['never', null, true],
    ['when the run began', 2000, false],
    ['since', 2001, false],
  ])('are those that were pushed %s: %j is %s', (_, pushedAt, expected) => {
    const groups = [group({ job: 'probe', registry: 'stage' }, pushedAt)];

    expect(leftoverGroups(groups, PLAIN, REGISTRIES, 2000)).toEqual(expected ? groups : []);
  });
});

describe('the groups of scans', () => {
  test('belong to the installation, under a job of their own', () => {
    expect(isOfInstallation(group({ job: 'probe', registry: 'prod' }), PLAIN)).toBe(true);
    expect(isOfInstallation(group({ job: 'probe-storage', registry: 'prod' }), PLAIN)).toBe(true);
    expect(isOfInstallation(group({ job: 'probe-other', registry: 'prod' }), PLAIN)).toBe(false);
  });

  test('are left over where their storage is not scanned any more, and runs leave them alone', () => {
    const groups = [
      group({ job: 'probe-storage', registry: 'prod' }),
      group({ job: 'probe-storage', registry: 'gone' }),
      group({ job: 'probe', registry: 'gone' }),
    ];

    expect(leftoverStorages(groups, PLAIN, ['prod'], 2)).toEqual([groups[1]]);
    expect(leftoverStorages(groups, PLAIN, ['prod'], 1)).toEqual([]);
    expect(leftoverGroups(groups, PLAIN, { prod: 1 }, 2)).toEqual([groups[2]]);
  });
});
