import { describe, expect, test } from 'vitest';

import { buildArtifact } from '../../src/demo/attached.ts';
import { app } from '../support/reg-fixture.ts';
import { summarize, verify, walk } from '../support/walk.ts';
import { openScene, type RegistryScene, type SceneOptions } from './scene.ts';

const SBOM = 'application/spdx+json';
const LOGIN = { username: 'probe', password: 'secret' };
const root = app.content.manifest;
const artifacts = Array.from({ length: 7 }, (_, n) => buildArtifact(root, SBOM, `${n}`));
const [lost] = artifacts.toSorted((a, b) => (a.manifest.digest < b.manifest.digest ? 1 : -1));
const V1 = [{ repository: 'app', tag: 'v1', digest: null }];

/** An image with seven attachments, of which the one at the end of the list is lost; three are on a page. */
async function withLoss(options: SceneOptions = {}): Promise<RegistryScene> {
  const scene = await openScene({ ...options, demo: { referrers: 3, ...options.demo } });
  const { store } = scene.registry;
  store.put('app', 'v1', app.content);
  for (const artifact of artifacts) store.attach('app', artifact);
  store.removeManifest('app', lost?.manifest.digest ?? '');
  return scene;
}

describe('a walk over what is attached, over HTTP', () => {
  test.each<[string, SceneOptions]>([
    ['without a login', {}],
    ['with tokens', { demo: { auth: { bearer: LOGIN } }, credentials: { kind: 'basic', ...LOGIN } }],
    ['past caches', { pastCaches: true }],
  ])('finds on the last page what is lost, %s', async (_, options) => {
    const { source } = await withLoss(options);

    for (const result of [await walk(source, { referrers: true }), await verify(source, V1, { referrers: true })]) {
      expect(result.findings.map(summarize)).toEqual(['app:v1 referrer/missing']);
      expect(result.findings[0]?.path).toEqual([root.digest, lost?.manifest.digest]);
      expect(result).toMatchObject({ complete: true, findings: [{ confirmations: 3 }] });
    }
  });

  test('asks again for the list before it tells, and tells nothing of what was deleted meanwhile', async () => {
    const { source, registry } = await withLoss();
    let times = 0;
    registry.faults.add({
      when: {
        kind: 'manifest',
        reference: lost?.manifest.digest ?? '',
        predicate: () => {
          times += 1;
          if (times === 4 && lost !== undefined) registry.store.detach('app', lost);
          return false;
        },
      },
      action: { kind: 'drop' },
    });

    const result = await walk(source, { referrers: true });

    expect(result).toMatchObject({ verdict: 'sound', complete: true, counts: { churned: 1 } });
    expect(times).toBeGreaterThanOrEqual(4);
  });

  test('is not complete where one page of many does not come', async () => {
    const { source, fail } = await withLoss();
    fail({ kind: 'status', status: 503 }, { kind: 'referrers', predicate: ({ query }) => query.has('last') });

    const result = await walk(source, { referrers: true });

    expect(result).toMatchObject({ complete: false, findings: [] });
    expect(result.unknowns).toMatchObject([{ repository: 'app', reference: root.digest, reason: 'server_error' }]);
  });
});
