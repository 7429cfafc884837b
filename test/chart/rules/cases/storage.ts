import { RELEASE } from '../installation.ts';
import { alert, fires, groupLabels, missing, type Labels, type RuleCase } from '../case.ts';
import type { Families, Happening, PushedGroup, Timeline } from '../pushed-group.ts';

const BROKEN = 'RegistryStorageIntegrityFailure';
const STALE = 'RegistryStorageScanStale';
const JOB = `${RELEASE}-storage`;

const LAYER = '{object="layer",fault="missing"}';
const CHILD = '{object="child",fault="missing"}';

const NOTHING: Families = {
  [`storage_failures${LAYER}`]: 0,
  [`storage_failures${CHILD}`]: 0,
  [`storage_partial_failures${LAYER}`]: 0,
  [`storage_partial_failures${CHILD}`]: 0,
};

/** A scan that saw everything, and what it found; `ahead` by so many seconds of the clock. */
function scanned(families: Families = {}, ahead = 0): Happening {
  return (second) => ({
    kind: 'put',
    families: {
      storage_last_run_timestamp_seconds: second + ahead,
      storage_last_success_timestamp_seconds: second + ahead,
      ...NOTHING,
      push_time_seconds: second + 1,
      ...families,
    },
  });
}

/** One that did not, and what it confirmed all the same. */
function partly(families: Families = {}): Happening {
  return (second) => ({
    kind: 'post',
    families: { storage_last_run_timestamp_seconds: second, push_time_seconds: second + 1, ...families },
  });
}

function storages(
  own: { readonly prod?: Timeline; readonly big?: Timeline },
  more: Labels = {},
): readonly PushedGroup[] {
  return Object.entries(own).map(([registry, timeline]) => ({
    labels: { ...groupLabels(registry), job: JOB, ...more },
    timeline,
  }));
}

const onFiles = (registry: string, severity: string, more: Labels = {}) =>
  alert(registry, severity, { job: JOB, ...more });

const GONE = { [`storage_failures${LAYER}`]: 2 };
const GONE_PARTLY = { [`storage_partial_failures${CHILD}`]: 1 };

/** Two days and two hours, in minutes: what `prod` may be old. */
const LIMIT = 3000;

export const STORAGE_CASES: readonly RuleCase[] = [
  {
    title: 'what is broken in the files is told after five minutes, until a complete scan finds nothing',
    groups: storages({ prod: { 0: scanned(GONE), 60: scanned() } }),
    expected: fires(BROKEN, { 4: [], 5: [onFiles('prod', 'critical')], 59: [onFiles('prod', 'critical')], 61: [] }),
  },
  {
    title: 'what an incomplete scan confirms is told, although the complete one before found nothing',
    groups: storages({ prod: { 0: scanned(), 60: partly(GONE_PARTLY) } }),
    expected: fires(BROKEN, { 60: [], 66: [onFiles('prod', 'critical')] }),
  },
  {
    title: 'an incomplete scan takes no alarm away',
    groups: storages({ prod: { 0: scanned(GONE), 60: partly() } }),
    expected: fires(BROKEN, { 120: [onFiles('prod', 'critical')] }),
  },
  {
    title: 'a scrape that fails neither ends the alarm nor begins its wait anew',
    groups: missing([3, 30], storages({ prod: { 0: scanned(GONE) } })),
    expected: fires(BROKEN, { 5: [onFiles('prod', 'critical')], 30: [onFiles('prod', 'critical')] }),
  },
  {
    title: 'the files of others say nothing: of a registry without a storage, another cluster or job, or a shard',
    groups: [
      { labels: { ...groupLabels('stage'), job: JOB }, timeline: { 0: scanned(GONE) } },
      ...storages({ prod: { 0: scanned(GONE) } }, { cluster: 'us-1' }),
      ...storages({ prod: { 0: scanned(GONE) } }, { job: RELEASE }),
      ...storages({ prod: { 0: scanned(GONE) } }, { shard: '0' }),
    ],
    expected: fires(BROKEN, { 30: [] }),
  },
  {
    title: 'a divided registry has one storage',
    groups: storages({ big: { 0: scanned(GONE) } }),
    expected: fires(BROKEN, { 6: [onFiles('big', 'critical')] }),
  },
  {
    title: 'a scan that is never complete again grows stale, and the next complete one ends it',
    groups: storages({ prod: { 0: scanned(), 1440: partly(), 2880: partly(), 3100: scanned() } }),
    expected: fires(STALE, {
      [LIMIT + 15]: [],
      [LIMIT + 16]: [onFiles('prod', 'warning', { cause: 'overdue' })],
      3101: [],
    }),
  },
  {
    title: 'a clock that is ahead keeps no dead scan fresh',
    groups: storages({ prod: { 0: scanned({}, 86_400) } }),
    expected: fires(STALE, { [LIMIT + 17]: [onFiles('prod', 'warning', { cause: 'overdue' })] }),
  },
  {
    title: 'a scan that was never complete is told after the same time, and one that is suspended is not',
    groups: storages({ prod: { 0: partly() } }),
    expected: fires(STALE, { [LIMIT - 1]: [], [LIMIT + 1]: [onFiles('prod', 'warning', { cause: 'absent' })] }),
  },
];
