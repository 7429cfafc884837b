import { alert, failing, fires, groups, missing, type RuleCase, scrapedTwice, strangers } from '../case.ts';
import { broken, complete, every15, gone, incomplete, inaccessible, lost, partial, suspect } from '../runs.ts';

const NAME = 'RegistryManifestIntegrityFailure';
const PROD = failing('prod');
const BIG = failing('big');
const PROD_OTHER = failing('prod', { repository: 'web/shop' });

/** A walk with so many broken repositories that have no series. */
function unnamed(count: number, partially = 0) {
  return complete({ families: { unnamed_failures: count, partial_unnamed_failures: partially } });
}

function counted(registry: string, count: number) {
  return alert(registry, 'critical', { unnamed: String(count) });
}

/** When RegistryManifestIntegrityFailure fires; who uses what is broken is not known in any of them. */
export const FAILURE_CASES: readonly RuleCase[] = [
  {
    title: 'one finding fires after five minutes, for its repository alone',
    groups: groups({ prod: every15(broken()) }),
    expected: fires(NAME, { 4: [], 5: [PROD], 30: [PROD] }),
  },
  {
    title: 'findings of other releases, clusters, former registries and former shards are nobody’s page',
    groups: [
      ...groups(),
      ...strangers({
        ...every15(broken(lost(), { unnamed_failures: 2 })),
        1: partial(lost({}, 'partial_'), { partial_unnamed_failures: 3 }),
      }),
    ],
    expected: fires(NAME, { 10: [], 60: [] }),
  },
  {
    title: 'a finding of one shard is a finding of its registry, among sound kinds and shards',
    groups: groups({ big1: every15(broken()) }),
    expected: fires(NAME, { 4: [], 5: [BIG] }),
  },
  {
    title: 'findings of several tags and kinds of a repository are one alert',
    groups: groups({
      big0: { 0: broken(lost(), lost({ tag: 'v2' }), lost({ object: 'manifest' }), lost({ fault: 'unreadable' })) },
    }),
    expected: fires(NAME, { 5: [BIG] }),
  },
  {
    title: 'two broken registries are two alerts',
    groups: groups({ prod: { 0: broken() }, stage: { 0: broken() } }),
    expected: fires(NAME, { 5: [PROD, failing('stage')] }),
  },
  {
    title: 'a second broken repository is a second alert, after five minutes of its own',
    groups: groups({ prod: { 0: broken(), 15: broken(lost(), lost({ repository: 'web/shop' })) } }),
    expected: fires(NAME, { 19: [PROD], 20: [PROD, PROD_OTHER] }),
  },
  {
    title: 'the repair of one repository ends its alert alone',
    groups: groups({ prod: { 0: broken(lost(), lost({ repository: 'web/shop' })), 15: broken() } }),
    expected: fires(NAME, { 14: [PROD, PROD_OTHER], 21: [PROD] }),
  },
  {
    title: 'an image that only a pinned digest leads to is an alert of its repository',
    groups: groups({ prod: { 0: broken(lost({ tag: '' })) } }),
    expected: fires(NAME, { 5: [PROD] }),
  },
  {
    title: 'a first walk that was cut short and confirmed a finding fires without a complete walk',
    groups: groups({ prod: { 0: partial() }, big0: { 0: partial() } }),
    expected: fires(NAME, { 4: [], 5: [PROD, BIG] }),
  },
  {
    title: 'a finding of an incomplete walk stands until a complete walk has looked at everything',
    groups: groups({ prod: { 0: complete(), 15: partial(), 30: incomplete(), 45: suspect(), 60: complete() } }),
    expected: fires(NAME, { 14: [], 20: [PROD], 44: [PROD], 59: [PROD], 66: [] }),
  },
  {
    title: 'a finding of a complete and of an incomplete walk is one alert',
    groups: groups({ prod: { 0: broken(), 15: partial() } }),
    expected: fires(NAME, { 5: [PROD], 30: [PROD] }),
  },
  {
    title: 'it ends within five minutes of the complete walk that finds nothing',
    groups: groups({ prod: { 0: broken(), 15: complete() } }),
    expected: fires(NAME, { 14: [PROD], 21: [] }),
  },
  {
    title: 'the last known findings stand while the probe is dead or the catalog is down',
    groups: groups({ prod: { 0: broken() }, big0: { 0: broken(), 15: inaccessible() } }),
    expected: fires(NAME, { 90: [PROD, BIG] }),
  },
  {
    title: 'a Pushgateway that forgot everything ends it until the next run',
    groups: groups({ prod: { 0: broken(), 16: gone(), 30: broken() } }),
    expected: fires(NAME, { 15: [PROD], 22: [], 34: [], 35: [PROD] }),
  },
  {
    title: 'a Pushgateway that is scraped twice does not make two alerts',
    groups: scrapedTwice(groups({ prod: { 0: broken(lost(), { unnamed_failures: 2 }) } })),
    expected: fires(NAME, { 5: [PROD, counted('prod', 2)] }),
  },
  {
    title: 'a Pushgateway that restarts in another pod does not begin anew, nor count twice',
    groups: [
      ...groups({ stage: {}, big0: {}, big1: {}, prod: { 0: broken(lost(), { unnamed_failures: 2 }), 12: gone() } }),
      ...groups({ stage: {}, big0: {}, big1: {}, prod: { 13: broken(lost(), { unnamed_failures: 2 }) } }),
    ].map((group, index) => ({ ...group, labels: { ...group.labels, pod: index < 4 ? 'old' : 'new' } })),
    expected: fires(NAME, Object.fromEntries([11, 12, 13, 14, 17, 20].map((at) => [at, [PROD, counted('prod', 2)]]))),
  },
  {
    title: 'scrapes that fail neither end it nor begin its wait anew',
    groups: missing(
      [2, 4, 8, 9, 10],
      groups({
        prod: { 0: broken(), 1: partial(lost({ repository: 'web/shop' }, 'partial_')) },
        big0: { 0: broken() },
        big1: { 0: partial(lost({ repository: 'web/shop' }, 'partial_')) },
      }),
    ),
    expected: fires(
      NAME,
      Object.fromEntries(
        [6, 8, 10, 11, 12].map((at) => [at, [PROD, PROD_OTHER, BIG, failing('big', { repository: 'web/shop' })]]),
      ),
    ),
  },
  {
    title: 'what is not scraped any more for longer is not known',
    groups: missing([8, 9, 10, 11, 12, 13, 14, 15, 16], groups({ prod: { 0: broken() } })),
    expected: fires(NAME, { 11: [PROD], 15: [] }),
  },
];

