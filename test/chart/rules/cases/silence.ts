import { alert, fires, groups, missing, type RuleCase, scrapedTwice, strangers } from '../case.ts';
import type { Timeline } from '../pushed-group.ts';
import { complete, every15, incomplete, refused, refusedAtFirst } from '../runs.ts';

const NOTHING = 'RegistryIntegrityNothingChecked';
const REJECTED = 'RegistryIntegrityPushRejected';
const PROD = alert('prod', 'warning');
const BIG = alert('big', 'warning');

const nothing = complete({ families: { tags_checked: 0 } });
const little = complete({ families: { tags_checked: 1 } });

/** When RegistryIntegrityNothingChecked fires. */
export const NOTHING_CASES: readonly RuleCase[] = [
  {
    title: 'a complete walk that looked at no tag fires after 15 minutes, for its registry alone',
    groups: groups({ prod: every15(nothing) }),
    expected: fires(NOTHING, { 14: [], 15: [PROD] }),
  },
  {
    title: 'a walk that looked at one tag is a walk',
    groups: groups({ prod: every15(little), big0: every15(little), big1: every15(little) }),
    expected: fires(NOTHING, { 60: [] }),
  },
  {
    title: 'the second shard may be without a tag where the first has some, and both may not',
    groups: groups({ big0: { ...every15(nothing, 60), 0: little }, big1: every15(nothing) }),
    expected: fires(NOTHING, { 59: [], 74: [], 75: [BIG] }),
  },
  {
    title: 'the first shard may be without a tag where the second has some',
    groups: groups({ big0: every15(nothing), big1: every15(little) }),
    expected: fires(NOTHING, { 30: [] }),
  },
  {
    title: 'a walk that was never complete is none that checked nothing',
    groups: groups({ prod: every15(incomplete()) }),
    expected: fires(NOTHING, { 60: [] }),
  },
  {
    title: 'tags of other releases, clusters, registries and shards are not those of the registry',
    groups: [
      ...groups({ prod: every15(nothing), big0: every15(nothing), big1: every15(nothing) }),
      ...strangers(every15(little)),
    ],
    expected: fires(NOTHING, { 15: [PROD, BIG] }),
  },
  {
    title: 'scrapes that fail do not end it, and do not begin its wait anew',
    groups: missing(
      [4, 12, 17, 18],
      groups({ prod: every15(nothing), big0: every15(nothing), big1: every15(nothing) }),
    ),
    expected: fires(NOTHING, { 14: [], 15: [PROD, BIG], 17: [PROD, BIG], 18: [PROD, BIG] }),
  },
  {
    title: 'scrapes that fail do not leave a shard without a tag alone',
    groups: missing([4, 12, 17, 18], groups({ big0: every15(nothing), big1: every15(little) })),
    expected: fires(NOTHING, { 17: [], 30: [] }),
  },
  {
    title: 'an empty stranger is nobody’s page',
    groups: [...groups(), ...strangers(every15(nothing))],
    expected: fires(NOTHING, { 60: [] }),
  },
];

/** Accepted one second after the start, and refused in that second. */
const sameSecond: Timeline = { 0: complete(), 15: refused(1 - 15 * 60) };

/** When RegistryIntegrityPushRejected fires. */
export const REJECTED_CASES: readonly RuleCase[] = [
  {
    title: 'a push that was refused fires after five minutes, until one is accepted',
    groups: groups({ prod: { 0: complete(), 15: refused(), 30: complete() } }),
    expected: fires(REJECTED, { 14: [], 19: [], 20: [PROD], 29: [PROD], 30: [] }),
  },
  {
    title: 'scrapes that fail do not end it, and do not begin its wait anew',
    groups: missing(
      [17, 19, 24, 25],
      groups({ prod: { 0: complete(), 15: refused() }, big0: { 0: complete(), 15: refused() } }),
    ),
    expected: fires(REJECTED, { 19: [], 20: [PROD, BIG], 24: [PROD, BIG], 25: [PROD, BIG] }),
  },
  {
    title: 'a Pushgateway that moves to another pod does not make two of it',
    groups: scrapedTwice(groups({ prod: { 0: complete(), 15: refused() } })),
    expected: fires(REJECTED, { 20: [PROD] }),
  },
  {
    title: 'a first push that was refused fires',
    groups: groups({ prod: { 0: refusedAtFirst() }, big1: { 0: refusedAtFirst() } }),
    expected: fires(REJECTED, { 5: [PROD, BIG] }),
  },
  {
    title: 'a push that was accepted in the second of the refusal is no alert',
    groups: groups({ prod: sameSecond, big0: sameSecond }),
    expected: fires(REJECTED, { 30: [] }),
  },
  {
    title: 'the refusal of one shard is an alert of its registry, until that shard is accepted',
    groups: groups({
      big0: { 0: complete(), 40: refused() },
      big1: { 0: complete(), 15: refused(), 30: complete() },
    }),
    expected: fires(REJECTED, { 19: [], 20: [BIG], 30: [], 44: [], 45: [BIG] }),
  },
  {
    title: 'two refused shards are one alert',
    groups: groups({ big0: { 0: complete(), 15: refused() }, big1: { 0: complete(), 16: refused() } }),
    expected: fires(REJECTED, { 20: [BIG] }),
  },
  {
    title: 'pushes of other releases, clusters, registries and shards that are refused are nobody’s page',
    groups: [...groups(), ...strangers({ 0: complete(), 15: refused() })],
    expected: fires(REJECTED, { 30: [] }),
  },
];
