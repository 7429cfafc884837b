import { startKubeApi } from '../support/servers/kube-api.ts';
import type { Ground } from './arena.ts';

/** What a kubelet may run in one pod, and what an object may have in bytes. */
const CONTAINERS = 30;
const LARGEST_OBJECT = 1_400_000;
const HOST = 'registry.example.com';
const DIGEST = `sha256:${'d'.repeat(64)}`;

/** A cluster in which so many pods run, each as it is asked for. */
interface Pods {
  readonly count: number;
  readonly pod: (index: number) => { readonly namespace: string; readonly containers: readonly object[] };
}

/** The cluster says of its pods what tenants want; of everything else there is nothing. */
async function run(ground: Ground, { count, pod }: Pods): Promise<void> {
  const api = await startKubeApi();
  api.intercept = ({ verb, resource, query }, response) => {
    if (verb !== 'list' || resource !== 'pods' || query['fieldSelector']?.includes('!=Pending') === true) return false;
    const from = Number(query['continue'] ?? '0');
    const to = Math.min(count, from + Number(query['limit']));
    const items = Array.from({ length: to - from }, (_, index) => {
      const { namespace, containers } = pod(from + index);
      const name = `p${from + index}`;
      return { metadata: { namespace, name, uid: name }, spec: { containers }, status: { phase: 'Running' } };
    });
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ kind: 'PodList', metadata: { continue: to < count ? String(to) : '' }, items }));
    return true;
  };
  ground.afterwards.push(() => api.stop());
  ground.env['KUBECONFIG'] = await api.kubeconfig(process.env['TMPDIR'] ?? '/tmp');
  ground.others['kubernetes'] = { inUse: true };
  ground.settings['hosts'] = [HOST];
}

const containersOf = (imageOf: (container: number) => string): readonly object[] =>
  Array.from({ length: CONTAINERS }, (_, container) => ({ name: `c${container}`, image: imageOf(container) }));

/** By whoever may deploy, to namespaces of his own. */
export const TENANTS: Readonly<Record<string, (ground: Ground) => Promise<void>>> = {
  'images of forty namespaces': (ground) =>
    run(ground, {
      count: 40 * 700,
      pod: (index) => ({
        namespace: `team-${index % 40}`,
        containers: containersOf((one) => `${HOST}/${'r'.repeat(200)}/${index}/${one}@${DIGEST}`),
      }),
    }),
  'a hundred thousand pods with the same thirty images': (ground) =>
    run(ground, {
      count: 100_000,
      pod: (index) => ({
        namespace: `team-${index % 10_000}`,
        containers: containersOf((one) => (one === 0 ? `${HOST}/app:v1` : `${HOST}/other:v${one}`)),
      }),
    }),
  'pods of the largest size': (ground) =>
    run(ground, {
      count: 500,
      pod: () => ({
        namespace: 'team',
        containers: [{ name: 'c', image: `${HOST}/app:v1`, args: ['x'.repeat(LARGEST_OBJECT)] }],
      }),
    }),
  'a pod of 400,000 arguments': (ground) =>
    run(ground, {
      count: 200,
      pod: (index) => ({
        namespace: 'team',
        containers: [
          {
            name: 'c',
            image: `${HOST}/app:v1`,
            args: index === 0 ? Array.from({ length: 400_000 }, () => '') : [],
          },
        ],
      }),
    }),
};
