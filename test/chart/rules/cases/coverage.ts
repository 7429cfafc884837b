import { alert, fires, groups, missing, type RuleCase, scrapedTwice, strangers } from '../case.ts';
import type { Happening, PushedGroup, Timeline } from '../pushed-group.ts';
import { complete, every15, incomplete, untold } from '../runs.ts';

const OVERDUE = 'RegistryIntegrityCoverageOverdue';
const DROPPED = 'RegistryIntegrityCoverageDropped';
const STALE = 'RegistryIntegrityProbeStale';

/** A run after which the oldest thing was looked at in that minute. */
function oldest(minute: number, run: typeof complete | typeof incomplete = incomplete): Happening {
  return run({ families: { oldest_check_timestamp_seconds: minute * 60 } });
}

/** The same of minute 0, with one thing of which it could not tell. */
function hindered(reason: 'timeout' | 'auth'): Happening {
  const none = { 'unknown{reason="timeout"}': 0, 'unknown{reason="auth"}': 0 };
  return incomplete({ families: { oldest_check_timestamp_seconds: 0, ...none, [`unknown{reason="${reason}"}`]: 1 } });
}

/** A complete run after which so much less is listed. */
function dropped(ratio: number, names: number): Happening {
  return complete({ families: { coverage_drop_ratio: ratio, coverage_drop_names: names } });
}

/** A run of minute 150 that has ended a second after it. */
function later(second: number): ReturnType<Happening> {
  const run = oldest(0)(second);
  return run.kind === 'gone' ? run : { ...run, families: { ...run.families, last_run_timestamp_seconds: second + 1 } };
}

const KEPT: Happening = (second) => complete({ families: { oldest_check_timestamp_seconds: second - 6000 } })(second);

/** A promise of two hours, of `prod` and `big`: it is broken when something was not looked at for longer. */
export const COVERAGE_CASES: readonly RuleCase[] = [
  {
    title: 'a registry of which everything is walked in time is neither overdue nor stale',
    groups: groups({ prod: every15(KEPT), big0: every15(KEPT), big1: every15(KEPT) }),
    expected: [...fires(OVERDUE, { 300: [] }), ...fires(STALE, { 300: [] })],
  },
  {
    title: 'a broken promise is overdue, and not stale as well, while the probe runs',
    groups: groups({ prod: { ...every15(oldest(0)), ...every15(oldest(0, complete), 0, 105) } }),
    expected: [
      ...fires(OVERDUE, { 135: [], 136: [alert('prod', 'warning')], 400: [alert('prod', 'warning')] }),
      ...fires(STALE, { 200: [], 400: [] }),
    ],
  },
  {
    title: 'a probe that does not run any more is stale, whatever it had promised',
    groups: groups({ prod: { ...every15(oldest(0), 0, 150), ...every15(oldest(0, complete), 0, 105) } }),
    expected: fires(STALE, { 224: [], 226: [alert('prod', 'warning', { cause: 'overdue' })] }),
  },
  {
    title: 'one shard that does not keep the promise is enough',
    groups: groups({ big0: every15(KEPT), big1: every15(oldest(0)) }),
    expected: fires(OVERDUE, { 135: [], 136: [alert('big', 'warning')] }),
  },
  {
    title: 'a second more than is promised is too long',
    groups: groups({ prod: every15(oldest(59 / 60)), big0: every15(oldest(59 / 60)), big1: every15(KEPT) }),
    expected: fires(OVERDUE, { 135: [], 136: [alert('prod', 'warning'), alert('big', 'warning')] }),
  },
  {
    title: 'what others have not looked at is nobody’s page',
    groups: [
      ...groups({ prod: every15(KEPT), big0: every15(KEPT), big1: every15(KEPT) }),
      ...strangers(every15(oldest(0))),
    ],
    expected: fires(OVERDUE, { 200: [] }),
  },
  {
    title: 'what others keep in time does not keep the promise',
    groups: [...groups({ prod: every15(oldest(0)), big0: every15(oldest(0)) }), ...strangers(every15(KEPT))],
    expected: fires(OVERDUE, { 136: [alert('prod', 'warning'), alert('big', 'warning')] }),
  },
  {
    title: 'what is scraped twice is as old as it is',
    groups: scrapedTwice(
      groups({
        prod: every15((second) => oldest((second / 60) * 0.6)(second)),
        big0: every15((second) => oldest((second / 60) * 0.6)(second)),
        big1: every15(KEPT),
      }),
    ),
    expected: fires(OVERDUE, { 400: [alert('prod', 'warning'), alert('big', 'warning')] }),
  },
  {
    title: 'scrapes that fail do not end it, and do not begin its wait anew',
    groups: missing([125, 130, 140, 141], groups({ prod: every15(oldest(0)), big0: every15(oldest(0)) })),
    expected: fires(OVERDUE, {
      135: [],
      136: [alert('prod', 'warning'), alert('big', 'warning')],
      140: [alert('prod', 'warning'), alert('big', 'warning')],
      141: [alert('prod', 'warning'), alert('big', 'warning')],
    }),
  },
  {
    title: 'a first walk has the time of the promise before it is said that none was ever complete',
    groups: groups({ prod: every15(oldest(0)), stage: every15(incomplete()) }),
    expected: fires(STALE, {
      61: [alert('stage', 'warning', { cause: 'absent' })],
      179: [alert('stage', 'warning', { cause: 'absent' })],
      181: [alert('stage', 'warning', { cause: 'absent' }), alert('prod', 'warning', { cause: 'absent' })],
    }),
  },
];

