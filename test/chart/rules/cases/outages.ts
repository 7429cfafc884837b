import { alert, type AlertName, fires, groups, type RuleCase, strangers } from '../case.ts';
import type { Happening, Timeline } from '../pushed-group.ts';
import { complete, every15, inaccessible, incomplete, suspect } from '../runs.ts';

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
      title: `${name} ends with the first run that is better`,
      groups: groups({ prod: { ...every15(bad(), 0, 30), 45: incomplete() } }),
      expected: fires(name, { 44: [prod], 45: [] }),
    },
  ];
}

export const CATALOG_CASES = lastRunCases('RegistryCatalogInaccessible', inaccessible);
export const SUSPECT_CASES = lastRunCases('RegistryIntegritySuspect', suspect);
