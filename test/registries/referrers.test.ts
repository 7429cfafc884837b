import { request } from 'undici';
import { describe, expect, test } from 'vitest';

import { buildArtifact, buildReferrerList } from '../../src/demo/attached.ts';
import { listTagOf } from '../../src/oci/attachment-tag.ts';
import { push, pushManifest } from '../support/push.ts';
import { app } from '../support/reg-fixture.ts';
import type { AnyRegistry } from '../support/servers/any-registry.ts';
import { kinds, type Kind, walk, withRegistry } from './damage.ts';

const SIGNATURE = 'application/vnd.dev.cosign.artifact.sig.v1+json';
const signature = buildArtifact(app.content.manifest, SIGNATURE);
const sbom = buildArtifact(app.content.manifest, 'application/spdx+json');
const { digest } = app.content.manifest;

/** Attaches both, as clients do: where the registry does not list them, the list is pushed under a tag. */
async function attach({ url }: AnyRegistry): Promise<'listed' | 'tagged'> {
  for (const artifact of [signature, sbom]) await push(url, app.repository, null, artifact);
  const { statusCode, body } = await request(new URL(`/v2/${app.repository}/referrers/${digest}`, url));
  await body.dump();
  if (statusCode === 200) return 'listed';
  await pushManifest(url, app.repository, listTagOf(digest), buildReferrerList([signature, sbom]));
  return 'tagged';
}

/** What lists of attachments do not follow: the manifest is gone, and nobody has deleted it. */
async function loseSignature(registry: AnyRegistry): Promise<void> {
  const lost = signature.manifest.digest;
  if (registry.loseManifest !== null) await registry.loseManifest(app.repository, lost);
  else await registry.loseBlob(app.repository, signature.layers[0]?.digest ?? '');
  await registry.restart?.();
}

describe.each<[Kind, 'listed' | 'tagged']>([
  ['distribution 3', 'tagged'],
  ['olareg', 'listed'],
  ['crane registry serve', 'tagged'],
])('what is attached to images of %s', (kind, how) => {
  test(`is ${how}, and sound`, async () => {
    await withRegistry(kind, async (registry) => {
      expect(await attach(registry)).toBe(how);

      const { code, registry: report } = await walk(kind, registry, '--referrers');

      expect(report()).toMatchObject({ verdict: 'sound', complete: true, findings: [], unknowns: [] });
      // The two manifests of the attachments beside the four of the images.
      expect(report().counts).toMatchObject({ manifests: 6, orphanedReferrers: 0 });
      expect(code).toBe(0);
    });
  });

  test('is found where it is lost', async () => {
    await withRegistry(kind, async (registry) => {
      await attach(registry);
      await loseSignature(registry);

      const found = kinds(await walk(kind, registry, '--referrers'));

      const lost = registry.loseManifest === null ? signature.layers[0]?.digest : signature.manifest.digest;
      expect(found).toEqual([expect.stringMatching(`^(referrer|layer)/(missing|unreadable) ${lost}$`)]);
    });
  });

  test('is no damage where it was deleted', async () => {
    await withRegistry(kind, async (registry) => {
      await attach(registry);
      const url = new URL(`/v2/${app.repository}/manifests/${signature.manifest.digest}`, registry.url);
      const { statusCode, body } = await request(url, { method: 'DELETE' });
      await body.dump();
      if (how === 'tagged')
        await pushManifest(registry.url, app.repository, listTagOf(digest), buildReferrerList([sbom]));
      await registry.restart?.();

      expect(statusCode).toBe(202);
      expect(kinds(await walk(kind, registry, '--referrers'))).toEqual([]);
    });
  });
});
