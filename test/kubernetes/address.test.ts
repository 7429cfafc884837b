import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { findCluster } from '../../src/kubernetes/address.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const IN_CLUSTER = { KUBERNETES_SERVICE_HOST: '10.0.0.1', KUBERNETES_SERVICE_PORT: '443' };

describe('where the cluster is', () => {
  test('a pod with a token speaks to its own cluster, whatever kubeconfig is there', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'token'), 'token');
    await writeFile(join(folder, 'namespace'), 'probe\n');

    const address = await findCluster({
      env: { ...IN_CLUSTER, KUBECONFIG: '/elsewhere' },
      homeDirectory: '',
      serviceAccountDirectory: folder,
    });

    expect(address).toEqual({
      kind: 'pod',
      server: 'https://10.0.0.1:443',
      caFile: join(folder, 'ca.crt'),
      tokenFile: join(folder, 'token'),
      namespace: 'probe',
    });
  });

  test('an IPv6 address is put into brackets, and a namespace that is not told is the default one', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'token'), 'token');

    const address = await findCluster({
      env: { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '6443' },
      homeDirectory: '',
      serviceAccountDirectory: folder,
    });

    expect(address).toMatchObject({ server: 'https://[fd00::1]:6443', namespace: 'default' });
  });

  test('elsewhere the files that KUBECONFIG names lead to it', async () => {
    const address = await findCluster({
      env: { KUBECONFIG: '/one:/two:' },
      homeDirectory: '/home/nobody',
      serviceAccountDirectory: '/nowhere',
    });

    expect(address).toEqual({ kind: 'kubeconfig', files: ['/one', '/two'] });
  });

  test("without it the one in the user's home does, if it is there", async () => {
    const homeDirectory = await temporaryFolder();
    const surroundings = { env: {}, homeDirectory, serviceAccountDirectory: '/nowhere' };
    const before = await findCluster(surroundings);
    await mkdir(join(homeDirectory, '.kube'));
    await writeFile(join(homeDirectory, '.kube/config'), '');

    const after = await findCluster(surroundings);

    expect(before).toEqual({ kind: 'none', detail: 'this is no pod of a cluster, and there is no kubeconfig' });
    expect(after).toEqual({ kind: 'kubeconfig', files: [join(homeDirectory, '.kube/config')] });
  });

  test('a pod without a token is told so', async () => {
    const address = await findCluster({ env: IN_CLUSTER, homeDirectory: '', serviceAccountDirectory: '/nowhere' });

    expect(address).toEqual({ kind: 'none', detail: "no service account's token is mounted (/nowhere/token)" });
  });
});
