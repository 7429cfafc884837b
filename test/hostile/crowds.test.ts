import { describe, expect, test } from 'vitest';

import { buildImage } from '../../src/demo/content.ts';
import { OCI_LAYER } from '../../src/demo/layer.ts';
import { sealJson, type Sealed } from '../../src/demo/sealed.ts';
import { OCI_INDEX } from '../../src/oci/media-types.ts';
import { createMapSource } from '../support/map-source.ts';
import { app } from '../support/reg-fixture.ts';
import { walk } from '../support/walk.ts';
import { outcome, SOUND, startHostile } from './scene.ts';

/** As many as fit into the largest index that nodes take. */
const COUNT = 15_000;

/** An index that lists so many children. */
function crowd(childOf: (number: number) => Pick<Sealed, 'digest' | 'mediaType' | 'size'>): Sealed {
  const manifests = Array.from({ length: COUNT }, (_, number) => {
    const { mediaType, digest, size } = childOf(number);
    return { mediaType, digest, size };
  });
  return sealJson(OCI_INDEX, { schemaVersion: 2, mediaType: OCI_INDEX, manifests });
}

describe('an index of as many children as nodes take', () => {
  test('most of which are the same costs what the different ones cost', async () => {
    const { store, run, asked } = await startHostile({}, []);
    const images = Array.from({ length: 100 }, (_, number) => buildImage({ seed: `crowd/${number}`, layers: 1 }));
    for (const image of images) store.put('crowd', null, image);
    const childOf = (number: number): Sealed => (images[number % images.length] ?? app.amd64).manifest;
    store.putManifest('crowd', 'v1', crowd(childOf));

    const done = await run();

    expect(outcome(done)).toEqual(SOUND);
    expect(done.registry().counts).toMatchObject({ indexes: 1, manifests: 100, blobs: 200 });
    // The list of tags, the tag, the index, each image, and each blob by HEAD and by a read of its end.
    expect(asked({ repository: 'crowd' }).length).toBe(1 + 1 + 1 + 100 + 2 * 200);
  });

  test('all of which are different layers asks for each once, and finds those that are lost', async () => {
    const source = createMapSource();
    const { manifests, tags, blobs } = source.repository('cache');
    const layerOf = (number: number) => {
      return { mediaType: OCI_LAYER, digest: `sha256:${number.toString(16).padStart(64, '0')}`, size: 9 };
    };
    const index = crowd(layerOf);
    for (let number = 100; number < COUNT; number += 1) blobs.set(layerOf(number).digest, 9);
    manifests.set(index.digest, index);
    tags.set('main', index.digest);

    const { findings, verdict, counts } = await walk(source);

    expect([findings.length, verdict, counts.blobs]).toEqual([100, 'broken', COUNT]);
    expect(source.questions.filter(({ kind, again }) => kind === 'blob' && !again)).toHaveLength(COUNT);
  });
});
