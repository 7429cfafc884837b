import { alert, fires, groups, type RuleCase, scrapedTwice } from '../case.ts';
import { broken, complete, lost, partial } from '../runs.ts';
import { type Page, pageCases, RUNBOOK_URL } from './text.ts';

const NAME = 'RegistryManifestIntegrityFailure';
const UNUSED = 'RegistryManifestIntegrityFailureUnused';
const PARTIAL = 'RegistryManifestIntegrityFailurePartial';

/** 2026-11-29 08:00:30 UTC, and as the page has it. */
const SEEN = 1_795_939_230;
const SINCE = '2026-11-29 08:00 UTC';

const WEB = 'shop/Deployment/web, shop/Job/pay';

function childrenOf(...tags: readonly string[]) {
  return Object.assign({}, ...tags.map((tag) => lost({ tag, object: 'child', platform: 'linux/arm64' }))) as Readonly<
    Record<string, number>
  >;
}

/** What is said of something that is broken, and nothing that an alert could come of. */
function withoutAlert(families: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(families).filter(([series]) => series.startsWith('tag_finding_info')));
}

/** What of one registry can be copied back: each differs from the first in one thing that is said of it. */
function recoverable(tags: readonly [string, string], copies: string, prefix: '' | 'partial_' = '') {
  const [tag, other] = tags;
  return [
    lost({ tag, copies }, prefix),
    lost({ tag: other, copies }, prefix),
    lost({ tag, object: 'config', copies }, prefix),
    lost({ tag, fault: 'unreadable', copies }, prefix),
    lost({ tag, platform: 'linux/arm64', copies }, prefix),
    lost({ tag, usedBy: WEB, used: 'yes', copies }, prefix),
  ];
}

