import { alert, type AlertName, fires, groups, missing, type RuleCase, scrapedTwice, strangers } from '../case.ts';
import type { Happening, Timeline } from '../pushed-group.ts';
import { catalogLost, complete, every15, inaccessible, incomplete, suspect } from '../runs.ts';

/** The two alerts on what the last run said, which only count while runs are fresh: they wait 20 minutes. */
function lastRunCases(name: AlertName, bad: (late?: number) => Happening): readonly RuleCase[] {
  const prod = alert('prod', 'critical');
  const big = alert('big', 'critical');
  const dying: Timeline = { 0: complete(), 15: bad(), 30: bad(), 45: bad() };
  const overdue = ['prod', 'big'].map((registry) => alert(registry, 'warning', { cause: 'overdue' }));
  return [
    {
      title: `${name} fires after 20 minutes of bad runs, for its registry alone`,
      groups: groups({ prod: every15(bad()) }),
      expected: fires(name, { 19: [], 20: [prod], 240: [prod] }),
    },
    {
      title: `${name} does not fire for one bad run, although the next comes late`,
      groups: groups({ prod: { 0: bad(), 19: complete() } }),
      expected: fires(name, { 18: [], 20: [], 30: [] }),
    },
    {
      title: `${name} does not fire for what is incomplete for other reasons`,
      groups: groups({ prod: every15(incomplete()) }),
      expected: fires(name, { 60: [] }),
    },
    {
      title: `${name} fires when the second shard says so`,
      groups: groups({ big1: every15(bad()) }),
      expected: fires(name, { 19: [], 20: [big] }),
    },
    {
      title: `${name} fires when the first shard says so`,
      groups: groups({ big0: every15(bad()) }),
      expected: fires(name, { 19: [], 20: [big] }),
    },
    {
      title: `${name} fires once when both shards say so, and for each registry`,
      groups: groups({ big0: every15(bad()), big1: every15(bad()), stage: every15(bad()), prod: every15(bad()) }),
      expected: fires(name, { 20: [prod, alert('stage', 'critical'), big] }),
    },
    {
      title: `${name} is deaf to other releases, clusters, registries and shards`,
      groups: [...groups(), ...strangers(every15(bad()))],
      expected: fires(name, { 60: [] }),
    },
    {
      title: `${name} hands over to Stale when the probe dies after a bad run`,
      groups: groups({ prod: dying, big0: dying, big1: dying }),
      expected: [
        ...fires(name, { 35: [prod, big], 104: [prod, big], 105: [], 160: [] }),
        ...fires('RegistryIntegrityProbeStale', { 104: overdue, 160: overdue }),
      ],
    },
    {
      title: `${name} counts the age of the last run to the second`,
      groups: groups({ prod: { 45: bad(1) }, big0: { 45: bad(1) } }),
      expected: fires(name, { 105: [prod, big], 106: [] }),
    },
    {
      title: `${name} does not keep what a dead shard said last, although the other shard is fresh`,
      groups: groups({ big1: { 0: bad() } }),
      expected: [
        ...fires(name, { 59: [big], 60: [] }),
        ...fires('RegistryIntegrityProbeStale', { 60: [alert('big', 'warning', { cause: 'absent' })] }),
      ],
    },
    {
      title: `${name} goes on while scrapes fail, and waits no longer for them`,
      groups: missing([4, 12, 13, 25, 26], groups({ prod: every15(bad()), big0: every15(bad()) })),
      expected: fires(name, { 19: [], 20: [prod, big], 25: [prod, big], 26: [prod, big], 27: [prod, big] }),
    },
    {
      title: `${name} is one alert while a Pushgateway moves to another pod`,
      groups: scrapedTwice(groups({ prod: every15(bad()) })),
      expected: fires(name, { 20: [prod], 30: [prod] }),
    },
    {
      title: `${name} ends with the first run that is better`,
      groups: groups({ prod: { ...every15(bad(), 0, 30), 45: incomplete() } }),
      expected: fires(name, { 44: [prod], 45: [] }),
    },
  ];
}

const CATALOG = 'RegistryCatalogInaccessible';
const LOST = [alert('prod', 'critical', { cause: 'lost' }), alert('big', 'critical', { cause: 'lost' })];
const EMPTY = alert('prod', 'critical');

/** Where all repositories are lost: that waits five minutes. */
const LOST_CASES: readonly RuleCase[] = [
  {
    title: 'a catalog that names nobody any more fires after five minutes, and not once more after twenty',
    groups: groups({ prod: every15(catalogLost()), big1: every15(catalogLost()) }),
    expected: fires(CATALOG, { 4: [], 5: LOST, 19: LOST, 30: LOST, 240: LOST }),
  },
  {
    title: 'what is lost in both shards is one alert, and ends with the first run that sees repositories',
    groups: groups({ big0: { 0: catalogLost(), 15: complete() }, big1: { 0: catalogLost(), 15: incomplete() } }),
    expected: fires(CATALOG, { 5: LOST.slice(1), 14: LOST.slice(1), 15: [] }),
  },
  {
    title: 'what other releases, clusters, registries and shards have lost is nobody’s page',
    groups: [...groups(), ...strangers(every15(catalogLost()))],
    expected: fires(CATALOG, { 60: [] }),
  },
  {
    title: 'scrapes that fail do not end it, and do not make it another alert',
    groups: missing([2, 4, 8, 9, 22, 23], groups({ prod: every15(catalogLost()), big0: every15(catalogLost()) })),
    expected: fires(CATALOG, { 5: LOST, 8: LOST, 9: LOST, 24: LOST, 40: LOST }),
  },
  {
    title: 'a catalog that cannot be listed before it is lost waits for no longer',
    groups: groups({ prod: { 0: inaccessible(), 15: catalogLost(), 30: inaccessible(), 45: inaccessible() } }),
    expected: fires(CATALOG, { 15: [], 19: [], 20: LOST.slice(0, 1), 31: [], 49: [], 50: [EMPTY] }),
  },
  {
    title: 'the last words of a dead probe do not count, nor those of a dead shard',
    groups: groups({ prod: { 0: catalogLost() }, big1: { 0: catalogLost() } }),
    expected: fires(CATALOG, { 59: LOST, 60: [] }),
  },
  {
    title: 'a catalog that vanished in the course of a walk is lost, although it was listed',
    groups: groups({ prod: every15(incomplete({ families: { suspect: 1, catalog_lost: 1 } })) }),
    expected: fires(CATALOG, { 4: [], 5: LOST.slice(0, 1) }),
  },
];

export const CATALOG_CASES: readonly RuleCase[] = [...lastRunCases(CATALOG, inaccessible), ...LOST_CASES];
export const SUSPECT_CASES = lastRunCases('RegistryIntegritySuspect', suspect);