/** What has no series of its own. */
export const UNNAMED_CASES: readonly RuleCase[] = [
  {
    title: 'broken repositories without a series are one alert with their number',
    groups: groups({ prod: { 0: unnamed(3) } }),
    expected: fires(NAME, { 4: [], 5: [counted('prod', 3)] }),
  },
  {
    title: 'one more of them is a new alert, beside those that have a name',
    groups: groups({
      prod: { 0: broken(lost(), { unnamed_failures: 10 }), 15: broken(lost(), { unnamed_failures: 11 }) },
    }),
    expected: fires(NAME, { 14: [PROD, counted('prod', 10)], 15: [PROD], 20: [PROD, counted('prod', 11)] }),
  },
  {
    title: 'the numbers of shards, and of what an incomplete walk confirmed, are one number',
    groups: groups({ big0: { 0: unnamed(3) }, big1: { 0: unnamed(1, 2) } }),
    expected: fires(NAME, { 5: [counted('big', 6)] }),
  },
  {
    title: 'what an incomplete walk alone has confirmed is counted, until a complete one says 0',
    groups: groups({ prod: { 0: partial(lost({}, 'partial_'), { partial_unnamed_failures: 1 }), 15: complete() } }),
    expected: fires(NAME, { 4: [], 5: [PROD, counted('prod', 1)], 21: [] }),
  },
  {
    title: 'scrapes that fail do not begin its wait anew',
    groups: missing(
      [2, 4, 8],
      groups({ prod: { 0: unnamed(1) }, stage: { 0: unnamed(0, 1) }, big0: { 0: unnamed(2, 1) } }),
    ),
    expected: fires(
      NAME,
      Object.fromEntries([5, 8].map((at) => [at, [counted('prod', 1), counted('stage', 1), counted('big', 3)]])),
    ),
  },
  {
    title: 'nor those of what incomplete walks confirmed, of one or of both shards',
    groups: missing([2, 4, 8], groups({ prod: { 0: unnamed(0, 1) }, big1: { 0: unnamed(0, 1) } })),
    expected: fires(NAME, Object.fromEntries([5, 8].map((at) => [at, [counted('prod', 1), counted('big', 1)]]))),
  },
  {
    title: 'complete and incomplete walks, and shards, add up',
    groups: groups({ prod: { 0: unnamed(1, 2) }, big0: { 0: unnamed(0, 1) }, big1: { 0: unnamed(0, 2) } }),
    expected: fires(NAME, { 5: [counted('prod', 3), counted('big', 3)] }),
  },
];
