import { alert, fires, groups, type RuleCase } from '../case.ts';
import type { Happening } from '../pushed-group.ts';
import { complete, every15, incomplete } from '../runs.ts';

const OVERDUE = 'RegistryIntegrityCoverageOverdue';
const DROPPED = 'RegistryIntegrityCoverageDropped';
const STALE = 'RegistryIntegrityProbeStale';

/** A run after which the oldest thing was looked at in that minute. */
function oldest(minute: number, run: typeof complete | typeof incomplete = incomplete): Happening {
  return run({ families: { oldest_check_timestamp_seconds: minute * 60 } });
}

/** A complete run after which so much less is listed. */
function dropped(ratio: number, names: number): Happening {
  return complete({ families: { coverage_drop_ratio: ratio, coverage_drop_names: names } });
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
    expected: fires(OVERDUE, { 135: [], 137: [alert('big', 'warning')] }),
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
  {
    title: 'a list that is a quarter shorter is told after 15 minutes, until it is no more',
    groups: groups({ prod: { ...every15(dropped(0, 0)), ...every15(dropped(0.25, 12), 0, 60) } }),
    expected: fires(DROPPED, { 14: [], 15: [alert('prod', 'warning')], 74: [alert('prod', 'warning')], 76: [] }),
  },
  {
    title: 'a list that is a fifth shorter is not told, nor one of which nine names are gone',
    groups: groups({ prod: every15(dropped(0.2, 2000)), stage: every15(dropped(0.9, 9)) }),
    expected: fires(DROPPED, { 120: [] }),
  },
  {
    title: 'what is gone of all shards counts together',
    groups: groups({ big0: every15(dropped(0.3, 6)), big1: every15(dropped(0.1, 4)) }),
    expected: fires(DROPPED, { 15: [alert('big', 'warning')] }),
  },
];
