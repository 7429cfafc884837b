import { expect, test } from 'vitest';

import { readGroupList } from '../../src/metrics/group-list.ts';

const LABELS = { job: 'probe', registry: 'prod' };

function listing(...groups: readonly object[]): Uint8Array {
  return Buffer.from(JSON.stringify({ status: 'success', data: groups }));
}

function pushTime(value: string): object {
  return { push_time_seconds: { type: 'GAUGE', metrics: [{ labels: { ...LABELS, instance: '' }, value }] } };
}

test.each([
  ['a time as Go writes it', { labels: LABELS, ...pushTime('1.795241375350218e+09') }, 1_795_241_375_350.218],
  ['nothing that ever arrived', { labels: LABELS, ...pushTime('0') }, null],
  ['no time', { labels: LABELS }, null],
  ['a time that is none', { labels: LABELS, ...pushTime('NaN') }, null],
  ['series of its own', { labels: LABELS, labels_total: 5, registry_integrity_suspect: { metrics: 'any' } }, null],
])('a group with %s is read', (_, group, pushedAt) => {
  expect(readGroupList(listing(group))).toEqual([{ labels: LABELS, pushedAt }]);
});

test.each([
  ['labels that are no texts', { labels: { job: 1 } }],
  ['a push time of another shape', { labels: { job: 'theirs' }, push_time_seconds: { metrics: [{ value: 5 }] } }],
  ['nothing in it', {}],
])('a group with %s hides no other group', (_, group) => {
  expect(readGroupList(listing(group, { labels: LABELS }))).toEqual([{ labels: LABELS, pushedAt: null }]);
});

test('a Pushgateway that holds nothing has no groups', () => {
  expect(readGroupList(listing())).toEqual([]);
});

test.each([
  '',
  'not found',
  '[]',
  '{"status":"success"}',
  '{"status":"error","data":[]}',
  '{"status":"success","data":{}}',
])('%j is no list', (text) => {
  expect(readGroupList(Buffer.from(text))).toBeNull();
});
