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

/** At each minute exactly one of the three fires for a registry's repository, or none. */
function only(byMinute: Readonly<Record<number, AlertName | null>>, registry = 'prod', more: Labels = APP) {
  return Object.entries(byMinute).flatMap(([minute, name]) =>
    NAMES.flatMap((one) => fires(one, { [minute]: one === name ? [of(one, registry, more)] : [] })),
  );
}

function of(name: AlertName, registry: string, more: Labels = APP) {
  return alert(registry, name === FAILURE ? 'critical' : 'warning', more);
}

/** Which alert it is, where `severity: warning` says that what nobody uses can wait. */
export const SEVERITY_CASES: readonly RuleCase[] = [
  {
    title: 'what a workload uses is critical',
    groups: groups({ prod: { 0: broken(used) } }),
    expected: only({ 4: null, 5: FAILURE }),
  },
  {
    title: 'what a workload may use is critical',
    groups: groups({ prod: { 0: broken() } }),
    expected: only({ 4: null, 5: FAILURE }),
  },
  {
    title: 'what no workload uses has an alert of its own, after the same five minutes',
    groups: groups({ prod: { 0: broken(unused) } }),
    expected: only({ 4: null, 5: UNUSED }),
  },
  {
    title: 'so it is in one shard among sound ones',
    groups: groups({ big1: { 0: broken(unused) } }),
    expected: only({ 5: UNUSED }, 'big'),
  },
  {
    title: 'what only incomplete walks confirmed and nobody uses is the same',
    groups: groups({ prod: { 0: partial(lost({ used: 'no' }, 'partial_')) } }),
    expected: only({ 4: null, 5: UNUSED }),
  },
  {
    title: 'an incomplete walk that confirms again what nobody uses changes nothing',
    groups: groups({ prod: { 0: broken(unused), 15: partial(lost({ used: 'no' }, 'partial_')), 30: incomplete() } }),
    expected: only({ 14: UNUSED, 16: UNUSED, 22: UNUSED, 40: UNUSED }),
  },
  {
    title: 'what an incomplete walk finds to be used is critical',
    groups: groups({ prod: { 0: broken(unused), 15: partial(lost({ used: 'yes' }, 'partial_')) } }),
    expected: only({ 14: UNUSED, 15: null, 20: FAILURE }),
  },
  {
    title: 'one tag that is used makes its repository critical',
    groups: groups({ prod: { 0: broken(unused, lost({ tag: 'v2', used: 'yes' }), lost({ tag: 'v3', used: 'no' })) } }),
    expected: only({ 5: FAILURE }),
  },
  {
    title: 'a repository that is used does not change what another one is',
    groups: groups({ prod: { 0: broken(unused, lost({ repository: 'web/shop', used: 'yes' })) } }),
    expected: [
      ...fires(FAILURE, { 5: [failing('prod', { repository: 'web/shop' })] }),
      ...fires(UNUSED, { 5: [of(UNUSED, 'prod')] }),
    ],
  },
  {
    title: 'what comes into use is critical five minutes later, and nothing counts twice on the way',
    groups: groups({ prod: { 0: broken(unused), 15: broken(used) } }),
    expected: only({ 14: UNUSED, 15: null, 19: null, 20: FAILURE, 30: FAILURE }),
  },
  {
    title: 'what goes out of use waits for as long as it was looked back, and five minutes',
    groups: groups({ prod: { 0: broken(used), 15: broken(unused) } }),
    expected: only({ 14: FAILURE, 18: FAILURE, 21: null, 26: UNUSED }),
  },
  {
    title: 'a lost attestation is partial',
    groups: groups({ prod: { 0: broken(attested) } }),
    expected: only({ 4: null, 5: PARTIAL }),
  },
  {
    title: 'a platform that nobody needs is partial, whoever uses the tag',
    groups: groups({ big0: { 0: broken(lost({ affects: 'other_platform', used: 'yes' })) } }),
    expected: only({ 5: PARTIAL }, 'big'),
  },
  {
    title: 'what only incomplete walks confirmed may be partial, too',
    groups: groups({ prod: { 0: partial(lost({ affects: 'attestation' }, 'partial_')) } }),
    expected: only({ 4: null, 5: PARTIAL }),
  },
  {
    title: 'one tag that would not pull makes its repository critical',
    groups: groups({ prod: { 0: broken(attested, foreign, lost({ tag: 'v2' })) } }),
    expected: only({ 5: FAILURE }),
  },
  {
    title: 'one tag that would not pull, and nobody uses, makes its repository unused',
    groups: groups({
      prod: { 0: broken(lost({ affects: 'attestation', used: 'yes' }), lost({ tag: 'v2', used: 'no' })) },
    }),
    expected: only({ 5: UNUSED }),
  },
  {
    title: 'what an incomplete walk finds that would not pull makes it critical',
    groups: groups({ prod: { 0: broken(attested), 15: partial(lost({}, 'partial_')) } }),
    expected: only({ 14: PARTIAL, 15: null, 20: FAILURE }),
  },
  {
    title: 'scrapes that fail change none of them',
    groups: missing(
      [2, 4, 8, 9],
      groups({
        prod: { 0: broken(unused, lost({ repository: 'a', affects: 'attestation' }), lost({ repository: 'b' })) },
        stage: {
          0: partial(lost({ used: 'no' }, 'partial_'), lost({ repository: 'a', affects: 'attestation' }, 'partial_')),
        },
      }),
    ),
    expected: [5, 8, 9, 12].flatMap((at) => [
      ...fires(UNUSED, { [at]: [of(UNUSED, 'prod'), of(UNUSED, 'stage')] }),
      ...fires(PARTIAL, {
        [at]: [of(PARTIAL, 'prod', { repository: 'a' }), of(PARTIAL, 'stage', { repository: 'a' })],
      }),
      ...fires(FAILURE, { [at]: [failing('prod', { repository: 'b' })] }),
    ]),
  },
  {
    title: 'scrapes that fail do not make unused, or partial, what is critical in another series',
    groups: missing(
      [8, 9],
      groups({
        prod: { 0: broken(unused, lost({ tag: 'v2' })) },
        stage: { 0: broken(attested), 1: partial(lost({}, 'partial_')) },
        big0: { 0: broken(attested, lost({ tag: 'v2' })) },
        big1: { 0: broken(lost({ repository: 'a', used: 'no' })), 1: partial(lost({ repository: 'a' }, 'partial_')) },
      }),
    ),
    expected: [
      ...fires(UNUSED, { 14: [] }),
      ...fires(PARTIAL, { 14: [] }),
      ...fires(FAILURE, {
        14: [failing('prod'), failing('stage'), failing('big'), failing('big', { repository: 'a' })],
      }),
    ],
  },
  {
    title: 'what other releases and clusters use, or do not, does not matter',
    groups: [
      ...groups({ prod: { 0: broken(unused) }, big0: { 0: broken(attested) } }),
      ...strangers({ 0: broken(used, lost({ tag: 'v2' })), 1: partial() }),
    ],
    expected: [
      ...fires(FAILURE, { 10: [] }),
      ...fires(UNUSED, { 10: [of(UNUSED, 'prod')] }),
      ...fires(PARTIAL, { 10: [of(PARTIAL, 'big')] }),
    ],
  },
  {
    title: 'what is unused, or partial, elsewhere is nobody’s page',
    groups: [...groups(), ...strangers({ 0: broken(unused, lost({ repository: 'a', affects: 'attestation' })) })],
    expected: only({ 10: null }),
  },
  {
    title: 'strangers that confirm in incomplete walks are nobody’s page either',
    groups: [
      ...groups(),
      ...strangers({
        0: partial(lost({ used: 'no' }, 'partial_'), lost({ repository: 'a', affects: 'attestation' }, 'partial_')),
      }),
    ],
    expected: only({ 10: null }),
  },
  {
    title: 'numbers of an older probe, which does not say who uses what, are critical',
    groups: groups({
      prod: {
        0: complete({ families: { 'tag_failures{repository="team/app",tag="v1",object="layer",fault="missing"}': 1 } }),
      },
    }),
    expected: only({ 5: FAILURE }),
  },
];
