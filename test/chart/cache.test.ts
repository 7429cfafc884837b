import { describe, expect, test } from 'vitest';

import { ciObjects } from '../support/chart-ci.ts';
import { podOf } from '../support/chart-pods.ts';
import { LEAST, one, render } from '../support/chart.ts';

const CLAIMS = ['probe-registry-integrity-probe-prod-cache', 'probe-registry-integrity-probe-stage-cache'];
const PROD = 'probe-registry-integrity-probe-prod';
const FOLDER = '/var/cache/registry-integrity-probe';

describe('a cache of manifests', () => {
  const objects = ciObjects('cache-values.yaml');

  test('is a volume for each registry', () => {
    const claims = objects.filter(({ kind }) => kind === 'PersistentVolumeClaim');

    expect(claims.map(({ metadata }) => metadata.name)).toEqual(CLAIMS);
    expect(one(objects, 'PersistentVolumeClaim', CLAIMS[0])['spec']).toEqual({
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'fast',
      resources: { requests: { storage: '5Gi' } },
    });
  });

  test('is where the probe looks for it, and can be written by it', () => {
    const pod = podOf(objects, 'CronJob', PROD);

    expect(pod).toMatchObject({ securityContext: { runAsNonRoot: true, fsGroup: 65_532 } });
    expect(pod.containers[0]?.volumeMounts).toContainEqual({ name: 'cache', mountPath: FOLDER });
    expect(pod.volumes).toContainEqual({ name: 'cache', persistentVolumeClaim: { claimName: CLAIMS[0] } });
    expect(one(objects, 'ConfigMap', `${PROD}-config`)).toMatchObject({
      data: { 'config.yaml': expect.stringContaining(`cacheDirectory: ${FOLDER}\n`) as string },
    });
  });

  test("may be in a claim that is there already, under a group of the cluster's choice", () => {
    const own = render({ ...LEAST, cache: { enabled: true, existingClaim: 'manifests', fsGroup: 0 } });

    expect(own.filter(({ kind }) => kind === 'PersistentVolumeClaim')).toEqual([]);
    expect(podOf(own, 'CronJob').volumes).toContainEqual({
      name: 'cache',
      persistentVolumeClaim: { claimName: 'manifests' },
    });
    expect(podOf(own, 'CronJob')).not.toHaveProperty('securityContext.fsGroup');
  });

  test('is nowhere unless it is asked for', () => {
    const plain = render(LEAST);

    expect(JSON.stringify(plain)).not.toContain(FOLDER);
    expect(plain.filter(({ kind }) => kind === 'PersistentVolumeClaim')).toEqual([]);
  });
});
