import { alert, fires, groups, type RuleCase } from '../case.ts';
import { catalogLost, complete, every15, inaccessible, incomplete, refused, suspect, untold } from '../runs.ts';
import { type Page, pageCases } from './text.ts';

/** What others could not tell, which is on nobody's page. */
const ELSEWHERE = { 'not/ours': 1 };

/** What the pages of the companions say. */
const PAGES: readonly Page[] = [
  {
    title: 'the page of a suspect walk tells to look at the storage, not at images',
    alert: 'RegistryIntegritySuspect',
    severity: 'critical',
    minute: 20,
    timeline: every15(suspect()),
    summary: (registry) => `Nearly everything in registry ${registry} seems to be gone`,
    description: ({ host, log }) => [
      `In the last walk of ${host} nearly everything was missing: more likely its backend than its images.`,
      'The findings of that walk are held back.',
      'Is its storage mounted, and is it the right registry? Do not rebuild or delete anything yet.',
      log,
    ],
  },
  {
    title: 'an overdue probe is told with the age of its last success and what hinders it',
    alert: 'RegistryIntegrityProbeStale',
    severity: 'warning',
    labels: { cause: 'overdue' },
    minute: 90,
    timeline: {
      ...every15(untold(incomplete({ families: { 'unknown{reason="auth"}': 1 } }), { 'team/odd': 1, app: 7 }), 30),
      15: untold(incomplete(), { 'told/by-now': 1 }),
      0: complete(),
    },
    strangers: { ...every15(untold(inaccessible(), ELSEWHERE), 15), 0: complete() },
    summary: (registry) => `Registry ${registry} was not walked completely for too long`,
    description: ({ host, aShardOf, runs, log }) => [
      `The last complete walk of ${aShardOf}${host} ended 1h 30m 0s ago; nothing is known of its images since.`,
      'Unknown in the last run: auth, timeout',
      'In the repositories: app, team/odd',
      runs,
      log,
    ],
  },
  {
    title: 'a probe that never reported is told without an age and without reasons',
    alert: 'RegistryIntegrityProbeStale',
    severity: 'warning',
    labels: { cause: 'absent' },
    minute: 60,
    places: ['prod'],
    timeline: {},
    strangers: every15(untold(inaccessible(), ELSEWHERE)),
    summary: (registry) => `No complete walk of registry ${registry} was reported`,
    description: ({ host, runs, log }) => [
      `No complete walk of ${host} was ever reported, or the Pushgateway has lost it.`,
      runs,
      log,
    ],
  },
  {
    title: 'a probe whose walks were never complete is told with what hinders it',
    alert: 'RegistryIntegrityProbeStale',
    severity: 'warning',
    labels: { cause: 'absent' },
    minute: 60,
    places: ['prod'],
    timeline: every15(untold(inaccessible(), { app: 1 })),
    strangers: every15(untold(incomplete(), ELSEWHERE)),
    summary: (registry) => `No complete walk of registry ${registry} was reported`,
    description: ({ host, runs, log }) => [
      `No complete walk of ${host} was ever reported, or the Pushgateway has lost it.`,
      'Unknown in the last run: auth, connection',
      'In the repositories: app',
      runs,
      log,
    ],
  },
  {
    title: 'a shard whose walks were never complete is told as one of so many',
    alert: 'RegistryIntegrityProbeStale',
    severity: 'warning',
    labels: { cause: 'absent' },
    minute: 60,
    places: ['big0', 'big1'],
    timeline: every15(untold(inaccessible(), { 'web/shop': 1, 'team/odd': 2, app: 1 })),
    strangers: every15(untold(incomplete(), ELSEWHERE)),
    summary: (registry) => `No complete walk of registry ${registry} was reported`,
    description: ({ host, runs, log }) => [
      `1 of 2 shards of ${host} have never reported a complete walk, or the Pushgateway has lost it.`,
      'Unknown in the last run: auth, connection',
      'In the repositories: app, team/odd, web/shop',
      runs,
      log,
    ],
  },
  {
    title: 'a catalog that cannot be listed is told with the reasons',
    alert: 'RegistryCatalogInaccessible',
    severity: 'critical',
    minute: 20,
    timeline: every15(untold(inaccessible(), { 'team/odd': 1 })),
    strangers: every15(untold(incomplete({ families: { 'unknown{reason="tls"}': 1 } }), ELSEWHERE)),
    summary: (registry) => `The catalog of registry ${registry} cannot be listed`,
    description: ({ host, aShardOf, log }) => [
      aShardOf === ''
        ? `The probe cannot list the catalog of ${host}; none of its images is checked, and maybe none can be pulled.`
        : `Not all of its 2 shards can list the catalog of ${host}; the images of those that cannot are not checked, and maybe cannot be pulled.`,
      'Unknown in the last run: auth, connection',
      'In the repositories: team/odd',
      log,
    ],
  },
  {
    title: 'a catalog that is lost asks both what has happened to the storage and to the account',
    alert: 'RegistryCatalogInaccessible',
    severity: 'critical',
    labels: { cause: 'lost' },
    minute: 20,
    timeline: every15(catalogLost()),
    strangers: every15(inaccessible()),
    summary: (registry) => `Registry ${registry} has lost all its repositories`,
    description: ({ host, log }) => [
      `The catalog of ${host} is empty or gone, asked more than once, and earlier runs saw repositories in it: no image pulls, or the probe sees none.`,
      'Is the volume of its storage mounted, and is it the right one? Has the account of the probe lost its rights?',
      log,
    ],
  },
  {
    title: 'a walk that looked at nothing is told with what that may mean',
    alert: 'RegistryIntegrityNothingChecked',
    severity: 'warning',
    minute: 15,
    places: ['prod'],
    timeline: every15(complete({ families: { tags_checked: 0 } })),
    summary: (registry) => `Nothing was checked in registry ${registry}`,
    description: ({ host, log }) => [
      `The walk of ${host} was complete and looked at no tag: everything is excluded or deleted, or the account of the probe sees nothing.`,
      log,
    ],
  },
  {
    title: 'a list that has grown far shorter is told with how much is gone, and with what to do if it is meant so',
    alert: 'RegistryIntegrityCoverageDropped',
    severity: 'warning',
    minute: 15,
    timeline: every15(complete({ families: { coverage_drop_ratio: 0.256, coverage_drop_names: 12 } })),
    strangers: every15(complete({ families: { coverage_drop_ratio: 0.9, coverage_drop_names: 12 } })),
    summary: (registry) => `Far fewer images are listed in registry ${registry}`,
    description: ({ host, log }) => [
      `25.6% of the repositories or tags of ${host} are not listed any more: the list is cut short, or too much was deleted.`,
      'What is not listed is not checked, and its findings are gone. If it is meant to be so, set `coverageAcceptedAt`.',
      log,
    ],
  },
  {
    title: 'a refused push is told with its time',
    alert: 'RegistryIntegrityPushRejected',
    severity: 'warning',
    minute: 40,
    timeline: { 0: complete(), 30: refused(8) },
    summary: (registry) => `The Pushgateway refused the results for registry ${registry}`,
    description: ({ host, log }) => [
      `The Pushgateway refused the results for ${host} at 1970-01-01 00:30:08 +0000 UTC; all numbers of it are older.`,
      log.replace('Log', 'Status and reason'),
    ],
  },
];

