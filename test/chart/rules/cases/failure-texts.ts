import { alert, fires, groups, type RuleCase, scrapedTwice, strangers } from '../case.ts';
import type { Families } from '../pushed-group.ts';
import { broken, complete, partial } from '../runs.ts';
import { type Page, pageCases } from './text.ts';

const NAME = 'RegistryManifestIntegrityFailure';

/** What the page on broken images says, wherever they are. */
const PAGES: readonly Omit<Page, 'alert' | 'severity' | 'summary'>[] = [
  {
    title: 'the page names each broken tag once, with all that is wrong below it, in order',
    minute: 20,
    timeline: {
      0: broken({
        failures_in_use: 2,
        ...tag('web/shop', '2.0', 'manifest', 'missing'),
        ...tag('data/importer', 'v9', 'layer', 'missing'),
        ...tag('data/importer', 'v10', 'layer', 'unreadable'),
        ...tag('data/importer', 'v10', 'layer', 'missing'),
        ...tag('data/importer', 'v10', 'config', 'unreadable'),
      }),
      15: partial(),
    },
    strangers: {
      0: broken({ failures_in_use: 7, tag_failures_truncated: 1, ...tag('not/ours', 'v1', 'layer', 'missing') }),
    },
    description: ({ registry, details, runNow }) => [
      `What would not pull from registry ${registry}, by tag:`,
      '- data/importer:v10: config unreadable, layer missing, layer unreadable',
      '- data/importer:v9: layer missing',
      '- team/app:v1: layer missing',
      '- web/shop:2.0: manifest missing',
      'Used by workloads of this cluster: 2 of the findings of the last complete walk; not known of what an incomplete walk has confirmed since.',
      details,
      runNow,
    ],
  },
  {
    title: 'the page names five tags, and says how many more there are, however often it is scraped',
    minute: 5,
    timeline: {
      0: broken({ failures_in_use: 1, tag_failures_truncated: 3, ...childrenOf('v6', 'v5', 'v4', 'v3', 'v2') }),
    },
    scrape: scrapedTwice,
    description: ({ registry, details, runNow }) => [
      `What would not pull from registry ${registry}, by tag:`,
      '- team/app:v1: layer missing',
      '- team/app:v2: child missing',
      '- team/app:v3: child missing',
      '- team/app:v4: child missing',
      '- team/app:v5: child missing',
      '- and 1 more',
      '- and 3 that only the report names',
      'Used by workloads of this cluster: 1 of the findings of the last complete walk.',
      details,
      runNow,
    ],
  },
  {
    title: 'five tags are named without a word about more',
    minute: 5,
    timeline: { 0: broken({ tag_failures_truncated: 1, ...childrenOf('v5', 'v4', 'v3', 'v2') }) },
    description: ({ registry, details, runNow }) => [
      `What would not pull from registry ${registry}, by tag:`,
      '- team/app:v1: layer missing',
      '- team/app:v2: child missing',
      '- team/app:v3: child missing',
      '- team/app:v4: child missing',
      '- team/app:v5: child missing',
      '- and 1 that only the report names',
      details,
      runNow,
    ],
  },
  {
    title: 'the page names what an incomplete walk has confirmed',
    minute: 20,
    timeline: { 0: complete({ families: { failures_in_use: 0 } }), 15: partial() },
    description: ({ registry, details, runNow }) => [
      `What would not pull from registry ${registry}, by tag:`,
      '- team/app:v1: layer missing',
      'Used by workloads of this cluster: 0 of the findings of the last complete walk; not known of what an incomplete walk has confirmed since.',
      details,
      runNow,
    ],
  },
  {
    title: 'a page without a tag says that an image without one may be meant',
    minute: 5,
    timeline: { 0: complete({ families: { 'failures{object="layer",fault="missing"}': 1, failures_in_use: 1 } }) },
    strangers: { 0: broken({ tag_failures_truncated: 4 }), 1: partial() },
    description: ({ registry, details, runNow }) => [
      `Something would not pull from registry ${registry}, and no tag is named: an image without a tag may be meant, which a workload pins by its digest.`,
      'Used by workloads of this cluster: 1 of the findings of the last complete walk.',
      details,
      runNow,
    ],
  },
  {
    title: 'a page without a tag says that the report has the names, where tags have no series',
    minute: 5,
    timeline: {
      0: complete({ families: { 'failures{object="layer",fault="missing"}': 1, tag_failures_truncated: 1 } }),
    },
    description: ({ registry, details, runNow }) => [
      `Something would not pull from registry ${registry}, and no tag is named: the report alone has the names.`,
      details,
      runNow,
    ],
  },
];

/** The page as a whole, word for word. */
const BOTH_SHARDS: RuleCase = {
  title: 'the page of a divided registry adds its shards up, however often they are scraped',
  groups: [
    ...scrapedTwice(
      groups({
        big0: {
          0: broken({
            failures_in_use: 1,
            tag_failures_truncated: 2,
            ...tag('web/shop', '2.0', 'manifest', 'missing'),
          }),
        },
        big1: {
          0: broken({
            failures_in_use: 3,
            tag_failures_truncated: 4,
            ...tag('big/model', 'v1', 'layer', 'missing'),
          }),
        },
      }),
    ),
    ...strangers({ 0: broken({ failures_in_use: 9, tag_failures_truncated: 9 }), 1: partial() }),
  ],
  expected: fires(NAME, {
    5: [
      {
        ...alert('big', 'critical'),
        exp_annotations: {
          summary: 'Images of registry big would not pull',
          description: `What would not pull from registry big, by tag:
- big/model:v1: layer missing
- team/app:v1: layer missing
- web/shop:2.0: manifest missing
- and 6 that only the report names
Used by workloads of this cluster: 4 of the findings of the last complete walk.
Digests, platforms, cause and next step of each: kubectl -n monitoring get configmap registry-integrity-probe-big-report -o yaml
After the repair: kubectl -n monitoring create job --from=cronjob/registry-integrity-probe-big registry-integrity-probe-big-$(date +%s)`,
          runbook_url: 'https://example.com/a%20b/RegistryManifestIntegrityFailure.md',
        },
      },
    ],
  }),
};

export const FAILURE_TEXTS: readonly RuleCase[] = [
  ...PAGES.flatMap((page) =>
    pageCases({
      ...page,
      alert: NAME,
      severity: 'critical',
      summary: (registry) => `Images of registry ${registry} would not pull`,
    }),
  ),
  BOTH_SHARDS,
];

function tag(repository: string, name: string, object: string, fault: string): Families {
  return { [`tag_failures{repository="${repository}",tag="${name}",object="${object}",fault="${fault}"}`]: 1 };
}

function childrenOf(...tags: readonly string[]): Families {
  return Object.assign({}, ...tags.map((name) => tag('team/app', name, 'child', 'missing'))) as Families;
}