/** What the page on a broken repository says, wherever it is. */
const PAGES: readonly Omit<Page, 'summary' | 'alert' | 'severity' | 'labels'>[] = [
  {
    title: 'the page names what is broken of each tag, since when and for whom, what is used first',
    minute: 20,
    timeline: {
      0: broken(
        lost({ tag: 'v9', object: 'child', platform: 'linux/arm64', since: SEEN }),
        lost({ tag: 'v10', fault: 'unreadable', usedBy: WEB, used: 'yes', since: SEEN }),
        lost({ tag: 'v10', object: 'config', fault: 'size_mismatch', used: 'yes', usedBy: WEB }),
        lost({ tag: 'a', object: 'manifest', fault: 'tag_dangling' }),
        lost({ repository: 'web/shop', tag: 'not-here', used: 'no' }),
      ),
      15: partial(lost({ tag: 'b', platform: 'linux/amd64, linux/arm64' }, 'partial_')),
    },
    strangers: { 0: broken(lost({ tag: 'not-ours' })), 1: partial(lost({ tag: 'nor-this' }, 'partial_')) },
    description: ({ details }) => [
      `v10: config cut short or too long (config size_mismatch), used by ${WEB}`,
      `v10: layer cut short or unreadable (layer unreadable), since ${SINCE}, used by ${WEB}`,
      'a: the image is gone, the tag leads to nothing (manifest tag_dangling)',
      'b: linux/amd64, linux/arm64 layer is gone (layer missing)',
      `v9: linux/arm64 is gone (child missing), since ${SINCE}`,
      details,
    ],
  },
  {
    title: 'the page names five, and says how many more there are, however often it is scraped',
    minute: 5,
    timeline: {
      0: broken(childrenOf('v7', 'v6', 'v5', 'v4', 'v3', 'v2'), lost({ usedBy: WEB, used: 'yes', tag: 'z' })),
    },
    scrape: scrapedTwice,
    description: ({ details }) => [
      `z: layer is gone (layer missing), used by ${WEB}`,
      'v2: linux/arm64 is gone (child missing)',
      'v3: linux/arm64 is gone (child missing)',
      'v4: linux/arm64 is gone (child missing)',
      'v5: linux/arm64 is gone (child missing)',
      'and 2 more',
      details,
    ],
  },
  {
    title: 'the page says how much can be copied back from where, of all that is broken',
    minute: 20,
    timeline: {
      0: broken(
        ...recoverable(['v1', 'v2'], 'mirror'),
        lost({ tag: 'a' }),
        lost({ tag: 'b', copies: 'backup, mirror' }),
        withoutAlert(lost({ repository: 'web/shop', tag: 'not-here', copies: 'elsewhere' })),
      ),
      15: partial(
        ...recoverable(['v3', 'v4'], 'backup', 'partial_'),
        lost({ tag: 'c' }, 'partial_'),
        // A complete walk has told it, too.
        lost({ tag: 'b', copies: 'backup, mirror' }, 'partial_'),
      ),
    },
    strangers: {
      0: broken(lost({ tag: 'not-ours', copies: 'elsewhere' })),
      1: partial(lost({ tag: 'nor-this', copies: 'elsewhere' }, 'partial_')),
    },
    scrape: scrapedTwice,
    description: ({ details }) => [
      `v1: layer is gone (layer missing), used by ${WEB}`,
      `v3: layer is gone (layer missing), used by ${WEB}`,
      ...['a', 'b', 'c'].map((tag) => `${tag}: layer is gone (layer missing)`),
      'and 10 more',
      '6 of 15 can be copied back from backup',
      '1 of 15 can be copied back from backup, mirror',
      '6 of 15 can be copied back from mirror',
      details,
    ],
  },
  {
    title: 'what a complete and a later incomplete walk tell of one thing is one line, the younger one, and one copy',
    minute: 20,
    timeline: {
      0: broken(
        lost({ tag: 'v1', platform: 'linux/arm64', usedBy: 'shop/Job/old', used: 'yes', copies: 'mirror' }),
        lost({ tag: 'v2', usedBy: 'shop/Job/old', used: 'yes', copies: 'mirror' }),
        lost({ tag: 'v3', copies: 'mirror' }),
      ),
      15: partial(
        lost({ tag: 'v1', platform: 'linux/arm64', usedBy: WEB, used: 'yes', copies: 'backup' }, 'partial_'),
        lost({ tag: 'v2', usedBy: WEB, used: 'yes', copies: 'backup, mirror' }, 'partial_'),
        // Nobody came to look for copies of it.
        lost({ tag: 'v3' }, 'partial_'),
      ),
    },
    scrape: scrapedTwice,
    description: ({ details }) => [
      `v1: linux/arm64 layer is gone (layer missing), used by ${WEB}`,
      `v2: layer is gone (layer missing), used by ${WEB}`,
      'v3: layer is gone (layer missing)',
      '1 of 3 can be copied back from backup',
      '1 of 3 can be copied back from backup, mirror',
      '1 of 3 can be copied back from mirror',
      details,
    ],
  },
  {
    title: 'what an incomplete walk says of one tag, kind or platform hides nothing of another one',
    minute: 20,
    timeline: {
      0: broken(
        lost({ tag: 'v1', platform: 'linux/amd64', copies: 'mirror' }),
        lost({ tag: 'v2', platform: 'linux/arm64', copies: 'mirror' }),
        lost({ tag: 'v1', platform: 'linux/arm64', object: 'config', copies: 'mirror' }),
        lost({ tag: 'v1', platform: 'linux/arm64', fault: 'unreadable', copies: 'mirror' }),
      ),
      15: partial(lost({ tag: 'v1', platform: 'linux/arm64', copies: 'backup' }, 'partial_')),
    },
    description: ({ details }) => [
      'v1: linux/arm64 config is gone (config missing)',
      'v1: linux/amd64 layer is gone (layer missing)',
      'v1: linux/arm64 layer is gone (layer missing)',
      'v1: linux/arm64 layer cut short or unreadable (layer unreadable)',
      'v2: linux/arm64 layer is gone (layer missing)',
      '1 of 5 can be copied back from backup',
      '4 of 5 can be copied back from mirror',
      details,
    ],
  },
  {
    title: 'the page says so of all, too',
    minute: 5,
    timeline: { 0: broken(lost({ tag: 'v1', copies: 'mirror' }), lost({ tag: 'v2', copies: 'mirror' })) },
    description: ({ details }) => [
      ...['v1', 'v2'].map((tag) => `${tag}: layer is gone (layer missing)`),
      '2 of 2 can be copied back from mirror',
      details,
    ],
  },
  {
    title: 'one more than five is said to be one more',
    minute: 5,
    timeline: { 0: broken(childrenOf('v6', 'v5', 'v4', 'v3', 'v2', 'v1')) },
    description: ({ details }) => [
      ...['v1', 'v2', 'v3', 'v4', 'v5'].map((tag) => `${tag}: linux/arm64 is gone (child missing)`),
      'and 1 more',
      details,
    ],
  },
  {
    title: 'five are named without a word about more',
    minute: 5,
    timeline: { 0: broken(childrenOf('v5', 'v4', 'v3', 'v2', 'v1')) },
    description: ({ details }) => [
      ...['v1', 'v2', 'v3', 'v4', 'v5'].map((tag) => `${tag}: linux/arm64 is gone (child missing)`),
      details,
    ],
  },
  {
    title: 'what only a pinned digest leads to is named as that',
    minute: 5,
    timeline: { 0: broken(lost({ tag: '', object: 'manifest', usedBy: WEB, used: 'yes' })) },
    description: ({ details }) => [
      `pinned by its digest: the image is gone (manifest missing), used by ${WEB}`,
      details,
    ],
  },
  {
    title: 'numbers of an older probe say that something is broken, and where to look',
    minute: 5,
    timeline: {
      0: complete({
        families: { 'tag_failures{repository="team/app",tag="v1",object="layer",fault="missing"}': 1 },
      }),
    },
    description: ({ details }) => ['The report has what is broken.', details],
  },
];

