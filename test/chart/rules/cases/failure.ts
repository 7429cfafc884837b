import { alert, fires, groupLabels, groups, type RuleCase, scrapedTwice, strangers } from '../case.ts';
import { broken, complete, every15, gone, incomplete, inaccessible, partial, suspect } from '../runs.ts';

const NAME = 'RegistryManifestIntegrityFailure';
const PROD = alert('prod', 'critical');
const BIG = alert('big', 'critical');

/** When RegistryManifestIntegrityFailure fires; who uses what is broken is not known in any of them. */
export const FAILURE_CASES: readonly RuleCase[] = [
  {
    title: 'one finding fires after five minutes, for its registry alone',
    groups: groups({ prod: every15(broken()) }),
    expected: fires(NAME, { 4: [], 5: [PROD], 30: [PROD] }),
  },
  {
    title: 'findings of other releases, clusters, former registries and former shards are nobody’s page',
    groups: [...groups(), ...strangers({ ...every15(broken()), 1: partial() })],
    expected: fires(NAME, { 60: [] }),
  },
  {
    title: 'a finding of one shard is a finding of its registry, among sound kinds and shards',
    groups: groups({ big1: every15(broken()) }),
    expected: fires(NAME, { 4: [], 5: [BIG] }),
  },
  {
    title: 'findings of both shards and of several kinds are one alert',
    groups: groups({
      big0: { 0: broken({ 'failures{object="manifest",fault="missing"}': 4 }) },
      big1: { 0: broken() },
    }),
    expected: fires(NAME, { 5: [BIG] }),
  },
  {
    title: 'two broken registries are two alerts',
    groups: groups({ prod: { 0: broken() }, stage: { 0: broken() } }),
    expected: fires(NAME, { 5: [PROD, alert('stage', 'critical')] }),
  },
  {
    title: 'a first walk that was cut short and confirmed a finding fires without a complete walk',
    groups: groups({ prod: { 0: partial() }, big0: { 0: partial() } }),
    expected: fires(NAME, { 4: [], 5: [PROD, BIG] }),
  },
  {
    title: 'a finding of an incomplete walk stands until a complete walk has looked at everything',
    groups: groups({ prod: { 0: complete(), 15: partial(), 30: incomplete(), 45: suspect(), 60: complete() } }),
    expected: fires(NAME, { 14: [], 20: [PROD], 44: [PROD], 59: [PROD], 60: [] }),
  },
  {
    title: 'a finding of a complete and of an incomplete walk is one alert',
    groups: groups({ prod: { 0: broken(), 15: partial() } }),
    expected: fires(NAME, { 5: [PROD], 30: [PROD] }),
  },
  {
    title: 'it ends with the complete walk that finds nothing',
    groups: groups({ prod: { 0: broken(), 15: complete() } }),
    expected: fires(NAME, { 14: [PROD], 15: [] }),
  },
  {
    title: 'the last known findings stand while the probe is dead or the catalog is down',
    groups: groups({ prod: { 0: broken() }, big0: { 0: broken(), 15: inaccessible() } }),
    expected: fires(NAME, { 90: [PROD, BIG] }),
  },
  {
    title: 'a Pushgateway that forgot everything ends it until the next run',
    groups: groups({ prod: { 0: broken(), 16: gone(), 30: broken() } }),
    expected: fires(NAME, { 15: [PROD], 16: [], 34: [], 35: [PROD] }),
  },
  {
    title: 'a Pushgateway that is scraped twice does not make two alerts',
    groups: scrapedTwice(groups({ prod: { 0: broken() } })),
    expected: fires(NAME, { 5: [PROD] }),
  },
];

