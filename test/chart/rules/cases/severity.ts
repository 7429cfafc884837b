import {
  alert,
  type AlertName,
  failing,
  fires,
  groups,
  type Labels,
  missing,
  type RuleCase,
  strangers,
} from '../case.ts';
import type { Families, Timeline } from '../pushed-group.ts';
import { broken, complete, incomplete, lost, partial } from '../runs.ts';

const FAILURE = 'RegistryManifestIntegrityFailure';
const UNUSED = 'RegistryManifestIntegrityFailureUnused';
const PARTIAL = 'RegistryManifestIntegrityFailurePartial';
const NAMES = [FAILURE, UNUSED, PARTIAL] as const;

const APP = { repository: 'team/app' };
const used = lost({ used: 'yes' });
const unused = lost({ used: 'no' });
const attested = lost({ affects: 'attestation' });
const foreign = lost({ affects: 'other_platform' });

type Place = 'prod' | 'big0' | 'big1';

/** At each minute exactly one of the three fires for a registry's repository, or none. */
function onlyOf(byMinute: Readonly<Record<number, AlertName | null>>, registry: string, more: Labels = APP) {
  return Object.entries(byMinute).flatMap(([minute, name]) =>
    NAMES.flatMap((one) => fires(one, { [minute]: one === name ? [of(one, registry, more)] : [] })),
  );
}

function of(name: AlertName, registry: string, more: Labels = APP) {
  return alert(registry, name === FAILURE ? 'critical' : 'warning', more);
}

