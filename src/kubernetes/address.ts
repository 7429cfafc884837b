import { access, readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** Where Kubernetes puts what a pod needs to speak to its API. */
export const SERVICE_ACCOUNT_DIRECTORY = '/var/run/secrets/kubernetes.io/serviceaccount';

/** What is known of the cluster before it is asked. */
export type ClusterAddress =
  | {
      readonly kind: 'pod';
      readonly server: string;
      readonly caFile: string;
      /** Read anew when it is old: tokens are replaced while the pod lives. */
      readonly tokenFile: string;
      readonly namespace: string;
    }
  | { readonly kind: 'kubeconfig'; readonly files: readonly string[] }
  | { readonly kind: 'none'; readonly detail: string };

/** Where to look. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Empty where there is none. */
  readonly homeDirectory: string;
  readonly serviceAccountDirectory: string;
}

/**
 * Finds the cluster: the pod's own, else the one of the user's kubeconfig.
 * https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/
 */
export async function findCluster({
  env,
  homeDirectory,
  serviceAccountDirectory,
}: Surroundings): Promise<ClusterAddress> {
  const host = env['KUBERNETES_SERVICE_HOST'] ?? '';
  const tokenFile = join(serviceAccountDirectory, 'token');
  const isMounted = await exists(tokenFile);
  if (host !== '' && isMounted) {
    const port = env['KUBERNETES_SERVICE_PORT'] ?? '443';
    return {
      kind: 'pod',
      server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
      caFile: join(serviceAccountDirectory, 'ca.crt'),
      tokenFile,
      namespace: await readNamespace(join(serviceAccountDirectory, 'namespace')),
    };
  }
  const files = await kubeconfigFiles(env['KUBECONFIG'] ?? '', homeDirectory);
  if (files.length > 0) return { kind: 'kubeconfig', files };
  const detail =
    host === ''
      ? 'this is no pod of a cluster, and there is no kubeconfig'
      : `no service account's token is mounted (${tokenFile})`;
  return { kind: 'none', detail };
}

async function kubeconfigFiles(variable: string, homeDirectory: string): Promise<readonly string[]> {
  const named = variable.split(delimiter).filter((file) => file !== '');
  if (named.length > 0) return named;
  const usual = join(homeDirectory, '.kube', 'config');
  return homeDirectory !== '' && (await exists(usual)) ? [usual] : [];
}

async function readNamespace(file: string): Promise<string> {
  const content = await readFile(file, 'utf8').catch(() => '');
  return content.trim() === '' ? 'default' : content.trim();
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
