import { describe, expect, onTestFinished, test } from 'vitest';

import { probe, type ProbeRun } from '../support/probe.ts';
import { startKubeApi, type FakeKubeApi } from '../support/servers/kube-api.ts';
import { startStub, type HttpStub } from '../support/servers/stub-http.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const WITNESS = 'monitoring/probe-prod-config';

/** A Pushgateway that holds one group of ours. */
async function startGateway(): Promise<HttpStub> {
  const stub = await startStub(({ method }, response) => {
    const data = [{ labels: { job: 'registry-integrity-probe', registry: 'prod' } }];
    if (method === 'DELETE') response.writeHead(202).end();
    else response.end(JSON.stringify({ status: 'success', data }));
  });
  onTestFinished(() => stub.stop());
  return stub;
}

async function startApi(): Promise<FakeKubeApi> {
  const api = await startKubeApi();
  onTestFinished(() => api.stop());
  return api;
}

async function forget(gateway: HttpStub, api: FakeKubeApi | null, witness = WITNESS): Promise<ProbeRun> {
  const kubeconfig = api === null ? {} : { KUBECONFIG: await api.kubeconfig(await temporaryFolder()) };
  return probe(['forget', '--pushgateway', gateway.url.origin], {
    PROBE_PUSHGATEWAY_RETRIES: '0',
    PROBE_FORGET_WITNESS: witness,
    ...kubeconfig,
  });
}

function deletions({ seen }: HttpStub): number {
  return seen.filter(({ method }) => method === 'DELETE').length;
}

describe('a witness of the installation', () => {
  test('that is there keeps everything on the Pushgateway, which one line tells', async () => {
    const [gateway, api] = [await startGateway(), await startApi()];
    api.configMaps.set(WITNESS, {});

    const { code, stdout, stderr } = await forget(gateway, api);

    expect([code, stdout, gateway.seen.length]).toEqual([0, '', 0]);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain('this is still installed');
  });

  test('that is gone lets it be deleted', async () => {
    const [gateway, api] = [await startGateway(), await startApi()];
    api.configMaps.set('other/probe-prod-config', {});

    const { code } = await forget(gateway, api);

    expect([code, deletions(gateway)]).toEqual([0, 1]);
  });

  test('that may not be read keeps everything, and is no success', async () => {
    const [gateway, api] = [await startGateway(), await startApi()];
    api.denied.add('get configmaps');

    const { code, stderr } = await forget(gateway, api);

    expect([code, gateway.seen.length]).toEqual([3, 0]);
    expect(stderr).toContain('"verb":"get","resource":"configmaps","namespace":"monitoring"');
  });

  test('without a cluster to ask keeps everything, and is no success', async () => {
    const gateway = await startGateway();

    const { code } = await forget(gateway, null);

    expect([code, gateway.seen.length]).toEqual([3, 0]);
  });

  test('that is not named is not read', async () => {
    const [gateway, api] = [await startGateway(), await startApi()];

    const { code } = await forget(gateway, api, '');

    expect([code, deletions(gateway), api.calls]).toEqual([0, 1, []]);
  });

  test.each(['probe-prod-config', 'a/b/c', '/b', 'a/', 'A/b', 'a/B_'])('is refused as %s', async (witness) => {
    const gateway = await startGateway();

    const { code, stderr } = await forget(gateway, null, witness);

    expect([code, gateway.seen.length]).toEqual([2, 0]);
    expect(stderr).toContain('PROBE_FORGET_WITNESS');
    expect(stderr).toContain('expected the namespace and the name of a ConfigMap, as in monitoring/probe-config');
  });
});
