import { describe, expect, test } from 'vitest';

import { buildImage } from '../../src/demo/content.ts';
import { noise } from '../../src/demo/noise.ts';
import { sealJson, type Sealed } from '../../src/demo/sealed.ts';
import { digestOf } from '../../src/oci/digest.ts';
import { OCI_INDEX, OCI_MANIFEST } from '../../src/oci/media-types.ts';
import { app, single } from '../support/reg-fixture.ts';
import { broken, outcome, SOUND, startHostile, type Hostile } from './scene.ts';

const LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip';
const { config } = single.content;
const layer = single.content.layers[0] ?? config;
const encoder = new TextEncoder();

function short({ mediaType, digest, size }: Sealed) {
  return { mediaType, digest, size };
}

/** Puts a manifest beside `single:v1`, whose blobs it may use. */
async function startWith(fields: object, tag = 'odd'): Promise<Hostile> {
  const hostile = await startHostile({}, [single]);
  hostile.store.putManifest('single', tag, imageOf(fields));
  return hostile;
}

function imageOf(fields: object): Sealed {
  return sealJson(OCI_MANIFEST, { schemaVersion: 2, mediaType: OCI_MANIFEST, config: short(config), ...fields });
}

describe('a descriptor', () => {
  test.each<[string, object, string]>([
    ['a negative size', { size: -1 }, 'manifest/invalid'],
    ['a size that is text', { size: '2071' }, 'manifest/invalid'],
    ['a size that is no whole number', { size: 1.5 }, 'manifest/invalid'],
    ['a size beyond all numbers', { size: 1e300 }, 'manifest/invalid'],
    ['a size of 0', { size: 0 }, 'layer/size_mismatch'],
    ['no size', {}, 'layer/size_mismatch'],
    ['a size that is null', { size: null }, 'layer/size_mismatch'],
  ])('with %s is one that no node takes', async (_, size, fault) => {
    const { run } = await startWith({ layers: [{ mediaType: LAYER, digest: layer.digest, ...size }] });

    expect(outcome(await run())).toEqual(broken(`single:odd ${fault}`));
  });

  test('with another size than the blob has is a finding of its own', async () => {
    const { run } = await startWith({ layers: [{ ...short(layer), size: layer.size + 1 }] });

    expect(outcome(await run())).toEqual(broken('single:odd layer/size_mismatch'));
  });

  test('that carries its data is not asked for, since nodes take the data', async () => {
    const data = Buffer.from(layer.bytes).toString('base64');
    const { run, store, asked } = await startWith({ layers: [{ ...short(layer), data }] });
    store.removeBlob('single', layer.digest);

    expect(outcome(await run({}, '--tag', 'odd'))).toEqual(SOUND);
    expect(asked({ reference: layer.digest })).toEqual([]);
  });

  test('that carries other data than it names is one that no node takes', async () => {
    const data = Buffer.from(layer.bytes.map((byte) => byte ^ 1)).toString('base64');
    const { run } = await startWith({ layers: [{ ...short(layer), data }] });

    expect(outcome(await run())).toEqual(broken('single:odd manifest/invalid'));
  });

  test.each(['application/vnd.docker.image.rootfs.foreign.diff.tar.gzip', LAYER])(
    'of a layer that is to be had elsewhere (%s) is not asked for, neither here nor there',
    async (mediaType) => {
      const digest = `sha256:${'f'.repeat(64)}`;
      const urls = ['http://127.0.0.1:1/layer'];
      const { run, asked } = await startWith({ layers: [{ mediaType, digest, size: 9, urls }] });

      const done = await run();

      expect(outcome(done)).toEqual(SOUND);
      expect(done.registry().counts.skipped.foreign_layer).toBe(1);
      expect(asked({ reference: digest })).toEqual([]);
    },
  );

  test('without a media type is asked for', async () => {
    const { run } = await startWith({ layers: [{ digest: `sha256:${'e'.repeat(64)}`, size: 9 }] });

    expect(outcome(await run())).toEqual(broken('single:odd layer/missing'));
  });
});