/** Every way to be broken, in words. */
const WORDS: readonly (readonly [object: string, fault: string, words: string])[] = [
  ['child', 'unresolvable', 'an image of it cannot be resolved by a node'],
  ['config', 'not_unpackable', 'config cannot be unpacked'],
  ['layer', 'digest_mismatch', 'layer has other content'],
  ['manifest', 'invalid', 'the image is nothing that a node reads'],
  ['manifest', 'whatever_comes', 'the image is broken'],
];

const OTHER_PAGES: readonly Page[] = [
  {
    title: 'each kind of damage has words of its own',
    alert: NAME,
    severity: 'critical',
    labels: { repository: 'team/app' },
    minute: 5,
    places: ['prod'],
    timeline: { 0: broken(...WORDS.map(([object, fault]) => lost({ object, fault }))) },
    summary: (_, host) => `${host}/team/app would not pull`,
    description: ({ details }) => [
      ...WORDS.map(([object, fault, words]) => `v1: ${words} (${object} ${fault})`),
      details,
    ],
  },
  {
    title: 'what nobody uses says so',
    alert: UNUSED,
    severity: 'warning',
    labels: { repository: 'team/app' },
    minute: 5,
    timeline: { 0: broken(lost({ used: 'no' })) },
    summary: (_, host) => `${host}/team/app would not pull, and no workload uses it`,
    description: ({ details }) => ['v1: layer is gone (layer missing)', details],
  },
  {
    title: 'what pulls all the same says so',
    alert: PARTIAL,
    severity: 'warning',
    labels: { repository: 'team/app' },
    minute: 5,
    timeline: { 0: broken(lost({ object: 'child', affects: 'attestation', platform: 'unknown/unknown' })) },
    summary: (_, host) => `${host}/team/app pulls here, and something of it is lost`,
    description: ({ details }) => ['v1: an attestation is gone (child missing)', details],
  },
  {
    title: 'what is attached to an image is called that',
    alert: PARTIAL,
    severity: 'warning',
    labels: { repository: 'team/app' },
    minute: 5,
    timeline: { 0: broken(lost({ object: 'referrer', affects: 'attestation' })) },
    summary: (_, host) => `${host}/team/app pulls here, and something of it is lost`,
    description: ({ details }) => ['v1: what is attached to it is gone (referrer missing)', details],
  },
  {
    title: 'what has no name says how many',
    alert: NAME,
    severity: 'critical',
    labels: { unnamed: '3' },
    minute: 5,
    timeline: { 0: complete({ families: { unnamed_failures: 3 } }) },
    summary: (registry) => `More of registry ${registry} would not pull than is named`,
    description: ({ host, details }) => [
      `3 more than have an alert of their own, in ${host}: broken repositories, or what keeps nodes from all of it.`,
      details,
    ],
  },
];