/** Complete until minute 105, and then runs that look at what they have to, or do not. */
function unfinished(left: Happening, until = 600): Timeline {
  return { ...every15(left, 0, until), ...every15(left, 0, 105), ...every15(oldest(0, complete), 0, 105) };
}

/** Looked at in time, by a run that is not complete all the same. */
const IN_TIME: Happening = (second) => oldest(second / 60 - 50)(second);
/** The alert on a stale probe, once for each. */
const OLD = (...registries: readonly ('prod' | 'big')[]) =>
  registries.map((registry) => alert(registry, 'warning', { cause: 'overdue' }));

/** All of them in one way. */
function each(timeline: Timeline): readonly PushedGroup[] {
  return groups({ prod: timeline, big0: timeline, big1: timeline });
}

/** What mutes the alert on a stale probe: that a promise is broken, which is told already, by a probe that runs. */
export const MUTE_CASES: readonly RuleCase[] = [
  {
    title: 'a promise that is broken mutes it as long as the probe runs, and an hour more',
    groups: each(unfinished(oldest(0), 150)),
    expected: fires(STALE, { 200: [], 224: [], 225: OLD('prod', 'big'), 300: OLD('prod', 'big') }),
  },
  {
    title: 'a run that ended a second later mutes it for a minute more',
    groups: each({ ...unfinished(oldest(0), 135), 150: later }),
    expected: fires(STALE, { 225: [], 226: OLD('prod', 'big') }),
  },
  {
    title: 'a promise that is kept does not, nor one that others break',
    groups: [...each(unfinished(IN_TIME)), ...strangers(every15(oldest(0)))],
    expected: fires(STALE, { 180: [], 181: OLD('prod', 'big'), 400: OLD('prod', 'big') }),
  },
  {
    title: 'others that run no more do not end it',
    groups: [...each(unfinished(oldest(0))), ...strangers(every15(oldest(0), 0, 60))],
    expected: fires(STALE, { 200: [], 400: [] }),
  },
  {
    title: 'it is muted when the promise is broken for a second, and no minute before',
    groups: groups({ prod: unfinished(oldest(61)), big0: unfinished(oldest(61 + 59 / 60)), big1: unfinished(IN_TIME) }),
    expected: fires(STALE, { 180: [], 181: OLD('prod', 'big'), 182: [] }),
  },
  {
    title: 'so is the other one',
    groups: groups({ prod: unfinished(oldest(61 + 59 / 60)), big0: unfinished(IN_TIME), big1: unfinished(oldest(61)) }),
    expected: fires(STALE, { 180: [], 181: OLD('prod', 'big'), 182: [] }),
  },
  ...(['big0', 'big1'] as const).flatMap((bad): readonly RuleCase[] => {
    const good = bad === 'big0' ? 'big1' : 'big0';
    return [
      {
        title: `the promise that ${bad} breaks mutes it for both`,
        groups: groups({ [bad]: unfinished(oldest(0)), [good]: every15(KEPT) }),
        expected: fires(STALE, { 200: [], 400: [] }),
      },
      {
        title: `${bad} that runs no more is heard, though ${good} does`,
        groups: groups({ [bad]: unfinished(oldest(0), 150), [good]: every15(KEPT) }),
        expected: fires(STALE, { 224: [], 225: OLD('big') }),
      },
    ];
  }),
  {
    title: 'what is scraped twice is as old as it is, and so is the last run',
    groups: scrapedTwice(each(unfinished(oldest(50), 240))),
    expected: fires(STALE, { 181: [], 240: [], 314: [], 315: OLD('prod', 'big') }),
  },
];

