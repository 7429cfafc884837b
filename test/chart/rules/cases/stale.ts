import { alert, fires, groups, missing, type RuleCase, scrapedTwice, strangers } from '../case.ts';
import type { Happening } from '../pushed-group.ts';
import { broken, complete, every15, gone, inaccessible, incomplete, suspect } from '../runs.ts';

const NAME = 'RegistryIntegrityProbeStale';
const PROD_OVERDUE = alert('prod', 'warning', { cause: 'overdue' });
const BIG_OVERDUE = alert('big', 'warning', { cause: 'overdue' });
const PROD_ABSENT = alert('prod', 'warning', { cause: 'absent' });
const BIG_ABSENT = alert('big', 'warning', { cause: 'absent' });

/** A walk by a clock that is two days ahead, which the Pushgateway takes when it is. */
function ahead(): Happening {
  const late = 2 * 86_400;
  return (second) => complete({ late, families: { push_time_seconds: second + 1 } })(second);
}

/** A walk whose numbers come without the time of a push, as from a file. */
function unheard(late = 0): Happening {
  return (second) => {
    const push = complete({ late })(second);
    if (push.kind === 'gone') return push;
    const { push_time_seconds: _, push_failure_time_seconds: __, ...families } = push.families;
    return { ...push, families };
  };
}

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
    title: 'a group that was deleted and does not come back is absent 3600 seconds after it was looked back for',
    groups: groups({ prod: { 0: complete(), 20: gone() } }),
    expected: fires(NAME, { 79: [], 83: [], 86: [PROD_ABSENT] }),
  },
  {
    title: 'scrapes that fail do not begin the wait of what is overdue anew',
    groups: missing([62, 70], groups({ prod: { 0: complete() }, big0: { 0: complete() } })),
    expected: fires(NAME, { 75: [], 76: [PROD_OVERDUE, BIG_OVERDUE], 77: [PROD_OVERDUE, BIG_OVERDUE] }),
  },
  {
    title: 'scrapes that fail make nothing absent, and do not begin its wait anew',
    groups: missing([10, 11, 12, 13], groups({ big1: {} })),
    expected: fires(NAME, { 59: [], 60: [BIG_ABSENT], 61: [BIG_ABSENT] }),
  },
  {
    title: 'a Pushgateway that restarts in another pod leaves the age what it is',
    groups: [
      ...groups({ stage: {}, big1: {}, prod: { 0: complete(), 70: gone() }, big0: { 0: complete(), 70: gone() } }),
      ...groups({ stage: {}, big1: {}, prod: { 72: complete() }, big0: { 72: complete() } }),
    ]
      .filter(({ timeline }) => Object.keys(timeline).length > 0)
      .map((group, index) => ({ ...group, labels: { ...group.labels, pod: index < 2 ? 'old' : 'new' } })),
    expected: fires(NAME, {
      71: [alert('stage', 'warning', { cause: 'absent' }), BIG_ABSENT],
      76: [alert('stage', 'warning', { cause: 'absent' }), BIG_ABSENT],
    }),
  },
  {
    title:
      'a clock that is two days ahead does not keep a dead probe fresh, where the Pushgateway says when it was heard',
    groups: groups({ prod: { 0: ahead() }, big1: { 0: ahead() } }),
    expected: fires(NAME, { 75: [], 76: [PROD_OVERDUE, BIG_OVERDUE] }),
  },
  {
    title: 'without the time of a push, the last success alone is believed',
    groups: groups({ prod: { 0: unheard() }, big0: { 0: unheard() }, big1: { 0: unheard(2 * 86_400) } }),
    expected: fires(NAME, { 75: [], 76: [PROD_OVERDUE, BIG_OVERDUE], 90: [PROD_OVERDUE, BIG_OVERDUE] }),
  },
];
