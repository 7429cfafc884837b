import { buildImage } from './content.ts';
import { buildLayer } from './layer.ts';
import { finding, multiPlatform, type MultiPlatform, type Scene } from './scene.ts';
import type { Sealed } from './sealed.ts';

/** What an upload that was cut off left behind, in bytes. */
const TRUNCATED_TO = 100;

const orders = multiPlatform('shop/orders');
/** One layer for both platforms, as a build makes it that copies the same files into each. */
const assets = buildLayer('shop/payments/assets');
const payments = multiPlatform('shop/payments', [assets]);
const importer = multiPlatform('data/importer');
const warehouse = multiPlatform('data/warehouse');
const models = multiPlatform('data/model-server');

const exporter = buildImage({
  seed: 'data/exporter',
  layers: [{ ...buildLayer('data/exporter/app'), diffId: assets.diffId }],
});

/** One image for each way in which a config or a layer can be broken. */
export const damagedBlobs: readonly Scene[] = [
  {
    repository: 'shop/orders',
    tags: ['2.0.7'],
    title: 'the config of the arm64 image is gone',
    content: orders.index,
    damage: (store) => store.removeBlob('shop/orders', orders.arm64.config.digest),
    expected: [finding('config', 'missing', orders.arm64.config, 'linux/arm64')],
  },
  {
    repository: 'shop/payments',
    tags: ['5.1.2'],
    title: 'a layer of both platforms is gone',
    content: payments.index,
    damage: (store) => store.removeBlob('shop/payments', assets.digest),
    expected: [finding('layer', 'missing', assets, 'linux/amd64', 'linux/arm64')],
    copies: [
      { where: 'demo', repository: 'staging/payments' },
      { where: 'mirror', repository: 'backup/shop/payments' },
    ],
  },
  {
    repository: 'staging/payments',
    tags: ['5.1.2'],
    title: 'the same image, whole, from before it was promoted',
    content: payments.index,
    damage: () => {},
    expected: [],
  },
  {
    repository: 'data/importer',
    tags: ['2.11.0'],
    title: 'a layer answers 200 with the right length, and no byte of it comes',
    content: importer.index,
    damage: (store) => store.loseBlobData('data/importer', ownLayer(importer).digest),
    expected: [finding('layer', 'unreadable', ownLayer(importer), 'linux/arm64')],
  },
  {
    repository: 'data/warehouse',
    tags: ['11.3'],
    title: 'only the first bytes of a layer are left',
    content: warehouse.index,
    damage: (store) => store.truncateBlob('data/warehouse', ownLayer(warehouse).digest, TRUNCATED_TO),
    expected: [finding('layer', 'size_mismatch', ownLayer(warehouse), 'linux/arm64')],
  },
  {
    repository: 'data/model-server',
    tags: ['1.0.0'],
    title: 'one bit of a layer is another, which only reading all of it shows',
    content: models.index,
    damage: (store) => store.flipBlobByte('data/model-server', ownLayer(models).digest),
    expected: [finding('layer', 'digest_mismatch', ownLayer(models), 'linux/arm64')],
    onlyWith: 'full',
  },
  {
    repository: 'data/exporter',
    tags: ['0.9.1'],
    title: 'the config names another layer than the image has, since it was built',
    content: exporter,
    damage: () => {},
    expected: [finding('config', 'not_unpackable', exporter.config)],
    onlyWith: 'unpack',
  },
];

function ownLayer({ arm64 }: MultiPlatform): Sealed {
  const layer = arm64.layers.at(-1);
  if (layer === undefined) throw new Error('an image without a layer');
  return layer;
}