/** When it is a warning, where `severityUnused` says so: only while it is known that nothing uses what is broken. */
export const SEVERITY_CASES: readonly RuleCase[] = [
  {
    title: 'what a workload uses is critical',
    groups: groups({ prod: { 0: broken({ failures_in_use: 1 }) } }),
    expected: fires(NAME, { 4: [], 5: [PROD] }),
  },
  {
    title: 'what no workload uses is a warning, after the same five minutes',
    groups: groups({ prod: { 0: broken({ failures_in_use: 0 }) }, big1: { 0: broken({ failures_in_use: 0 }) } }),
    expected: fires(NAME, { 4: [], 5: [alert('prod', 'warning'), alert('big', 'warning')] }),
  },
  {
    title: 'what an incomplete walk has confirmed is critical, for the use of that is not known',
    groups: groups({
      prod: { 0: broken({ failures_in_use: 0 }), 15: partial(), 30: broken({ failures_in_use: 0 }) },
    }),
    expected: fires(NAME, { 14: [alert('prod', 'warning')], 20: [PROD], 29: [PROD], 35: [alert('prod', 'warning')] }),
  },
  {
    title: 'an incomplete walk that confirmed nothing leaves a warning what it is',
    groups: groups({ prod: { 0: broken({ failures_in_use: 0 }), 15: incomplete() } }),
    expected: fires(NAME, { 30: [alert('prod', 'warning')] }),
  },
  {
    title: 'what comes into use becomes critical, and what goes out of use a warning',
    groups: groups({
      prod: {
        0: broken({ failures_in_use: 0 }),
        15: broken({ failures_in_use: 2 }),
        30: broken({ failures_in_use: 0 }),
      },
    }),
    expected: fires(NAME, { 14: [alert('prod', 'warning')], 20: [PROD], 35: [alert('prod', 'warning')] }),
  },
  {
    title: 'the second shard whose findings are in use makes the registry critical',
    groups: groups({ big0: { 0: broken({ failures_in_use: 0 }) }, big1: { 0: broken({ failures_in_use: 1 }) } }),
    expected: fires(NAME, { 5: [BIG] }),
  },
  {
    title: 'the first shard whose findings are in use makes the registry critical',
    groups: groups({ big0: { 0: broken({ failures_in_use: 1 }) }, big1: { 0: broken({ failures_in_use: 0 }) } }),
    expected: fires(NAME, { 5: [BIG] }),
  },
  {
    title: 'the second shard with findings that could not read the cluster makes the registry critical',
    groups: groups({ big0: { 0: broken({ failures_in_use: 0 }) }, big1: { 0: broken() } }),
    expected: fires(NAME, { 5: [BIG] }),
  },
  {
    title: 'the first shard with findings that could not read the cluster makes the registry critical',
    groups: groups({ big0: { 0: broken() }, big1: { 0: broken({ failures_in_use: 0 }) } }),
    expected: fires(NAME, { 5: [BIG] }),
  },
  {
    title: 'what either shard confirmed in an incomplete walk makes the registry critical',
    groups: groups({
      prod: { 0: broken({ failures_in_use: 0 }), 1: partial() },
      big0: { 0: broken({ failures_in_use: 0 }), 1: incomplete(), 11: partial() },
      big1: { 0: broken({ failures_in_use: 0 }), 1: partial(), 11: broken({ failures_in_use: 0 }) },
    }),
    expected: fires(NAME, { 10: [PROD, BIG], 16: [PROD, BIG] }),
  },
  {
    title: 'a sound shard that could not read the cluster changes nothing',
    groups: groups({ big0: { 0: broken({ failures_in_use: 0 }) } }),
    expected: fires(NAME, { 5: [alert('big', 'warning')] }),
  },
  {
    title: 'what other releases and clusters use, or do not know the use of, does not matter',
    groups: [
      ...groups({ prod: { 0: broken({ failures_in_use: 0 }) }, big0: { 0: broken({ failures_in_use: 0 }) } }),
      ...strangers({ 0: broken({ failures_in_use: 3 }) }),
    ],
    expected: fires(NAME, { 5: [alert('prod', 'warning'), alert('big', 'warning')] }),
  },
  {
    title: 'what other releases and clusters confirm in incomplete walks does not matter',
    groups: [
      ...groups({ prod: { 0: broken({ failures_in_use: 0 }) }, big0: { 0: broken({ failures_in_use: 0 }) } }),
      ...strangers({ 0: partial() }),
    ],
    expected: fires(NAME, { 5: [alert('prod', 'warning'), alert('big', 'warning')] }),
  },
  {
    title: 'what other releases and clusters found without reading the cluster does not matter',
    groups: [
      ...groups({ prod: { 0: broken({ failures_in_use: 0 }) }, big0: { 0: broken({ failures_in_use: 0 }) } }),
      ...strangers({ 0: broken() }),
    ],
    expected: fires(NAME, { 5: [alert('prod', 'warning'), alert('big', 'warning')] }),
  },
  {
    title: 'a registry whose findings nobody uses stays a warning beside one whose findings are used',
    groups: groups({ prod: { 0: broken({ failures_in_use: 0 }) }, stage: { 0: broken({ failures_in_use: 1 }) } }),
    expected: fires(NAME, { 5: [alert('prod', 'warning'), alert('stage', 'critical')] }),
  },
  {
    title: 'another group that read the cluster does not stand in for one that did not',
    groups: [
      ...groups({ prod: { 0: broken() } }),
      { labels: groupLabels('prod', 3), timeline: { 0: broken({ failures_in_use: 0 }) } },
    ],
    expected: fires(NAME, { 5: [PROD] }),
  },
];
