import { Pool } from 'undici';

import type { Cluster } from '../servers/kubernetes.ts';

/** Where the pods go, in turn: a large cluster has many namespaces. */
const NAMESPACES = Array.from({ length: 20 }, (_, index) => `team-${index}`);
/** More of them do not make an API server on two cores faster. */
const CONNECTIONS = 16;
/** A pod in a real cluster is 5 to 10 KiB, with its environment, its volumes and what managers of fields left. */
const ENVIRONMENT = Array.from({ length: 20 }, (_, index) => ({
  name: `SETTING_NUMBER_${index}`,
  value: `http://service-${index}.some-namespace.svc.cluster.local:8080/some/path/of/it`,
}));

/** Makes that many pods, as a cluster of thousands of nodes has them; `imageOf` tells what each one runs. */
export async function createPods(cluster: Cluster, pods: number, imageOf: (index: number) => string): Promise<void> {
  await prepare(cluster);
  const pool = new Pool(cluster.url, { connections: CONNECTIONS, connect: { ca: cluster.ca } });
  const authorization = `Bearer ${cluster.adminToken}`;
  const headers = { authorization, 'content-type': 'application/json' };
  let next = 0;

  async function work(): Promise<void> {
    for (let index = next++; index < pods; index = next++) {
      const namespace = NAMESPACES[index % NAMESPACES.length] ?? '';
      const { statusCode, body } = await pool.request({
        path: `/api/v1/namespaces/${namespace}/pods`,
        method: 'POST',
        headers,
        body: JSON.stringify(pod(index, imageOf(index))),
      });
      const text = await body.text();
      if (statusCode !== 201) throw new Error(`pod ${index} was answered with ${statusCode}: ${text}`);
    }
  }

  try {
    await Promise.all(Array.from({ length: CONNECTIONS }, work));
  } finally {
    await pool.close();
  }
}

/** Without a controller manager nobody makes the service accounts that pods need. */
async function prepare(cluster: Cluster): Promise<void> {
  await cluster.apply(...NAMESPACES.map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })));
  await cluster.apply(...NAMESPACES.map(defaultAccount));
}

/** The service account that every pod has unless told otherwise. */
export function defaultAccount(namespace: string): object {
  return { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace } };
}

function pod(index: number, image: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `service-${index}-6d4cf56db6-x${index}`,
      labels: { app: `service-${index}`, 'app.kubernetes.io/part-of': 'a-platform', team: `team-${index % 20}` },
      annotations: { 'example.com/checksum': 'f'.repeat(64), 'example.com/notes': 'n'.repeat(2_000) },
    },
    spec: {
      containers: [
        { name: 'main', image, env: ENVIRONMENT, resources: { requests: { cpu: '10m', memory: '64Mi' } } },
        { name: 'proxy', image: 'mesh.example.com/proxy:1.27.3', env: ENVIRONMENT.slice(0, 8) },
      ],
    },
  };
}