/** What a pager shows of a broken promise, word for word. */
export const OVERDUE_TEXTS: readonly RuleCase[] = [
  {
    title: 'what is longest unseen is told with its age, what was promised and what hinders it',
    groups: [
      ...groups({
        prod: every15(untold(hindered('timeout'), { 'team/odd': 1 })),
        big0: every15(untold(hindered('timeout'), { 'web/shop': 1 })),
        big1: every15(untold(hindered('auth'), { app: 7, 'team/odd': 1 })),
      }),
      ...strangers(every15(untold(incomplete({ families: { 'unknown{reason="tls"}': 1 } }), { 'not/ours': 1 }))),
    ],
    expected: fires(OVERDUE, {
      150: [overduePage('prod', 'timeout', 'team/odd'), overduePage('big', 'auth, timeout', 'app, team/odd, web/shop')],
    }),
  },
];

function overduePage(registry: 'prod' | 'big', reasons: string, repositories: string) {
  const kubectl = 'kubectl -n monitoring';
  const labels = `app.kubernetes.io/instance=registry-integrity-probe,app.kubernetes.io/component=probe,registry-integrity/registry=${registry}`;
  const exp_annotations = {
    summary: `Not all of registry ${registry} was walked within 2h`,
    description: [
      `What is longest unseen in ${registry}.example.com was walked 2h 30m 0s ago, and 2h are promised.`,
      'Let runs begin more often, take longer or ask for more, or promise less: `fullWalkEvery`, `requestsPerRun`, `shards`.',
      `Unknown in the last run: ${reasons}`,
      `In the repositories: ${repositories}`,
      `Log: ${kubectl} logs -l ${labels} --tail=-1 --prefix`,
    ].join('\n'),
  };
  return { ...alert(registry, 'warning'), exp_annotations };
}

const PROD = alert('prod', 'warning');
const BIG = alert('big', 'warning');