export const FAILURE_TEXTS: readonly RuleCase[] = [
  ...PAGES.flatMap((page) =>
    pageCases({
      ...page,
      alert: NAME,
      severity: 'critical',
      labels: { repository: 'team/app' },
      summary: (_, host) => `${host}/team/app would not pull`,
    }),
  ),
  ...OTHER_PAGES.flatMap(pageCases),
];

/** The alert on a whole registry. */
export const FAILURE_TEXTS_PER_REGISTRY: readonly RuleCase[] = [
  {
    title: 'one alert for a registry names its tags, and how many have no series, however often it is scraped',
    groups: scrapedTwice(
      groups({
        big0: { 0: broken(lost({ tag: 'v2' }), lost({ repository: 'web/shop' }), { unnamed_failures: 2 }) },
        big1: { 0: broken(lost({ usedBy: WEB, used: 'yes', repository: 'z' }), { unnamed_failures: 1 }) },
      }),
    ),
    expected: fires(NAME, {
      5: [
        {
          ...alert('big', 'critical'),
          exp_annotations: {
            summary: 'Images of registry big would not pull',
            description: `z:v1: layer is gone (layer missing), used by ${WEB}
team/app:v2: layer is gone (layer missing)
web/shop:v1: layer is gone (layer missing)
and 3 that only the report names
Report: kubectl -n monitoring get configmap registry-integrity-probe-big-report -o yaml`,
            runbook_url: RUNBOOK_URL.replace('%s', NAME),
          },
        },
      ],
    }),
  },
];

/** The alert on a tag. */
export const FAILURE_TEXTS_PER_TAG: readonly RuleCase[] = [
  {
    title: 'one alert for a tag names it alone',
    groups: groups({ prod: { 0: broken(lost(), lost({ object: 'config' }), lost({ tag: 'v2', used: 'no' })) } }),
    expected: fires(NAME, {
      5: [
        {
          ...alert('prod', 'critical', { repository: 'team/app', tag: 'v1' }),
          exp_annotations: {
            summary: 'prod.example.com/team/app:v1 would not pull',
            description: `v1: config is gone (config missing)
v1: layer is gone (layer missing)
Report: kubectl -n monitoring get configmap registry-integrity-probe-prod-report -o yaml`,
            runbook_url: RUNBOOK_URL.replace('%s', NAME),
          },
        },
      ],
    }),
  },
  {
    title: 'what only a pinned digest leads to has an alert without a tag, and names no other',
    groups: groups({ prod: { 0: broken(lost({ tag: '' }), lost({ tag: 'v2', used: 'no' })) } }),
    expected: fires(NAME, {
      5: [
        {
          ...alert('prod', 'critical', { repository: 'team/app' }),
          exp_annotations: {
            summary: 'prod.example.com/team/app would not pull',
            description: `pinned by its digest: layer is gone (layer missing)
Report: kubectl -n monitoring get configmap registry-integrity-probe-prod-report -o yaml`,
            runbook_url: RUNBOOK_URL.replace('%s', NAME),
          },
        },
      ],
    }),
  },
];
