import { RELEASE } from '../installation.ts';
import { RUNBOOK_URL } from './text.ts';
import { alert, fires, groupLabels, missing, type Labels, type RuleCase, scrapedTwice } from '../case.ts';
import type { Families, Happening, PushedGroup, Timeline } from '../pushed-group.ts';
import { gone, refused } from '../runs.ts';

const BROKEN = 'RegistryStorageIntegrityFailure';
const STALE = 'RegistryStorageScanStale';
const REJECTED = 'RegistryIntegrityPushRejected';
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

/** Groups of others: a registry without a storage, another cluster, another job, a shard. */
function strangers(timeline: Timeline): readonly PushedGroup[] {
  const others: readonly Labels[] = [{ registry: 'stage' }, { cluster: 'us-1' }, { job: RELEASE }, { shard: '0' }];
  return others.flatMap((labels) => storages({ prod: timeline }, labels));
}

/** A sound scan each hour. */
const HOURLY: Timeline = Object.fromEntries(Array.from({ length: 6 }, (_, hour) => [hour * 60, scanned()]));

const onFiles = (registry: string, severity: string, more: Labels = {}) =>
  alert(registry, severity, { job: JOB, ...more });

const GONE = { [`storage_failures${LAYER}`]: 2 };
const GONE_PARTLY = { [`storage_partial_failures${CHILD}`]: 1 };

/** In minutes: what `prod` may be old. */
const LIMIT = 150;

export const STORAGE_CASES: readonly RuleCase[] = [
  {
    title: 'what is broken in the files is told after five minutes, until a complete scan finds nothing',
    groups: storages({ prod: { 0: scanned({ ...GONE, [`storage_failures${LAYER}`]: 1 }), 60: scanned() } }),
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
    groups: missing([3, 30, 63, 90], storages({ prod: { 0: scanned(GONE), 50: scanned(), 60: partly(GONE_PARTLY) } })),
    expected: fires(BROKEN, {
      5: [onFiles('prod', 'critical')],
      30: [onFiles('prod', 'critical')],
      59: [],
      65: [onFiles('prod', 'critical')],
      90: [onFiles('prod', 'critical')],
    }),
  },
  {
    title: 'the files of others say nothing: of a registry without a storage, another cluster or job, or a shard',
    groups: strangers({ 0: scanned({ ...GONE, ...GONE_PARTLY }) }),
    expected: fires(BROKEN, { 30: [] }),
  },
  {
    title: 'a divided registry has one storage',
    groups: storages({ big: { 0: scanned(GONE) } }),
    expected: fires(BROKEN, { 6: [onFiles('big', 'critical')] }),
  },
  {
    title: 'a scan that is never complete again grows stale, and the next complete one ends it',
    groups: storages({ prod: { 0: scanned(), 60: partly(), 120: partly(), 180: scanned() } }),
    expected: fires(STALE, {
      [LIMIT + 15]: [],
      [LIMIT + 16]: [onFiles('prod', 'warning', { cause: 'overdue' })],
      181: [],
    }),
  },
  {
    title: 'a clock that is ahead keeps no dead scan fresh',
    groups: storages({ prod: { 0: scanned({}, 86_400) } }),
    expected: fires(STALE, { [LIMIT + 17]: [onFiles('prod', 'warning', { cause: 'overdue' })] }),
  },
  {
    title: 'a scan that was never complete is told after the same time, and one that is suspended is not',
    groups: [...storages({ prod: { 0: partly() } }), ...strangers(HOURLY)],
    expected: fires(STALE, { [LIMIT - 1]: [], [LIMIT]: [onFiles('prod', 'warning', { cause: 'absent' })] }),
  },
  {
    title: 'a scan whose numbers are lost has five minutes more, which a scrape that fails may take',
    groups: storages({ prod: { 0: scanned(), 10: gone() } }),
    expected: fires(STALE, { [LIMIT + 12]: [], [LIMIT + 16]: [onFiles('prod', 'warning', { cause: 'absent' })] }),
  },
  {
    title: 'a scan is too old by a second',
    groups: storages({ prod: { 0: scanned({ push_time_seconds: 60 }, 59) } }),
    expected: fires(STALE, { [LIMIT + 15]: [], [LIMIT + 16]: [onFiles('prod', 'warning', { cause: 'overdue' })] }),
  },
  {
    title: 'a Pushgateway that does not say when it was pushed to has the time of the scan alone',
    groups: storages({
      prod: { 0: () => ({ kind: 'put', families: { storage_last_success_timestamp_seconds: 0 } }) },
    }),
    expected: fires(STALE, { [LIMIT + 15]: [], [LIMIT + 16]: [onFiles('prod', 'warning', { cause: 'overdue' })] }),
  },
  {
    title: 'others that are fresh keep no scan fresh, whatever its clock says',
    groups: [...storages({ prod: { 0: scanned({}, 86_400) } }), ...strangers(HOURLY)],
    expected: fires(STALE, { [LIMIT + 17]: [onFiles('prod', 'warning', { cause: 'overdue' })] }),
  },
  {
    title: 'others that are old are nobody’s page, and scrapes that fail are not either',
    groups: [...missing([165, 180], storages({ prod: HOURLY })), ...strangers({ 0: scanned() })],
    expected: fires(STALE, { 165: [], 180: [], 240: [] }),
  },
  {
    title:
      'a scan whose numbers were refused is told after five minutes, until they are taken, and no walk is told with it',
    groups: storages({ prod: { 0: scanned(), 15: refused(), 30: scanned() } }),
    expected: fires(REJECTED, { 19: [], 20: [onFiles('prod', 'warning')], 29: [onFiles('prod', 'warning')], 30: [] }),
  },
  {
    title: 'the refused numbers of others are not the scan’s',
    groups: [
      ...storages({ prod: { 0: scanned(), 15: refused() } }, { cluster: 'us-1' }),
      ...storages({ prod: { 0: scanned(), 15: refused() } }, { job: 'other-storage' }),
      ...storages({ prod: { 0: scanned(), 15: refused() } }, { shard: '0' }),
    ],
    expected: fires(REJECTED, { 60: [] }),
  },
];