/** A fifth, and at least ten names: what a list may be shorter is told when it is more. */
export const DROPPED_CASES: readonly RuleCase[] = [
  {
    title: 'a list that is a quarter shorter is told after 15 minutes, until it is no more',
    groups: groups({ prod: { ...every15(dropped(0, 0)), ...every15(dropped(0.25, 12), 0, 60) } }),
    expected: fires(DROPPED, { 14: [], 15: [PROD], 74: [PROD], 75: [] }),
  },
  {
    title: 'a list that is a fifth shorter is not told, nor one of which nine names are gone',
    groups: groups({
      prod: { ...every15(dropped(0.2, 2000)), ...every15(dropped(0.9, 9), 60) },
      big0: every15(dropped(0.2, 2000)),
    }),
    expected: fires(DROPPED, { 59: [], 120: [] }),
  },
  {
    title: 'ten names are enough where they are more than a fifth, and so is everything',
    groups: groups({ prod: every15(dropped(0.21, 10)), stage: every15(dropped(1, 4000)) }),
    expected: fires(DROPPED, { 15: [PROD, alert('stage', 'warning')] }),
  },
  {
    title: 'what is gone of all shards counts together',
    groups: groups({ big0: every15(dropped(0.3, 6)), big1: every15(dropped(0.1, 4)) }),
    expected: fires(DROPPED, { 15: [BIG] }),
  },
  {
    title: 'nine names of all shards are too few',
    groups: groups({ big0: every15(dropped(0.3, 5)), big1: every15(dropped(0.3, 4)) }),
    expected: fires(DROPPED, { 60: [] }),
  },
  {
    title: 'the second shard of which much is gone is enough, and little of both is not much',
    groups: groups({
      big0: { ...every15(dropped(0.15, 20)), ...every15(dropped(0.1, 4), 60) },
      big1: { ...every15(dropped(0.15, 20)), ...every15(dropped(0.3, 6), 60) },
    }),
    expected: fires(DROPPED, { 59: [], 74: [], 75: [BIG] }),
  },
  {
    title: 'much of one registry is nothing of another, of which many names are gone',
    groups: groups({ prod: every15(dropped(0.9, 2)), stage: every15(dropped(0.1, 2000)) }),
    expected: fires(DROPPED, { 60: [] }),
  },
  {
    title: 'the share that one Pushgateway has is counted once while it moves to another pod',
    groups: scrapedTwice(groups({ prod: every15(dropped(0.15, 40)), big0: every15(dropped(0.15, 40)) })),
    expected: fires(DROPPED, { 60: [] }),
  },
  {
    title: 'so are its names',
    groups: scrapedTwice(groups({ prod: every15(dropped(0.9, 6)), big0: every15(dropped(0.9, 6)) })),
    expected: fires(DROPPED, { 60: [] }),
  },
  {
    title: 'what both pods say of it is one alert',
    groups: scrapedTwice(groups({ prod: every15(dropped(0.3, 12)), big1: every15(dropped(0.3, 12)) })),
    expected: fires(DROPPED, { 15: [PROD, BIG] }),
  },
  {
    title: 'scrapes that fail do not end it, and do not begin its wait anew',
    groups: missing(
      [4, 12, 17, 18],
      groups({
        prod: every15(dropped(0.3, 12)),
        big0: every15(dropped(0.3, 6)),
        big1: every15(dropped(0.1, 6)),
      }),
    ),
    expected: fires(DROPPED, { 14: [], 15: [PROD, BIG], 17: [PROD, BIG], 18: [PROD, BIG] }),
  },
  {
    title: 'what others miss is nobody’s page',
    groups: [
      ...groups({ prod: every15(dropped(0, 0)), big0: every15(dropped(0, 0)), big1: every15(dropped(0, 0)) }),
      ...strangers(every15(dropped(0.9, 2000))),
    ],
    expected: fires(DROPPED, { 60: [] }),
  },
  {
    title: 'names that others miss do not make the few of the registry many',
    groups: [
      ...groups({
        prod: every15(dropped(0.9, 6)),
        stage: every15(dropped(0.9, 6)),
        big0: every15(dropped(0.9, 3)),
        big1: every15(dropped(0.9, 3)),
      }),
      ...strangers(every15(dropped(0, 2000))),
    ],
    expected: fires(DROPPED, { 60: [] }),
  },
  {
    title: 'a share that others miss does not make the many names of the registry a large one',
    groups: [
      ...groups({
        prod: every15(dropped(0.1, 600)),
        stage: every15(dropped(0.1, 600)),
        big0: every15(dropped(0.1, 600)),
        big1: every15(dropped(0.1, 600)),
      }),
      ...strangers(every15(dropped(0.9, 0))),
    ],
    expected: fires(DROPPED, { 60: [] }),
  },
];
