import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, onTestFinished, test } from 'vitest';

import { openCluster, readUsageOf } from '../../src/cli/cluster.ts';
import type { CommandDeps } from '../../src/cli/session.ts';
import { stubApi } from '../kubernetes/scene.ts';
import { createTestClock, type TestClock } from '../support/clock.ts';
import { startKubeApi } from '../support/servers/kube-api.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { fakeIo } from './fake-io.ts';
import { keepLog, type KeptLog } from './kept-log.ts';

const NOTHING = { registries: [], namespaces: [], deadline: 13 * 60_000 };
const NEVER = new AbortController().signal;
const IN_CLUSTER = { KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: '1' };

function depsWith(env: Readonly<Record<string, string>>): CommandDeps & {
  readonly log: KeptLog;
  readonly clock: TestClock;
} {
  const proxy = { httpProxy: '', httpsProxy: '', noProxy: '' };
  return { io: fakeIo({ env }), clock: createTestClock(), log: keepLog(), proxy };
}

describe('the cluster', () => {
  test("is that of the pod, and its namespace is the pod's own", async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'token'), 'token');
    await writeFile(join(folder, 'namespace'), 'tools');
    const deps = depsWith(IN_CLUSTER);

    const cluster = await openCluster(null, deps, folder);
    const usage = await readUsageOf(cluster, NOTHING, deps, NEVER);

    expect(cluster?.namespace).toBe('tools');
    expect(usage?.complete).toBe(false);
    expect(deps.log.lines).toMatchObject([{ level: 'warn', detail: expect.stringContaining(join(folder, 'ca.crt')) }]);
  });

  test('has another namespace where the settings name one', async () => {
    const api = await startKubeApi();
    onTestFinished(() => api.stop());
    const deps = depsWith({ KUBECONFIG: await api.kubeconfig(await temporaryFolder(), 'probe') });

    const own = await openCluster(null, deps, '/nowhere');
    const named = await openCluster('tools', deps, '/nowhere');

    expect([own?.namespace, named?.namespace]).toEqual(['probe', 'tools']);
  });

  test('is none in a pod without a token: one warning says so', async () => {
    const deps = depsWith(IN_CLUSTER);

    const cluster = await openCluster(null, deps, '/nowhere');

    expect(cluster).toBeNull();
    expect(deps.log.lines).toEqual([
      {
        level: 'warn',
        detail: "no service account's token is mounted (/nowhere/token)",
        message: 'The cluster is not asked for anything',
      },
    ]);
  });

  test('is none where the kubeconfig cannot be read, and the warning does not quote it', async () => {
    const file = join(await temporaryFolder(), 'kubeconfig');
    await writeFile(file, 'users:\n- user:\n    token: hunter2\n   bad: [\n');
    const deps = depsWith({ KUBECONFIG: file });

    const cluster = await openCluster(null, deps, '/nowhere');

    expect(cluster).toBeNull();
    expect(deps.log.lines).toEqual([
      {
        level: 'warn',
        detail: `${file} cannot be read as a kubeconfig`,
        message: 'The cluster is not asked for anything',
      },
    ]);
  });

  test('that does not answer keeps the walk waiting for a minute, and no longer', async () => {
    const deps = depsWith({});
    const { clock, log } = deps;
    const api = stubApi({
      list: (_, __, signal) => {
        clock.advance(60_000);
        const detail = signal.aborted ? (signal.reason as Error).message : 'still waiting';
        return Promise.resolve({ kind: 'failed', reason: 'unreachable', detail });
      },
    });
    const cluster = { api, namespace: 'probe', close: () => Promise.resolve() };

    const usage = await readUsageOf(cluster, NOTHING, deps, NEVER);

    expect(usage?.complete).toBe(false);
    expect(log.lines).toMatchObject([{ level: 'warn', detail: 'no answer within 60 s' }]);
  });

  test('is read in a fifth of the time that a run has', async () => {
    const deps = depsWith({});
    let reason: unknown;
    const api = stubApi({
      list: (_, __, signal) => {
        deps.clock.advance(20_000);
        reason = signal.reason;
        return Promise.resolve({ kind: 'failed', reason: 'unreachable', detail: 'slow' });
      },
    });
    const cluster = { api, namespace: 'probe', close: () => Promise.resolve() };

    await readUsageOf(cluster, { ...NOTHING, deadline: 100_000 }, deps, NEVER);

    expect(reason).toMatchObject({ message: 'no answer within 20 s' });
  });

  test('is asked nothing more when the run is told to stop', async () => {
    const deps = depsWith({});
    const stopped: boolean[] = [];
    const api = stubApi({
      list: (_, __, signal) => {
        stopped.push(signal.aborted);
        return Promise.resolve({ kind: 'failed', reason: 'unreachable', detail: 'stopped' });
      },
    });
    const cluster = { api, namespace: 'probe', close: () => Promise.resolve() };

    await readUsageOf(cluster, NOTHING, deps, AbortSignal.abort());

    expect(stopped).toEqual([true]);
  });
});