const KUBECTL = 'kubectl -n monitoring';
const FOUND_BY = `app.kubernetes.io/instance=${RELEASE},app.kubernetes.io/component=storage,registry-integrity/registry=prod`;
const RUNS = `Last scans: ${KUBECTL} get cronjob,job,pod -l ${FOUND_BY}`;
const LOG = `Log: ${KUBECTL} logs -l ${FOUND_BY} --tail=-1 --prefix`;

function page(
  name: typeof BROKEN | typeof STALE | typeof REJECTED,
  severity: string,
  more: Labels,
  summary: string,
  lines: readonly string[],
) {
  const exp_annotations = { summary, description: lines.join('\n'), runbook_url: RUNBOOK_URL.replace('%s', name) };
  return { ...onFiles('prod', severity, more), exp_annotations };
}

/** What a pager shows of them, word for word. */
export const STORAGE_TEXTS: readonly RuleCase[] = [
  {
    title: 'what is broken in the files is told by its kinds, and what others have is not',
    groups: [
      ...scrapedTwice(
        storages({
          prod: {
            0: scanned({ ...GONE, [`storage_failures{object="config",fault="unreadable"}`]: 1 }),
            30: partly({ ...GONE_PARTLY, [`storage_partial_failures{object="config",fault="missing"}`]: 0 }),
          },
        }),
      ),
      ...strangers({
        0: scanned({
          [`storage_failures{object="manifest",fault="invalid"}`]: 7,
          [`storage_partial_failures{object="manifest",fault="unreadable"}`]: 7,
        }),
      }),
    ],
    expected: fires(BROKEN, {
      40: [
        page(BROKEN, 'critical', {}, 'Images in the storage of registry prod would not pull', [
          'In the files of prod.example.com, confirmed by the last scan that saw them:',
          'child missing: 1',
          'config unreadable: 1',
          'layer missing: 2',
          'A registry may go on serving some of it from its cache until it is restarted.',
          LOG,
        ]),
      ],
    }),
  },
  {
    title: 'a refused push of a scan is told with its time',
    groups: storages({ prod: { 0: scanned(), 30: refused(8) } }),
    expected: fires(REJECTED, {
      40: [
        page(REJECTED, 'warning', {}, 'The Pushgateway refused the results of the scan of registry prod', [
          'The Pushgateway refused what the scan of the files of prod.example.com found at 1970-01-01 00:30:08 +0000 UTC; all numbers of it are older.',
          LOG.replace('Log', 'Status and reason'),
        ]),
      ],
    }),
  },
  {
    title: 'an overdue scan is told with the age of the last complete one',
    groups: storages({ prod: { 0: scanned() } }),
    expected: fires(STALE, {
      210: [
        page(
          STALE,
          'warning',
          { cause: 'overdue' },
          'The storage of registry prod was not scanned completely for too long',
          ['The last complete scan of the files of prod.example.com ended 3h 30m 0s ago.', RUNS, LOG],
        ),
      ],
    }),
  },
  {
    title: 'a scan that never reported is told without an age',
    groups: storages({ prod: { 0: partly() } }),
    expected: fires(STALE, {
      210: [
        page(STALE, 'warning', { cause: 'absent' }, 'No complete scan of the storage of registry prod was reported', [
          'No complete scan of the files of prod.example.com was ever reported, or the Pushgateway has lost it.',
          RUNS,
          LOG,
        ]),
      ],
    }),
  },
];
