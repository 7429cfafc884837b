import type { V1SelfSubjectRulesReview } from '@kubernetes/client-node';

import { kubectlAs } from './clients.ts';

/** What every account may ask: about itself, and which APIs there are. */
const EVERYBODYS = new Set(['authorization.k8s.io', 'authentication.k8s.io']);

/**
 * All that an account may do in a namespace, as the API server tells it: `list apps/deployments`,
 * `get configmaps probe-report`; sorted.
 */
export async function rightsOf(kubeconfig: string, namespace: string): Promise<readonly string[]> {
  const review = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectRulesReview', spec: { namespace } };
  const answer = await kubectlAs(
    kubeconfig,
    ['create', '--validate=false', '--filename', '-', '--output', 'json'],
    review,
  );
  const { status } = JSON.parse(answer) as V1SelfSubjectRulesReview;
  const rights = (status?.resourceRules ?? []).flatMap(({ verbs, apiGroups = [], resources = [], resourceNames }) =>
    apiGroups
      .filter((group) => !EVERYBODYS.has(group))
      .flatMap((group) => resources.map((resource) => (group === '' ? resource : `${group}/${resource}`)))
      .flatMap((resource) => (resourceNames ?? ['']).map((name) => `${resource} ${name}`.trimEnd()))
      .flatMap((what) => verbs.map((verb) => `${verb} ${what}`)),
  );
  return [...new Set(rights)].toSorted();
}
