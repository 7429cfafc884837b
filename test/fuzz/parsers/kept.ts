import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';

import fc from 'fast-check';

import { decodeState, encodeState } from '../../../src/history/encode.ts';
import { listedObject, type ObjectMeta, type PodSpec } from '../../../src/kubernetes/listed-object.ts';
import { parseReport, renderReport } from '../../../src/kubernetes/report-text.ts';
import { assertPrintable } from '../claims.ts';
import { property, type Property } from '../property.ts';
import { anyText, damaged, digest, nearly, oddJson, oddText } from '../texts.ts';

const MOMENT = '2026-01-02T03:04:05.000Z';
const OWNER = { registry: 'prod', shard: null };
const moment = fc.constant(MOMENT);

const known = nearly({
  digest,
  tag: oddText,
  object: oddText,
  firstSeen: moment,
  lastSeen: moment,
  otherTags: fc.array(oddText, { maxLength: 2 }),
});
const state = nearly({
  findings: fc.array(nearly({ repository: anyText, broken: fc.array(known, { maxLength: 2 }) }), { maxLength: 3 }),
  findingsNotKept: fc.nat(),
  repositories: oddJson,
  walks: oddJson,
  scrub: oddJson,
  goodPins: oddJson,
}).map((parts) => ({
  keptBy: 'registry-integrity-probe',
  version: 1,
  ...OWNER,
  begunAt: MOMENT,
  lastRunAt: MOMENT,
  lastCompleteRunAt: null,
  findings: [],
  findingsNotKept: 0,
  ...parts,
}));
const kept = nearly({
  findings: fc.array(
    nearly({
      image: anyText,
      repository: anyText,
      tags: fc.array(oddText, { maxLength: 2 }),
      object: oddText,
      fault: oddText,
      digest,
      path: fc.array(digest, { maxLength: 2 }),
      platforms: fc.array(oddText, { maxLength: 2 }),
      lastSeen: moment,
      seen: anyText,
      cause: anyText,
      next: anyText,
    }),
    { maxLength: 3 },
  ),
  url: anyText,
}).map((parts) => ({
  keptBy: 'registry-integrity-probe',
  version: 1,
  registry: 'prod',
  url: 'x',
  lastRun: { finishedAt: MOMENT, verdict: 'sound', complete: true },
  lastCompleteRun: null,
  broken: 0,
  notListed: 0,
  findings: [],
  ...parts,
}));
const yaml = fc.oneof(
  kept.map((one) => JSON.stringify(one)),
  fc
    .tuple(
      fc.constantFrom('? ', '- ', '[', '{', '&a [*a', '"', 'a: ', '? - '),
      fc.integer({ min: 1, max: 2_000 }),
      oddText,
    )
    .map(([unit, n, end]) => unit.repeat(n) + end),
  anyText,
);

/** Lists are lists, or null; what is in them may be anything. */
const listOf = (one: fc.Arbitrary<unknown>) => fc.option(fc.array(fc.option(one), { maxLength: 2 }));
const container = nearly({ image: anyText });
const meta = fc.record(
  {
    namespace: oddText,
    name: oddText,
    uid: oddText,
    labels: fc.option(fc.dictionary(fc.constant('pod-template-hash'), oddText)),
    ownerReferences: listOf(nearly({ kind: fc.constant('ReplicaSet'), name: oddText, controller: fc.boolean() })),
  },
  { requiredKeys: [] },
);
const spec = fc.record(
  {
    containers: listOf(container),
    initContainers: listOf(container),
    ephemeralContainers: listOf(container),
    volumes: listOf(nearly({ image: nearly({ reference: anyText }) })),
  },
  { requiredKeys: [] },
);

/** What was kept where somebody else may write, and what a cluster says. */
export const KEPT_PROPERTIES: readonly Property[] = [
  property(
    'states',
    fc.oneof(
      state.map((one) => gzipSync(JSON.stringify(one))),
      damaged(anyText),
      damaged(anyText).map((bytes) => gzipSync(bytes)),
    ),
    (bytes) => {
      const decoded = decodeState(bytes, OWNER);

      if (decoded.kind === 'miss') return assert.ok(decoded.detail.length < 500);
      assert.deepEqual(decodeState(encodeState(decoded.state, 1_000_000), OWNER), decoded);
    },
  ),
  property(
    'kept-reports',
    yaml,
    (text) => {
      const report = parseReport(text, 'prod');

      if (report === null) return;
      const again = renderReport(report, 100_000);
      assertPrintable(again, 110_000);
      assert.match(again, /^[ -~\n]*$/);
      assert.notEqual(parseReport(again, 'prod'), null);
    },
    0.2,
  ),
  property('kubernetes-objects', fc.tuple(fc.option(meta), fc.option(spec)), ([one, pod]) => {
    const { images } = listedObject('Pod', (one ?? undefined) as ObjectMeta | undefined, pod as PodSpec | null);

    for (const image of images) assert.equal(typeof image, 'string');
  }),
];
