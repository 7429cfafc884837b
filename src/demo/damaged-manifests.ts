import { OCI_MANIFEST } from '../oci/media-types.ts';
import { buildImage } from './content.ts';
import { finding, multiPlatform, type Scene } from './scene.ts';
import { sealJson } from './sealed.ts';

const search = multiPlatform('shop/search');
const checkout = multiPlatform('shop/checkout');
const gateway = multiPlatform('platform/gateway');
const agent = multiPlatform('platform/metrics-agent');
/** A registry keeps this under its right digest, and no runtime can do anything with it. */
const hollow = sealJson(OCI_MANIFEST, { schemaVersion: 2, mediaType: OCI_MANIFEST });

/** One image for each way in which a tag, a manifest or a child of an index can be broken. */
export const damagedManifests: readonly Scene[] = [
  {
    repository: 'shop/cart',
    tags: ['1.8.0'],
    title: 'the tag is listed, and resolves to nothing',
    content: buildImage({ seed: 'shop/cart' }),
    damage: (store) => store.danglingTag('shop/cart', '1.8.0'),
    expected: [finding('manifest', 'tag_dangling', { digest: null })],
  },
  {
    repository: 'shop/search',
    tags: ['0.9.3'],
    title: 'the tag points to a manifest that is gone',
    content: search.index,
    damage: (store) => store.removeManifest('shop/search', search.index.manifest.digest),
    expected: [finding('manifest', 'missing', search.index.manifest)],
  },
  {
    repository: 'platform/scheduler',
    tags: ['4.2.2'],
    title: 'the manifest names neither a config nor layers',
    content: buildImage({ seed: 'platform/scheduler' }),
    damage: (store) => store.putManifest('platform/scheduler', '4.2.2', hollow),
    expected: [finding('manifest', 'invalid', hollow)],
  },
  {
    repository: 'shop/checkout',
    tags: ['3.2.0', 'latest'],
    title: 'the index is there, and its arm64 image is gone',
    content: checkout.index,
    damage: (store) => store.removeManifest('shop/checkout', checkout.arm64.manifest.digest),
    expected: [finding('child', 'missing', checkout.arm64.manifest, 'linux/arm64')],
    copies: [{ where: 'mirror', repository: 'backup/shop/checkout' }],
  },
  {
    repository: 'platform/gateway',
    tags: ['1.14.0'],
    title: 'the arm64 manifest is not the one that its digest names',
    content: gateway.index,
    damage: (store) => store.alterManifest('platform/gateway', gateway.arm64.manifest.digest),
    expected: [finding('child', 'digest_mismatch', gateway.arm64.manifest, 'linux/arm64')],
  },
  {
    repository: 'platform/metrics-agent',
    tags: ['0.7.1'],
    title: 'the arm64 manifest answers 500 while all others are fine',
    content: agent.index,
    damage: (_, faults) =>
      faults.add({
        when: { kind: 'manifest', repository: 'platform/metrics-agent', reference: agent.arm64.manifest.digest },
        action: { kind: 'status', status: 500 },
      }),
    expected: [finding('child', 'unreadable', agent.arm64.manifest, 'linux/arm64')],
  },
];
