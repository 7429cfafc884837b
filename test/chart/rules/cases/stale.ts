import { alert, fires, groups, type RuleCase, scrapedTwice, strangers } from '../case.ts';
import { broken, complete, every15, gone, inaccessible, incomplete, suspect } from '../runs.ts';

const NAME = 'RegistryIntegrityProbeStale';
const PROD_OVERDUE = alert('prod', 'warning', { cause: 'overdue' });
const BIG_OVERDUE = alert('big', 'warning', { cause: 'overdue' });
const PROD_ABSENT = alert('prod', 'warning', { cause: 'absent' });
const BIG_ABSENT = alert('big', 'warning', { cause: 'absent' });

/** When RegistryIntegrityProbeStale fires: 3600 seconds are the limit, and 15 minutes the patience after it. */
export const STALE_CASES: readonly RuleCase[] = [
  {
    title: 'a probe that walks every 15 minutes is not stale, whatever it finds',
    groups: groups({ prod: every15(broken()) }),
    expected: fires(NAME, { 180: [] }),
  },
  {
    title: 'a probe that dies after a success is overdue 15 minutes after that success is too old',
    groups: groups({ prod: { 0: complete() } }),
    expected: fires(NAME, { 75: [], 76: [PROD_OVERDUE] }),
  },
  {
    title: 'one second decides whether a success is too old',
    groups: groups({ prod: { 0: complete({ late: -1 }) }, big0: { 0: complete({ late: -1 }) } }),
    expected: fires(NAME, { 74: [], 75: [PROD_OVERDUE, BIG_OVERDUE] }),
  },
  {
    title: 'a probe whose runs all fail for a day is overdue, although it runs and pushes',
    groups: groups({ prod: { ...every15(incomplete(), 15), 0: complete() } }),
    expected: fires(NAME, { 75: [], 76: [PROD_OVERDUE], 1440: [PROD_OVERDUE] }),
  },
  {
    title: 'runs that hold their findings back or cannot list the catalog do not count as walks',
    groups: groups({
      prod: { ...every15(suspect(), 15), 0: complete() },
      stage: { ...every15(inaccessible(), 15), 0: complete() },
    }),
    expected: fires(NAME, { 76: [PROD_OVERDUE, alert('stage', 'warning', { cause: 'overdue' })] }),
  },
  {
    title: 'it ends with the next complete walk',
    groups: groups({ prod: { 0: complete(), 90: broken() } }),
    expected: fires(NAME, { 89: [PROD_OVERDUE], 90: [] }),
  },
  {
    title: 'one shard that is stuck makes its registry overdue while the other goes on',
    groups: groups({ big1: { 0: complete() } }),
    expected: fires(NAME, { 75: [], 76: [BIG_OVERDUE] }),
  },
  {
    title: 'what is left of other releases, clusters, registries and shards grows old in silence',
    groups: [...groups(), ...strangers({ 0: complete() })],
    expected: fires(NAME, { 240: [] }),
  },
  {
    title: 'a probe that never reports is absent after 3600 seconds, whoever else reports',
    groups: [...groups({ prod: {} }), ...strangers(every15(complete()))],
    expected: fires(NAME, { 59: [], 60: [PROD_ABSENT], 61: [PROD_ABSENT], 120: [PROD_ABSENT] }),
  },
  {
    title: 'a probe that has never completed a walk is absent, although it runs and pushes',
    groups: groups({ prod: every15(incomplete()), big0: every15(inaccessible()), big1: every15(suspect()) }),
    expected: fires(NAME, { 59: [], 60: [PROD_ABSENT, BIG_ABSENT] }),
  },
  {
    title: 'one shard that never reports is absent, whoever else reports',
    groups: [...groups({ big1: {} }), ...strangers(every15(complete()))],
    expected: fires(NAME, { 59: [], 60: [BIG_ABSENT], 61: [BIG_ABSENT] }),
  },
  {
    title: 'two shards that never report are one alert, whoever else reports',
    groups: [...groups({ big0: {}, big1: {} }), ...strangers(every15(complete()))],
    expected: fires(NAME, { 59: [], 60: [BIG_ABSENT] }),
  },
  {
    title: 'a missing shard is seen although the Pushgateway is scraped twice',
    groups: scrapedTwice(groups({ big1: {} })),
    expected: fires(NAME, { 60: [BIG_ABSENT] }),
  },
  {
    title: 'a Pushgateway that forgot everything and is filled by the next run does not make a probe stale',
    groups: groups({ prod: { ...every15(complete()), 20: gone() }, big0: { ...every15(complete()), 20: gone() } }),
    expected: fires(NAME, { 25: [], 100: [] }),
  },
  {
    title: 'a group that was deleted and does not come back is absent after 3600 seconds',
    groups: groups({ prod: { 0: complete(), 20: gone() } }),
    expected: fires(NAME, { 79: [], 80: [PROD_ABSENT] }),
  },
];
