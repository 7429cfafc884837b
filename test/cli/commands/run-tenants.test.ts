import { describe, expect, test } from 'vitest';

import { buildImage } from '../../../src/demo/content.ts';
import { parseReport } from '../../../src/kubernetes/report-text.ts';
import { podThatRan, templated } from '../../kubernetes/objects.ts';
import { app } from '../../support/reg-fixture.ts';
import { clusterScene, HOST } from './cluster-scene.ts';

const ARM64 = app.arm64.manifest.digest;
const RETIRED = buildImage({ seed: 'cluster/retired' });
const NEVER_SEEN = /^registry_integrity_pinned_never_seen\{[^}]*\} (\d+)$/m;
const FAST = { confirm: { delay: '0s', rounds: 2 } };

/** Images by digests that nobody ever pushed, all in one repository or each in one of its own. */
function madeUp(many: number, repository: (index: number) => string = () => 'app'): readonly string[] {
  const digest = (index: number): string => `sha256:${String(index).padStart(64, '0')}`;
  return Array.from({ length: many }, (_, index) => `${HOST}/${repository(index)}@${digest(index)}`);
}

describe('one namespace that names digests which were never there', () => {
  test.each([
    ['300 in one repository', 300, undefined, { neverSeen: 300 }],
    ['300 in as many', 300, (index: number) => `aaa/x${index}`, { neverSeen: 300 }],
    ['10,000 in one repository', 10_000, undefined, { neverSeen: 1_000, pinnedLeft: 9_000 }],
  ])('takes nothing from another: %s', async (_, many, repository, counts) => {
    const { registry, api, kept, run } = await clusterScene();
    registry.store.removeManifest('app', ARM64);
    api.objects.set('deployments.apps', [
      templated('aaa/crowd', madeUp(many, repository)),
      templated('shop/web', [`${HOST}/app:v1`]),
    ]);

    const { code, registry: report, metrics } = await run({ top: { ...FAST, failOnFindings: true } });

    expect(code).toBe(1);
    expect(report()).toMatchObject({
      complete: true,
      verdict: 'broken',
      counts,
      findings: [{ repository: 'app', tags: ['v1'], object: 'child', inUseBy: ['shop/Deployment/web'] }],
    });
    expect(report().findings).toHaveLength(1);
    expect(report().neverSeen).toHaveLength(20);
    expect(report().neverSeen?.[0]?.inUseBy).toEqual(['aaa/Deployment/crowd']);
    expect(NEVER_SEEN.exec(metrics)?.[1]).toBe(String(counts.neverSeen));
    expect(metrics).toMatch(/^registry_integrity_failures\{[^}]*object="manifest",fault="missing"[^}]*\} 0$/m);
    expect(metrics).toMatch(/^registry_integrity_tag_failures\{[^}]*repository="app",tag="v1"[^}]*\} 1$/m);
    expect(parseReport(kept(), 'lab')?.findings).toMatchObject([{ image: 'app:v1' }]);
    expect(api.events).toMatchObject([{ metadata: { namespace: 'shop' } }]);
  });

  test('where the pods cannot be read makes findings, and leaves another its event, its series and its place', async () => {
    const { registry, api, kept, run } = await clusterScene();
    registry.store.removeManifest('app', ARM64);
    api.objects.set('deployments.apps', [
      templated(
        'aaa/crowd',
        madeUp(300, (index) => `aaa/x${index}`),
      ),
      templated('shop/web', [`${HOST}/app:v1`]),
    ]);
    api.denied.add('list pods');

    const { registry: report, metrics } = await run({ top: FAST });

    expect(report().findings).toHaveLength(301);
    expect(report().counts.neverSeen).toBe(0);
    expect(metrics).toMatch(/^registry_integrity_tag_failures\{[^}]*repository="app",tag="v1"[^}]*\} 1$/m);
    expect(metrics.match(/^registry_integrity_tag_failures\{/gm)).toHaveLength(50);
    expect(parseReport(kept(), 'lab')?.findings.map(({ image }) => image)).toContain('app:v1');
    expect(api.events).toHaveLength(50);
    expect(api.events.filter(({ metadata }) => (metadata as { namespace: string }).namespace === 'shop')).toHaveLength(
      1,
    );
  });

  test('is told in text, and is no finding: it ends with 0', async () => {
    const { api, run } = await clusterScene();
    api.objects.set('deployments.apps', [templated('aaa/crowd', madeUp(3))]);

    const { code, stdout } = await run({ top: { ...FAST, failOnFindings: true }, format: 'text' });

    expect(code).toBe(0);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
      `Named by workloads, not there, and as far as is known never there: 3 digests, such as app@sha256:${'0'.repeat(64)} in aaa/Deployment/crowd.`,
    );
  });
});

