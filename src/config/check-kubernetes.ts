import { isGiven, type Layer } from './given.ts';
import type { Problems } from './problem.ts';

/** Tells which settings of Kubernetes do not go together. */
export function checkKubernetes(topLevel: Layer, problems: Problems): void {
  const events = topLevel.get('kubernetes.events');
  if (events?.value === true && topLevel.get('kubernetes.inUse')?.value !== true) {
    problems.add(
      events.origin,
      events.path,
      'events go to workloads that use an image: they need kubernetes.inUse too',
    );
  }
}

/** Tells when the state is to be kept in two places. */
export function checkState(topLevel: Layer, problems: Problems): void {
  const file = topLevel.get('stateFile');
  const configMap = topLevel.get('kubernetes.state');
  if (isGiven(file) && isGiven(configMap)) {
    problems.add(
      file.origin,
      file.path,
      `a state file and a ConfigMap for the state (kubernetes.state, from ${configMap.origin}) exclude each other`,
    );
  }
}

/** Tells when two Docker configurations are given for one registry. */
export function checkPullSecret(registry: Layer, problems: Problems): void {
  const secret = registry.get('auth.pullSecret');
  if (isGiven(secret) && isGiven(registry.get('auth.dockerConfigFile'))) {
    problems.add(secret.origin, secret.path, 'pullSecret and dockerConfigFile exclude each other');
  }
}

/** Tells when it is to go by nodes what is severe, and nobody reads them. A look at what can be reached reads none. */
export function checkPlatforms(registry: Layer, topLevel: Layer, problems: Problems): void {
  const platforms = registry.get('platforms');
  const isRead = topLevel.get('kubernetes.nodes')?.value === true || topLevel.get('check')?.value === true;
  if (platforms?.value === 'nodes' && !isRead) {
    problems.add(platforms.origin, platforms.path, 'nodes are read by kubernetes.nodes: set it too');
  }
}