describe('an image', () => {
  test.each([
    ['an empty list of layers', { layers: [] }],
    ['layers that are null', { layers: null }],
  ])('with %s is sound', async (_, fields) => {
    const { run } = await startWith(fields);

    expect(outcome(await run())).toEqual(SOUND);
  });

  test('that shares one empty document as its config and its layer is asked for it once', async () => {
    const empty = sealJson('application/vnd.oci.empty.v1+json', {});
    const { run, store, asked } = await startWith({ config: short(empty), layers: [short(empty)] });
    store.putBlob('single', empty);

    expect(outcome(await run())).toEqual(SOUND);
    expect(asked({ method: 'HEAD', reference: empty.digest })).toHaveLength(1);
  });

  test('whose shared document is lost has lost its config and its layer', async () => {
    const empty = sealJson('application/vnd.oci.empty.v1+json', {});
    const { run } = await startWith({ config: short(empty), layers: [short(empty)] });

    expect(outcome(await run())).toEqual(broken('single:odd config/missing', 'single:odd layer/missing'));
  });

  test('whose subject is not there is sound, as the specification has it', async () => {
    const subject = { mediaType: OCI_MANIFEST, digest: `sha256:${'d'.repeat(64)}`, size: 9 };
    const { run, asked } = await startWith({ layers: [short(layer)], subject }, `sha256-${'d'.repeat(64)}.sig`);

    expect(outcome(await run())).toEqual(SOUND);
    expect(asked({ reference: subject.digest })).toEqual([]);
  });

  test('with a field twice means the second, as every container engine reads it', async () => {
    const { store, run } = await startHostile({}, [single]);
    const lost = { ...short(layer), digest: `sha256:${'c'.repeat(64)}` };
    const write = (first: unknown, second: unknown): Uint8Array =>
      encoder.encode(
        `{"schemaVersion":2,"config":${JSON.stringify(short(config))},"layers":[${JSON.stringify(first)}],"layers":[${JSON.stringify(second)}]}`,
      );
    for (const [tag, bytes] of [
      ['good', write(lost, short(layer))],
      ['bad', write(short(layer), lost)],
    ] as const) {
      store.putManifest('single', tag, { mediaType: OCI_MANIFEST, bytes, digest: digestOf(bytes) });
    }

    expect(outcome(await run())).toEqual(broken('single:bad layer/missing'));
  });
});

describe('a digest', () => {
  test('of sha512 is hashed as such, for manifests and for blobs', async () => {
    const bytes = noise('sha512', 500);
    const blob = { mediaType: LAYER, digest: digestOf(bytes, 'sha512'), size: bytes.length };
    const image = imageOf({ layers: [blob] });
    const child = { ...short(image), digest: digestOf(image.bytes, 'sha512') };
    const { store, run } = await startHostile({}, [single]);
    store.putBlob('single', { digest: blob.digest, bytes });
    store.putManifest('single', null, { ...image, digest: child.digest });
    store.putManifest('single', 'long', sealJson(OCI_INDEX, { manifests: [child] }));

    const sound = await run({}, '--blob-check', 'full');
    store.flipBlobByte('single', blob.digest);
    store.alterManifest('single', child.digest);
    const altered = await run({}, '--blob-check', 'full');

    expect(outcome(sound)).toEqual(SOUND);
    expect(outcome(altered)).toEqual(broken('single:long child/digest_mismatch'));
  });

  test('of an algorithm that cannot be computed is left out, and counted', async () => {
    const digest = `blake3:${'a'.repeat(64)}`;
    const { run, asked } = await startWith({ layers: [{ mediaType: LAYER, digest, size: 9 }] });

    const done = await run();

    expect(outcome(done)).toEqual(SOUND);
    expect(done.registry().counts.skipped.unsupported_digest).toBe(1);
    expect(asked({ reference: digest })).toEqual([]);
  });
});

describe('a name', () => {
  test('of eight parts, with a tag of 128 characters, is walked like any other', async () => {
    const repository = 'a/b__c/d-e/f.g/h/i/j/k';
    const tag = `v${'0'.repeat(127)}`;
    const { run, store } = await startHostile({}, [{ repository, tag, content: app.content }]);

    const sound = await run();
    store.removeManifest(repository, app.arm64.manifest.digest);
    const lost = await run();

    expect(outcome(sound)).toEqual(SOUND);
    expect(sound.registry().counts).toMatchObject({ tags: 1, manifests: 3 });
    expect(outcome(lost)).toEqual(broken(`${repository}:${tag} child/missing linux/arm64`));
  });

  test('of a tag that is a digest, as some registries list them, is none that a client can form', async () => {
    const content = buildImage({ seed: 'listed by digest' });
    const { digest } = content.manifest;
    const { run, store } = await startHostile({}, [{ repository: 'flat', tag: 'v1', content }]);
    store.putManifest('flat', digest, content.manifest);

    const done = await run();

    expect(outcome(done)).toEqual(SOUND);
    expect(done.registry().counts).toMatchObject({ tags: 1, manifests: 1, blobs: 3, skipped: { invalid_name: 1 } });
  });
});