const LOG =
  'kubectl -n monitoring logs -l app.kubernetes.io/instance=registry-integrity-probe,app.kubernetes.io/component=probe,registry-integrity/registry=big --tail=-1 --prefix';
const RUNS =
  'kubectl -n monitoring get cronjob,job,pod -l app.kubernetes.io/instance=registry-integrity-probe,app.kubernetes.io/component=probe,registry-integrity/registry=big';

/** What only happens to both shards of a divided registry. */
const BOTH_SHARDS: readonly RuleCase[] = [
  {
    title: 'two overdue shards are told with the age of the older success',
    groups: groups({ big0: { 0: complete() }, big1: { 30: complete() } }),
    expected: fires('RegistryIntegrityProbeStale', {
      90: [
        {
          ...alert('big', 'warning', { cause: 'overdue' }),
          exp_annotations: {
            summary: 'Registry big was not walked completely for too long',
            description: `The last complete walk of a shard of big.example.com ended 1h 30m 0s ago; nothing is known of its images since.\nLast runs: ${RUNS}\nLog: ${LOG}`,
            runbook_url: 'https://example.com/a%20b/RegistryIntegrityProbeStale.md',
          },
        },
      ],
    }),
  },
  {
    title: 'two shards that never reported are told as all of so many',
    groups: groups({ big0: {}, big1: {} }),
    expected: fires('RegistryIntegrityProbeStale', {
      60: [
        {
          ...alert('big', 'warning', { cause: 'absent' }),
          exp_annotations: {
            summary: 'No complete walk of registry big was reported',
            description: `2 of 2 shards of big.example.com have never reported a complete walk, or the Pushgateway has lost it.\nLast runs: ${RUNS}\nLog: ${LOG}`,
            runbook_url: 'https://example.com/a%20b/RegistryIntegrityProbeStale.md',
          },
        },
      ],
    }),
  },
  {
    title: 'two shards that looked at nothing are told with what that may mean',
    groups: groups({
      big0: every15(complete({ families: { tags_checked: 0 } })),
      big1: every15(complete({ families: { tags_checked: 0 } })),
    }),
    expected: fires('RegistryIntegrityNothingChecked', {
      15: [
        {
          ...alert('big', 'warning'),
          exp_annotations: {
            summary: 'Nothing was checked in registry big',
            description: `The walk of big.example.com was complete and looked at no tag: everything is excluded or deleted, or the account of the probe sees nothing.\nLog: ${LOG}`,
            runbook_url: 'https://example.com/a%20b/RegistryIntegrityNothingChecked.md',
          },
        },
      ],
    }),
  },
  {
    title: 'two refused shards are told with the time of the last refusal',
    groups: groups({ big0: { 0: complete(), 30: refused(8) }, big1: { 0: complete(), 31: refused() } }),
    expected: fires('RegistryIntegrityPushRejected', {
      40: [
        {
          ...alert('big', 'warning'),
          exp_annotations: {
            summary: 'The Pushgateway refused the results for registry big',
            description: `The Pushgateway refused the results for big.example.com at 1970-01-01 00:31:00 +0000 UTC; all numbers of it are older.\nStatus and reason: ${LOG}`,
            runbook_url: 'https://example.com/a%20b/RegistryIntegrityPushRejected.md',
          },
        },
      ],
    }),
  },
];

export const OTHER_TEXTS: readonly RuleCase[] = [...PAGES.flatMap(pageCases), ...BOTH_SHARDS];
