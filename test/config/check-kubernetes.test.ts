import { describe, expect, test } from 'vitest';

import { problemsOf, withProd, type Given } from './loading.ts';

const EVENTS = 'events go to workloads that use an image: they need kubernetes.inUse too';

describe('settings of Kubernetes that do not go together', () => {
  test.each<[string, Given, string]>([
    [
      'events without the workloads',
      { file: `kubernetes: { events: true }\n${withProd()}` },
      `probe.yaml: kubernetes.events: ${EVENTS}`,
    ],
    [
      'events without the workloads, by different ways',
      { file: `kubernetes: { inUse: false }\n${withProd()}`, env: { PROBE_KUBERNETES_EVENTS: 'true' } },
      `PROBE_KUBERNETES_EVENTS: kubernetes.events: ${EVENTS}`,
    ],
    [
      'a state in two places',
      { file: `kubernetes: { state: probe-state }\n${withProd()}`, env: { PROBE_STATE_FILE: '/state' } },
      'PROBE_STATE_FILE: stateFile: a state file and a ConfigMap for the state (kubernetes.state, from probe.yaml) exclude each other',
    ],
    [
      'a state in two places, by a flag',
      { file: `kubernetes: { state: probe-state }\n${withProd()}`, flags: { stateFile: 'state' } },
      '--state: stateFile: a state file and a ConfigMap for the state (kubernetes.state, from probe.yaml) exclude each other',
    ],
    [
      'two Docker configurations',
      {
        file: withProd('auth: { pullSecret: pull, dockerConfigFile: /config.json }'),
        files: { '/config.json': '{}' },
      },
      'probe.yaml: registries.prod.auth.pullSecret: pullSecret and dockerConfigFile exclude each other',
    ],
  ])('%s', async (_, given, problem) => {
    const problems = await problemsOf(given);

    expect(problems).toEqual([problem]);
  });

  test('events go with the workloads', async () => {
    const problems = await problemsOf({ file: `kubernetes: { inUse: true, events: true }\n${withProd()}` });

    expect(problems).toEqual([]);
  });
});
