import type { V1Job } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';

import { rowsAt, startDamaged } from '../pullers/damaged-registry.ts';
import { PUSHED } from '../pullers/cases/unpackable.ts';
import { damageOf } from '../real/damage.ts';
import { untilCluster } from '../support/cluster/clients.ts';
import { createNamespace, install, RESTRICTED } from '../support/cluster/release.ts';
import { pullOnNode } from '../support/node/pulls.ts';
import { type NodeCluster, startNode } from '../support/node/start-node.ts';
import { probe } from '../support/probe.ts';
import { pushContents } from '../support/pullers/contents.ts';
import { app, single } from '../support/reg-fixture.ts';
import { startRegistry } from '../support/servers/docker-registry.ts';
import { startPushgateway } from '../support/servers/pushgateway.ts';
import { startStocked } from '../support/servers/stocked-registry.ts';
import { describeDrills, type Undelivered, uninstallUndelivered } from './drills.ts';

let node: NodeCluster;
let undelivered: Promise<Undelivered>;
beforeAll(async () => {
  node = await startNode();
  // Nearly five minutes of waiting, beside everything else.
  undelivered = uninstallUndelivered(node);
  undelivered.catch(() => null);
});
afterAll(() => node.stop());

/** What is broken is another platform's: this node pulls, and another one does not. */
const OTHER_PLATFORM = 'c2- c1- D+ S- C-';

describe('a node pulls what the probe says it would', () => {
  test.each(['warm', 'cold'] as const)('of a damaged registry (%s)', async (temperature) => {
    const rows = rowsAt('docker-registry', temperature);
    const registry = await startDamaged(rows, temperature, { address: '0.0.0.0' });
    try {
      const host = await node.trust(registry);

      const pulls = await pullOnNode(
        node,
        temperature,
        rows.map(({ victim }) => `${host}/${victim.repository}:v1`),
      );
      const verdicts = await Promise.all(
        rows.map(({ victim, flags = [] }) =>
          probe(['verify', `${registry.url.host}/${victim.repository}:v1`, ...flags]),
        ),
      );

      const seen = rows.map(({ title, victim }, index) => {
        const pull = pulls.get(`${host}/${victim.repository}:v1`);
        return { title, pulls: pull?.pulls, code: verdicts[index]?.code };
      });
      const expected = rows.map(({ title, probe: verdict, pullers }) => ({
        title,
        pulls: verdict === 'sound' || pullers === OTHER_PLATFORM,
        code: verdict === 'sound' ? 0 : 1,
      }));
      expect(seen).toEqual(expected);
    } finally {
      await registry.stop();
    }
  });

  test('of what was broken before it was pushed, when it is unpacked', async () => {
    const registry = await startRegistry({ address: '0.0.0.0' });
    try {
      for (const { tag, contents } of PUSHED) await pushContents(registry.url, 'pushed', tag, contents);
      const host = await node.trust(registry);

      const pulls = await pullOnNode(
        node,
        'pushed',
        PUSHED.map(({ tag }) => `${host}/pushed:${tag}`),
      );
      const verdicts = await Promise.all(
        PUSHED.map(({ tag }) => probe(['verify', `${registry.url.host}/pushed:${tag}`, '--blob-check', 'unpack'])),
      );

      const seen = PUSHED.map(({ tag }, index) => ({
        tag,
        pulls: pulls.get(`${host}/pushed:${tag}`)?.pulls,
        code: verdicts[index]?.code,
      }));
      const codeOf = ({ unpacks, probe: verdict }: (typeof PUSHED)[number]): number =>
        verdict?.startsWith('unknown') === true ? 3 : Number(!unpacks);
      expect(seen).toEqual(PUSHED.map((one) => ({ tag: one.tag, pulls: one.unpacks, code: codeOf(one) })));
    } finally {
      await registry.stop();
    }
  });
});

describe('the chart on a node', () => {
  test('is installed, walks, reports, passes its own test and goes', async () => {
    const registry = await startStocked([app, single], { address: '0.0.0.0' });
    const gateway = await startPushgateway({ address: '0.0.0.0' });
    try {
      const host = await node.trust(registry);
      const [machine = ''] = host.split(':');
      const damage = await damageOf(registry);
      await damage.remove(damage.revision('app', app.arm64.manifest.digest));
      await createNamespace(node, 'probe', RESTRICTED);
      const release = await install(node, {
        name: 'lab',
        namespace: 'probe',
        values: {
          image: { registry: await node.trust(node.platform), repository: 'probe', tag: 'v1' },
          registries: { prod: { url: `http://${host}` } },
          pushgateway: { url: `http://${machine}:${gateway.url.port}` },
        },
      });

      const [pod] = await release.start('prod');
      const job = pod?.metadata?.labels?.['batch.kubernetes.io/job-name'] ?? '';
      await untilCluster(() => isOver(job), 'the walk is over', 120_000);
      const { status } = await node.get<V1Job>('job', job, 'probe');
      const report = await release.report('prod');
      const tested = await testRelease('lab', 'probe');
      const pushed = await gateway.metrics();
      await release.uninstall();

      expect(status?.succeeded).toBe(1);
      expect(pushed).toMatch(/^registry_integrity_failures\{.*object="child".*\} 1$/m);
      expect(await gateway.metrics()).not.toContain('registry_integrity_');
      expect(parse(report.data?.['prod.yaml'] ?? '')).toMatchObject({
        findings: [{ image: 'app:v1', digest: app.arm64.manifest.digest }],
      });
      expect(tested).toContain('Phase:          Succeeded');
      expect(await node.list('cronjobs,configmaps,jobs', 'probe', release.selector)).toEqual([]);
    } finally {
      await gateway.stop();
      await registry.stop();
    }
  });
});

describeDrills(() => node);

test('an uninstall without the Pushgateway takes all but the Job of its hook, which says what is left', async () => {
  const { said, left, log } = await undelivered;

  expect(said).toContain('job lab-registry-integrity-probe-forget failed: DeadlineExceeded');
  expect(left).toEqual(['Job lab-registry-integrity-probe-forget']);
  expect(log).toContain('refused the connection');
  expect(log).toContain('run forget again with the same job and groupingLabels');
});

async function isOver(job: string): Promise<boolean> {
  const { status } = await node.get<V1Job>('job', job, 'probe');
  return (status?.conditions ?? []).some(({ type, status: is }) => is === 'True' && /^(Complete|Failed)$/.test(type));
}

/** What `helm test` printed; when it fails, what its pods said goes with it. */
async function testRelease(name: string, namespace: string): Promise<string> {
  try {
    return (await node.helm(['test', name, '--namespace', namespace, '--timeout', '120s'])).stdout;
  } catch (error) {
    const pods = ['--selector', 'app.kubernetes.io/component=test', '--namespace', namespace];
    const told = [
      await node.kubectl(['logs', '--tail', '-1', ...pods]),
      await node.kubectl(['describe', 'pods', ...pods]),
    ];
    throw new Error(`helm test failed; its pods said:\n${told.join('\n')}`, { cause: error });
  }
}
