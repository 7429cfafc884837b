import { onTestFinished } from 'vitest';

import type { ApiAnswer, KubeApi } from '../../src/kubernetes/api.ts';
import { connect, type Connection } from '../../src/kubernetes/client.ts';
import type { KeptAcknowledged, KeptFinding, KeptReport } from '../../src/kubernetes/kept-report.ts';
import type { CurrentFinding } from '../../src/kubernetes/merge-report.ts';
import { startKubeApi, type FakeKubeApi } from '../support/servers/kube-api.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { DIGEST } from './objects.ts';

export const NEVER = new AbortController().signal;

/** An API on 127.0.0.1, gone when the test is over, and a connection to it by a kubeconfig. */
export async function connectedApi(): Promise<Connection & { readonly server: FakeKubeApi }> {
  const server = await startKubeApi();
  onTestFinished(() => server.stop());
  const file = await server.kubeconfig(await temporaryFolder());
  const connection = await connect({ kind: 'kubeconfig', files: [file] }, 'probe-test/1');
  onTestFinished(() => connection.api.close());
  return { ...connection, server };
}

/** An API of the test's own, which refuses whatever is not given. */
export function stubApi(methods: Partial<KubeApi>): KubeApi {
  const refuse = (): Promise<ApiAnswer<never>> =>
    Promise.resolve({ kind: 'failed', reason: 'other', detail: 'not expected to be asked' });
  return {
    list: refuse,
    listNodes: refuse,
    readConfigMap: refuse,
    patchConfigMap: refuse,
    createEvent: refuse,
    readSecret: refuse,
    close: () => Promise.resolve(),
    ...methods,
  };
}

/** A missing child of `team/app:v1` that two workloads use, unless told otherwise. */
export function current(changes: Partial<CurrentFinding> = {}): CurrentFinding {
  return {
    image: 'team/app:v1',
    repository: 'team/app',
    tags: ['v1'],
    object: 'child',
    fault: 'missing',
    digest: DIGEST,
    path: [DIGEST],
    platforms: ['linux/arm64'],
    inUseBy: ['shop/CronJob/report', 'shop/Deployment/web'],
    inUseByCount: 2,
    seen: 'GET 404: MANIFEST_UNKNOWN',
    cause: 'The index names a child that is not there.',
    next: 'Rebuild the image and push it.',
    ...changes,
  };
}

/** The same, as an earlier run kept it. */
export function kept(changes: Partial<KeptFinding> = {}): KeptFinding {
  const { seen, cause, next, ...what } = current();
  const times = { firstSeen: '2026-01-01T00:00:00.000Z', lastSeen: '2026-01-02T00:00:00.000Z' };
  return { ...what, ...times, seen, cause, next, ...changes };
}

/** A layer of `team/old:v0` that is known to be gone. */
export function keptAcknowledged(changes: Partial<KeptAcknowledged> = {}): KeptAcknowledged {
  return {
    image: 'team/old:v0',
    repository: 'team/old',
    tags: ['v0'],
    object: 'layer',
    fault: 'missing',
    digest: DIGEST,
    lastSeen: '2026-01-02T00:00:00.000Z',
    until: '2027-01-31',
    reason: 'is rebuilt in January',
    ...changes,
  };
}

/** What a complete run kept. */
export function keptReport(changes: Partial<KeptReport> = {}): KeptReport {
  const findings = changes.findings ?? [kept()];
  return {
    keptBy: 'registry-integrity-probe',
    version: 1,
    registry: 'prod',
    url: 'https://registry.example.com',
    lastRun: { finishedAt: '2026-01-02T00:00:00.000Z', verdict: 'broken', complete: true },
    lastCompleteRun: '2026-01-02T00:00:00.000Z',
    broken: findings.length,
    notListed: 0,
    findings,
    ...changes,
  };
}
