import { describe, expect, test } from 'vitest';

import { load, problemsOf, prod, withProd } from '../loading.ts';

describe('the settings of Kubernetes', () => {
  test('ask nothing of a cluster unless they are given', async () => {
    const { settings } = await load({ file: withProd() });

    expect(settings.kubernetes).toEqual({
      inUse: false,
      namespaces: [],
      configMap: null,
      state: null,
      events: false,
      nodes: false,
      namespace: null,
    });
  });

  test('are given in the file and in the environment', async () => {
    const loaded = await load({
      file: `kubernetes: { inUse: true, configMap: probe.report }\n${withProd('auth: { pullSecret: pull }')}`,
      env: {
        PROBE_KUBERNETES_NAMESPACE: 'tools',
        PROBE_KUBERNETES_NAMESPACES: 'shop,ops',
        PROBE_KUBERNETES_STATE: 'probe-prod-0-state',
      },
    });

    expect(loaded.settings.kubernetes).toEqual({
      inUse: true,
      namespaces: ['shop', 'ops'],
      configMap: 'probe.report',
      state: 'probe-prod-0-state',
      events: false,
      nodes: false,
      namespace: 'tools',
    });
    expect(prod(loaded)).toMatchObject({ auth: { pullSecret: 'pull' }, expectAuth: true });
  });

  test.each([
    ['configMap: Report', 'expected the name of an object in Kubernetes'],
    ['configMap: a/b', 'expected the name of an object in Kubernetes'],
    ['configMap: a..b', 'expected the name of an object in Kubernetes'],
    [`configMap: ${'a'.repeat(254)}`, 'expected the name of an object in Kubernetes'],
    ['namespaces: [shop, Ops]', 'expected the name of a namespace'],
    ['state: State', 'expected the name of an object in Kubernetes'],
    ['namespace: a.b', 'expected the name of a namespace'],
    ['namespace: -a', 'expected the name of a namespace'],
    ['inUse: maybe', 'expected true or false'],
    ['inuse: true', 'unknown key; did you mean inUse?'],
  ])('refuse %s', async (written, expected) => {
    const problems = await problemsOf({ file: `kubernetes: { ${written} }\n${withProd()}` });

    expect(problems).toEqual([expect.stringContaining(expected)]);
  });
});
