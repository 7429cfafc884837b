import assert from 'node:assert/strict';

import fc from 'fast-check';

import { describeOutcome } from '../../../src/cli/describe-outcome.ts';
import { createUsage } from '../../../src/kubernetes/usage.ts';
import { tagFailures } from '../../../src/metrics/tag-failures.ts';
import { createNames } from '../../../src/registry/names.ts';
import { compareSides } from '../../../src/walk/disagreements.ts';
import { createAcknowledgements } from '../../../src/walk/acknowledge.ts';
import { collectFindings } from '../../../src/walk/findings.ts';
import { createListedNames } from '../../../src/walk/listed-names.ts';
import { foldUnresolvable } from '../../../src/walk/registry-wide.ts';
import { isAmong, sortedNames } from '../../../src/walk/sorted-names.ts';
import { createTally } from '../../../src/walk/tally.ts';
import { createTrace, platformsOf, rootsTo, tagsTo } from '../../../src/walk/trace.ts';
import { addEdge, createNode, createTree, rootEdge, type TreeNode } from '../../../src/walk/tree.ts';
import { finding, observed, outcome } from '../../report/samples.ts';
import { property, type Property } from '../property.ts';

/** More of one thing than a call has room for in its arguments, and than can be compared each with each. */
const MANY = { min: 130_000, max: 200_000 } as const;
const lost = { kind: 'absent', fault: 'missing', observed: observed() } as const;
/** A case takes tenths of a second. */
const SHARE = 0.005;

const digestOf = (number: number): string => `sha256:${number.toString(16).padStart(64, '0')}`;
const each = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

/** What has to bear lists that are as long as a registry, or somebody who may push or deploy, likes. */
export const CROWD_PROPERTIES: readonly Property[] = [
  property(
    'crowd-of-edges',
    fc.record({ count: fc.integer(MANY), tags: fc.constantFrom(1, 1_000), depth: fc.constantFrom(1, 2) }),
    ({ count, tags, depth }) => {
      const root = createNode(digestOf(0), 0);
      for (let tag = 0; tag < tags; tag += 1) addEdge(root, rootEdge(`v${tag}`));
      const chain = each(depth, (level) => createNode(digestOf(level + 1), level + 1));
      let above: TreeNode = root;
      for (const node of chain) {
        for (let edge = 0; edge < count; edge += 1) addEdge(node, { ...rootEdge(null), from: above, object: 'child' });
        above = node;
      }

      assert.equal(tagsTo(above.edges).length, tags);
      const trace = createTrace();
      assert.equal(trace.pathTo(above, trace.above.at(above)).length, depth + 1);
      assert.equal(trace.above.at(above).isReached, true);
      assert.deepEqual([...rootsTo(above), ...platformsOf(above.edges)], []);
    },
    SHARE,
  ),
  property(
    'crowd-of-tags-and-layers',
    fc.record({ tags: fc.integer({ min: 10_000, max: 20_000 }), images: fc.constantFrom(1, 2) }),
    ({ tags, images }) => {
      const tree = createTree('app');
      const roots = each(images, (image) => createNode(digestOf(image), 0));
      for (const [image, root] of roots.entries()) {
        for (let tag = 0; tag < tags; tag += 1) addEdge(root, rootEdge(`v${image}-${tag}`));
        tree.manifests.set(root.digest, root);
      }
      for (let layer = 0; layer < 5_000; layer += 1) {
        const node = createNode(digestOf(1_000 + layer), 1);
        for (const root of roots) addEdge(node, { ...rootEdge(null), from: root, object: 'layer' });
        node.state = { kind: 'broken', absent: lost, confirmations: 2 };
        tree.blobs.set(node.digest, node);
      }
      const users = each(30_000, (index) => ({ kind: 'Pod' as const, namespace: 'a', name: `p${index}`, uid: 'u' }));
      const image = (tag: string) => ({ registry: 'prod', repository: 'app', tag, digest: null });
      const usage = createUsage(
        [
          { image: image('v0-1'), users },
          { image: image('v0-2'), users },
        ],
        true,
      );
      const known = createAcknowledgements([{ tag: 'v0-*', until: '2026-01-01', reason: 'x' }], 0);

      const findings = collectFindings([tree]);
      const walked = outcome({ findings, verdict: 'broken' }, { name: 'prod' });
      const { report, known: use } = describeOutcome(walked, { usage });

      assert.equal(findings.length, 5_000);
      for (const one of findings) known.of(one);
      assert.equal(tagFailures(findings, 50, use).truncated, tags * images - 50);
      const told = report.findings.reduce((sum, one) => sum + one.tags.length, 0);
      assert.ok(told > 0 && told <= 200_000);
    },
    SHARE,
  ),
  property(
    'crowd-of-findings',
    fc.integer(MANY),
    (count) => {
      const findings = each(count, (index) =>
        finding({
          repository: `r${index % 1_000}`,
          tags: [`v${index}`],
          digest: digestOf(index),
          object: 'manifest',
          fault: 'unresolvable',
          obstacle: 'no_type',
          observed: observed(),
        }),
      );

      assert.equal(foldUnresolvable(findings, count).length, 1);
      assert.equal(tagFailures(findings, 50).sent.length, 50);
    },
    SHARE,
  ),
  property(
    'crowd-of-digests',
    fc.record({ count: fc.integer({ min: 20_000, max: 50_000 }), repositories: fc.constantFrom(1, 100) }),
    ({ count, repositories }) => {
      const user = { kind: 'Pod' as const, namespace: 'a', name: 'b', uid: 'c' };
      const uses = each(count, (index) => ({
        image: { registry: 'prod', repository: `r${index % repositories}`, tag: null, digest: digestOf(index) },
        users: [user],
      }));

      const usage = createUsage(uses, true);

      for (let asked = 0; asked < 10; asked += 1) usage.pinned('prod');
      const named = [...usage.pinned('prod').values()];
      assert.equal(
        named.reduce((sum, digests) => sum + digests.length, 0),
        count,
      );
      assert.equal(usage.usersOf('prod', { repository: 'r0', tags: [], roots: named[0] ?? [] }).length, 1);
    },
    SHARE,
  ),
  property(
    'crowd-of-names',
    fc.record({ count: fc.integer(MANY), same: fc.boolean() }),
    ({ count, same }) => {
      const names = each(count, (index) => (same ? 'app' : `app${index}`));
      const listed = createListedNames(createTally(), () => true);
      const all = createNames();

      assert.equal(all.add(names), true);
      all.add(names);
      const sorted = sortedNames(names);
      assert.equal(isAmong(sorted, names[0] ?? ''), true);
      assert.equal(listed.repositories(sorted).length, sorted.length);
      assert.equal(
        listed.tags(
          'app',
          names.map((name) => `-${name}`),
        ).length,
        0,
      );
    },
    SHARE,
  ),
  property(
    'crowd-on-two-sides',
    fc.integer({ min: 20_000, max: 40_000 }),
    (count) => {
      const findings = each(count, (index) =>
        finding({ repository: 'app', tags: [`v${index}`], digest: digestOf(index) }),
      );
      const unknowns = each(count, (index) => ({
        repository: 'app',
        reference: `w${index}`,
        reason: 'timeout' as const,
        detail: '',
      }));
      const listings = {
        repositories: new Set(['app']),
        tags: new Map([['app', new Set(each(count, (index) => `v${index}`))]]),
      };
      const side = (result: object) => ({ result: outcome(result).result, listings });

      const [storage, registry] = [side({ findings, unknowns: [] }), side({ findings: [], unknowns })];

      assert.equal(compareSides(storage, registry).length, count);
    },
    SHARE,
  ),
];