/** Which alert it is, where `severity: warning` says that what nobody uses can wait, of the registry of a place. */
function casesAt(place: Place): readonly RuleCase[] {
  const registry = place === 'prod' ? 'prod' : 'big';
  const here = (timeline: Timeline) => groups({ [place]: timeline });
  const only = (byMinute: Readonly<Record<number, AlertName | null>>) => onlyOf(byMinute, registry);
  return [
    {
      title: 'what a workload uses is critical',
      groups: here({ 0: broken(used) }),
      expected: only({ 4: null, 5: FAILURE }),
    },
    {
      title: 'what a workload may use is critical',
      groups: here({ 0: broken() }),
      expected: only({ 4: null, 5: FAILURE }),
    },
    {
      title: 'what no workload uses has an alert of its own, after the same five minutes',
      groups: here({ 0: broken(unused) }),
      expected: only({ 4: null, 5: UNUSED }),
    },
    {
      title: 'what only incomplete walks confirmed and nobody uses is the same',
      groups: here({ 0: partial(lost({ used: 'no' }, 'partial_')) }),
      expected: only({ 4: null, 5: UNUSED }),
    },
    {
      title: 'an incomplete walk that confirms again what nobody uses changes nothing',
      groups: here({ 0: broken(unused), 15: partial(lost({ used: 'no' }, 'partial_')), 30: incomplete() }),
      expected: only({ 14: UNUSED, 16: UNUSED, 22: UNUSED, 40: UNUSED }),
    },
    {
      title: 'what an incomplete walk finds to be used is critical',
      groups: here({ 0: broken(unused), 15: partial(lost({ used: 'yes' }, 'partial_')) }),
      expected: only({ 14: UNUSED, 15: null, 20: FAILURE }),
    },
    {
      title: 'one tag that is used makes its repository critical',
      groups: here({ 0: broken(unused, lost({ tag: 'v2', used: 'yes' }), lost({ tag: 'v3', used: 'no' })) }),
      expected: only({ 5: FAILURE }),
    },
    {
      title: 'a repository that is used does not change what another one is',
      groups: here({ 0: broken(unused, lost({ repository: 'web/shop', used: 'yes' })) }),
      expected: [
        ...fires(FAILURE, { 5: [failing(registry, { repository: 'web/shop' })] }),
        ...fires(UNUSED, { 5: [of(UNUSED, registry)] }),
      ],
    },
    {
      title: 'what comes into use is critical five minutes later, and nothing counts twice on the way',
      groups: here({ 0: broken(unused), 15: broken(used) }),
      expected: only({ 14: UNUSED, 15: null, 19: null, 20: FAILURE, 30: FAILURE }),
    },
    {
      title: 'what goes out of use waits for as long as it was looked back, and five minutes',
      groups: here({ 0: broken(used), 15: broken(unused) }),
      expected: only({ 14: FAILURE, 18: FAILURE, 21: null, 26: UNUSED }),
    },
    {
      title: 'a lost attestation is partial',
      groups: here({ 0: broken(attested) }),
      expected: only({ 4: null, 5: PARTIAL }),
    },
    {
      title: 'a platform that nobody needs is partial, whoever uses the tag',
      groups: here({ 0: broken(lost({ affects: 'other_platform', used: 'yes' })) }),
      expected: only({ 5: PARTIAL }),
    },
    {
      title: 'what only incomplete walks confirmed may be partial, too',
      groups: here({ 0: partial(lost({ affects: 'attestation' }, 'partial_')) }),
      expected: only({ 4: null, 5: PARTIAL }),
    },
    {
      title: 'one tag that would not pull makes its repository critical',
      groups: here({ 0: broken(attested, foreign, lost({ tag: 'v2' })) }),
      expected: only({ 5: FAILURE }),
    },
    {
      title: 'one tag that would not pull, and nobody uses, makes its repository unused',
      groups: here({ 0: broken(lost({ affects: 'attestation', used: 'yes' }), lost({ tag: 'v2', used: 'no' })) }),
      expected: only({ 5: UNUSED }),
    },
    {
      title: 'what an incomplete walk finds that would not pull makes it critical',
      groups: here({ 0: broken(attested), 15: partial(lost({}, 'partial_')) }),
      expected: only({ 14: PARTIAL, 15: null, 20: FAILURE }),
    },
    {
      title: 'a platform that nobody needs is partial beside an attestation of another repository',
      groups: here({ 0: broken(foreign, lost({ repository: 'a', affects: 'attestation' })) }),
      expected: [
        ...fires(PARTIAL, { 5: [of(PARTIAL, registry), of(PARTIAL, registry, { repository: 'a' })] }),
        ...fires(FAILURE, { 5: [] }),
        ...fires(UNUSED, { 5: [] }),
      ],
    },
    ...[broken, (...all: readonly Families[]) => partial(...all)].map((walk, index): RuleCase => {
      const prefix = index === 0 ? '' : 'partial_';
      return {
        title: `scrapes that fail change none of them, of ${prefix}tag_failures`,
        groups: missing(
          [2, 4, 8, 9],
          here({
            0: walk(
              lost({ used: 'no' }, prefix),
              lost({ repository: 'a', affects: 'attestation' }, prefix),
              lost({ repository: 'b' }, prefix),
              lost({ repository: 'c', used: 'no' }, prefix),
              lost({ repository: 'c', tag: 'v2' }, prefix),
              lost({ repository: 'd', affects: 'attestation' }, prefix),
              lost({ repository: 'd', tag: 'v2' }, prefix),
              lost({ repository: 'e', affects: 'other_platform' }, prefix),
            ),
          }),
        ),
        expected: [5, 8, 9, 12, 14].flatMap((at) => [
          ...fires(UNUSED, { [at]: [of(UNUSED, registry)] }),
          ...fires(PARTIAL, { [at]: ['a', 'e'].map((repository) => of(PARTIAL, registry, { repository })) }),
          ...fires(FAILURE, { [at]: ['b', 'c', 'd'].map((repository) => failing(registry, { repository })) }),
        ]),
      };
    }),
    ...[broken, partial].map((walk, index): RuleCase => {
      const prefix = index === 0 ? '' : 'partial_';
      return {
        title: `what other releases and clusters have does not matter, of ${prefix}tag_failures`,
        groups: [
          ...here({ 0: broken(unused, lost({ repository: 'a', affects: 'attestation' })) }),
          ...strangers({
            0: walk(
              lost({ used: 'yes' }, prefix),
              lost({ repository: 'a' }, prefix),
              lost({ repository: 'b' }, prefix),
              lost({ repository: 'c', used: 'no' }, prefix),
              lost({ repository: 'd', affects: 'attestation' }, prefix),
            ),
          }),
        ],
        expected: [
          ...fires(FAILURE, { 10: [] }),
          ...fires(UNUSED, { 10: [of(UNUSED, registry)] }),
          ...fires(PARTIAL, { 10: [of(PARTIAL, registry, { repository: 'a' })] }),
        ],
      };
    }),
    {
      title: 'numbers of an older probe, which does not say who uses what, are critical',
      groups: here({
        0: complete({ families: { 'tag_failures{repository="team/app",tag="v1",object="layer",fault="missing"}': 1 } }),
      }),
      expected: only({ 5: FAILURE }),
    },
  ];
}

export const SEVERITY_CASES: readonly RuleCase[] = (['prod', 'big0', 'big1'] as const).flatMap((place) =>
  casesAt(place).map((one) => ({ ...one, title: `${one.title} (${place})` })),
);