describe('a digest that is gone', () => {
  const { digest } = RETIRED.manifest;
  const named = templated('shop/db', [`${HOST}/app@${digest}`]);

  test.each([
    ['a pod of any namespace runs it', 'Running'],
    ['a pod that has ended ran it', 'Succeeded'],
  ])('is a finding where %s', async (_, phase) => {
    const { api, run } = await clusterScene();
    api.objects.set('statefulsets.apps', [named]);
    api.objects.set('pods', [podThatRan('other/pod', `${HOST}/app@${digest}`, phase)]);

    const { registry: report } = await run({ top: FAST });

    expect(report()).toMatchObject({
      counts: { neverSeen: 0 },
      findings: [{ digest, inUseBy: ['shop/StatefulSet/db'] }],
    });
  });

  test('is a finding where it was good in an earlier run, and stays one', async () => {
    const { registry, api, run } = await clusterScene();
    registry.store.put('app', null, RETIRED);
    api.objects.set('statefulsets.apps', [named]);
    const before = await run({ top: FAST });
    registry.store.removeManifest('app', digest);

    const after = await run({ top: FAST });
    const later = await run({ top: FAST });

    expect(before.registry().verdict).toBe('sound');
    for (const { registry: report } of [after, later]) expect(report().findings).toMatchObject([{ digest }]);
  });

  test('stays a finding when the pod that ran it is gone, since it cannot start any more', async () => {
    const { api, run } = await clusterScene();
    api.objects.set('statefulsets.apps', [named]);
    api.objects.set('pods', [podThatRan('shop/db-0', `${HOST}/app@${digest}`)]);
    await run({ top: FAST });
    api.objects.set('pods', []);

    const { registry: report } = await run({ top: FAST });

    expect(report().findings).toMatchObject([{ digest }]);
  });

  test('is a finding where pods of some namespaces alone are read, or the state is there and cannot be', async () => {
    const { api, run } = await clusterScene();
    api.objects.set('statefulsets.apps', [named]);
    const all = { inUse: true, configMap: 'report', state: 'state', events: true };

    const some = await run({ top: FAST, kubernetes: { ...all, namespaces: ['shop'] } });
    api.configMaps.set('probe/state', {});
    const whole = await run({ top: FAST });
    api.denied.add('get configmaps');
    const unread = await run({ top: FAST });

    const found = [some, whole, unread].map(({ registry: report }) => report().findings.length);
    expect(found).toEqual([1, 0, 1]);
  });
});

test('what was found of digests that have no turn in a run stays as it was until they have one', async () => {
  const { registry, api, run } = await clusterScene();
  const images = Array.from({ length: 40 }, (_, index) => buildImage({ seed: `tenants/${index}` }));
  const names = images.map(({ manifest }) => `${HOST}/app@${manifest.digest}`);
  api.objects.set('deployments.apps', [templated('shop/web', names)]);
  for (const image of images) registry.store.put('app', null, image);
  await run({ top: FAST });
  // Of 240 requests, 120 are for digests that may not be there, at six for each.
  const few = () => run({ top: FAST, lab: { requestsPerRun: 240 } });

  for (const { manifest } of images) registry.store.removeManifest('app', manifest.digest);
  const lost = [await few(), await few(), await few()];
  for (const image of images) registry.store.put('app', null, image);
  const repaired = [await few(), await few()];

  const told = [...lost, ...repaired].map(({ registry: report }) => {
    const { complete, findings, counts } = report();
    return [complete, findings.length, counts.pinnedLeft];
  });
  expect(told).toEqual([
    [true, 20, 20],
    [true, 40, 20],
    [true, 40, 20],
    [true, 20, 20],
    [true, 0, 20],
  ]);
});
