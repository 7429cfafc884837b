import { describe, expect, test } from 'vitest';

import { digestOf } from '../../src/oci/digest.ts';
import { buildImage } from '../../src/demo/content.ts';
import type { Undo } from '../../src/demo/damage.ts';
import { createStore, type DemoStore } from '../../src/demo/store.ts';

const image = buildImage({ seed: 'a' });
const { digest } = image.manifest;
const layer = image.layers[0] ?? image.config;

describe('damage', () => {
  test.each<[string, (store: DemoStore) => Undo]>([
    ['removeManifest', (store) => store.removeManifest('app', digest)],
    ['replaceManifest', (store) => store.replaceManifest('app', digest, new Uint8Array())],
    ['alterManifest', (store) => store.alterManifest('app', digest)],
    ['removeBlob', (store) => store.removeBlob('app', layer.digest)],
    ['loseBlobData', (store) => store.loseBlobData('app', layer.digest)],
    ['truncateBlob', (store) => store.truncateBlob('app', layer.digest, 10)],
    ['flipBlobByte', (store) => store.flipBlobByte('app', layer.digest)],
    ['danglingTag', (store) => store.danglingTag('app', 'v1')],
  ])('%s changes the repository, and its undo puts everything back', (_name, damage) => {
    const store = storeWithImage();
    const before = contentOf(store);

    const undo = damage(store);

    expect(contentOf(store)).not.toEqual(before);
    undo();
    expect(contentOf(store)).toEqual(before);
  });

  test('an altered manifest says the same in as many bytes, and hashes to something else', () => {
    const store = storeWithImage();

    store.alterManifest('app', digest);

    const bytes = store.repository('app')?.manifests.get(digest)?.bytes ?? new Uint8Array();
    expect(JSON.parse(Buffer.from(bytes).toString())).toEqual(JSON.parse(Buffer.from(image.manifest.bytes).toString()));
    expect(bytes).toHaveLength(image.manifest.size);
    expect(digestOf(bytes)).not.toBe(digest);
  });

  test('a flipped byte changes the content and not its length', () => {
    const store = storeWithImage();

    store.flipBlobByte('app', layer.digest);

    const bytes = store.repository('app')?.blobs.get(layer.digest)?.bytes ?? new Uint8Array();
    expect(bytes).toHaveLength(layer.size);
    expect(digestOf(bytes)).not.toBe(layer.digest);
  });

  test('the content that an image was built from is never touched', () => {
    const store = storeWithImage();

    store.flipBlobByte('app', layer.digest);
    store.alterManifest('app', digest);

    expect(digestOf(layer.bytes)).toBe(layer.digest);
    expect(digestOf(image.manifest.bytes)).toBe(digest);
  });

  test.each<[string, (store: DemoStore) => unknown]>([
    ['a repository', (store) => store.removeManifest('nope', digest)],
    ['a manifest', (store) => store.removeManifest('app', layer.digest)],
    ['a blob', (store) => store.removeBlob('app', digest)],
  ])('%s that is not there cannot be damaged', (_what, damage) => {
    const store = storeWithImage();

    expect(() => damage(store)).toThrow('is not there');
  });
});

function storeWithImage(): DemoStore {
  const store = createStore();
  store.put('app', 'v1', image);
  return store;
}

function contentOf(store: DemoStore): unknown {
  return structuredClone(store.repository('app'));
}
