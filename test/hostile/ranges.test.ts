import { gzipSync } from 'node:zlib';

import { describe, expect, test } from 'vitest';

import type { Answer } from '../../src/demo/answer.ts';
import { buildImage } from '../../src/demo/content.ts';
import type { FaultAction } from '../../src/demo/fault-actions.ts';
import { buildLayer, rawLayer } from '../../src/demo/layer.ts';
import { sealJson } from '../../src/demo/sealed.ts';
import { digestOf } from '../../src/oci/digest.ts';
import { OCI_MANIFEST } from '../../src/oci/media-types.ts';
import { app } from '../support/reg-fixture.ts';
import { IN_FLIGHT, startEndless } from './endless.ts';
import { broken, outcome, RANGED, SOUND, startHostile } from './scene.ts';

/** More than what is read where a range is ignored. */
const BIG = buildLayer('ranges/big', 300_000);
const big = { repository: 'big', tag: 'v1', content: buildImage({ seed: 'ranges/big', layers: [BIG] }) };
const GIB = 1024 ** 3;

const headers = (changes: Readonly<Record<string, string | null>>): FaultAction => ({
  kind: 'headers',
  headers: changes,
});

/** The total length that a part names. */
const total = ({ headers: { 'content-range': range } }: Answer): string => String(range).replace(/.*\//, '');

describe('a range of one byte', () => {
  test.each<[string, ...FaultAction[]]>([
    ['that is ignored for a small blob', { kind: 'ignoreRange' }],
    ['of unknown total length', headers({ 'content-range': 'bytes 0-0/*' })],
    ['without a Content-Range', headers({ 'content-range': null })],
    ['without any length', headers({ 'content-range': null, 'content-length': null })],
    ['refused as not satisfiable', { kind: 'status', status: 416 }],
    [
      'refused with the right length',
      {
        kind: 'rewrite',
        rewrite: (part) => ({ ...part, status: 416, headers: { 'content-range': `bytes */${total(part)}` } }),
      },
    ],
  ])('%s is no finding', async (_, ...actions) => {
    const { fail, run } = await startHostile();
    for (const action of actions) fail(action, RANGED);

    expect(outcome(await run())).toEqual(SOUND);
  });

  test.each<[string, string, ...FaultAction[]]>([
    ['206 without a byte', 'unreadable', { kind: 'body', body: '' }],
    ['206 that is cut', 'unreadable', { kind: 'cut', bytes: 0 }],
    ['206 of a shorter blob', 'size_mismatch', headers({ 'content-range': 'bytes 8-8/9' })],
    [
      '416 that names a shorter length',
      'size_mismatch',
      { kind: 'status', status: 416, headers: { 'content-range': 'bytes */9' } },
    ],
    ['200 with a shorter body', 'size_mismatch', { kind: 'status', status: 200, body: 'short' }],
    ['200 that is cut', 'unreadable', { kind: 'ignoreRange' }, { kind: 'cut', bytes: 1 }],
  ])('answered by %s is %s', async (_, fault, ...actions) => {
    const { fail, run } = await startHostile();
    for (const action of actions) fail(action, { ...RANGED, reference: app.arm64.config.digest });

    expect(outcome(await run())).toEqual(broken(`app:v1 config/${fault} linux/arm64`));
  });
});

describe('a server that does not do ranges', () => {
  test('and has lost the data is found out', async () => {
    const { store, fail, run } = await startHostile({}, [big]);
    fail({ kind: 'ignoreRange' });
    store.loseBlobData('big', BIG.digest);

    expect(outcome(await run())).toEqual(broken('big:v1 layer/unreadable'));
  });

  test('does not send a layer of gigabytes for one byte of it', async () => {
    const digest = digestOf(new TextEncoder().encode('endless'));
    const endless = await startEndless(5 * GIB, { 'content-length': String(5 * GIB) });
    const { store, fail, run, asked } = await startHostile({}, [big]);
    const { mediaType, digest: configDigest, size } = big.content.config;
    const config = { mediaType, digest: configDigest, size };
    const layers = [{ mediaType: BIG.mediaType, digest, size: 5 * GIB }];
    store.putManifest(
      'big',
      'v2',
      sealJson(OCI_MANIFEST, { schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers }),
    );
    fail({ kind: 'redirect', to: ({ path }) => new URL(path, endless.url) }, { reference: digest });

    expect(outcome(await run())).toEqual(SOUND);
    expect(asked({ kind: 'blob', reference: digest })).toHaveLength(2);
    expect(endless.sent()).toBeLessThan(IN_FLIGHT);
  });
});

describe('a blob without a byte', () => {
  const empty = rawLayer(new Uint8Array());
  const content = buildImage({ seed: 'ranges/empty', layers: [empty] });
  const entry = { repository: 'empty', tag: 'v1', content };

  test.each<[string, FaultAction | null]>([
    ['with its length', null],
    ['without a length', headers({ 'content-length': null })],
  ])('is sound %s, and no range of it is asked for', async (_, action) => {
    const { fail, run, asked } = await startHostile({}, [entry]);
    if (action !== null) fail(action, { reference: empty.digest });

    expect(outcome(await run())).toEqual(SOUND);
    expect(asked({ ...RANGED, reference: empty.digest })).toEqual([]);
  });

  test('that is gone is missing', async () => {
    const { store, run } = await startHostile({}, [entry]);
    store.removeBlob('empty', empty.digest);

    expect(outcome(await run())).toEqual(broken('empty:v1 layer/missing'));
  });
});

describe('a blob that comes encoded although identity was asked for', () => {
  test.each(['whole', 'in parts'])('and is sent %s has no length to compare', async (how) => {
    const config = app.arm64.config;
    const packed = gzipSync(config.bytes);
    const { fail, run } = await startHostile();
    const coding = { 'content-encoding': 'gzip' };
    fail({ kind: 'status', status: 200, body: packed, headers: coding }, { reference: config.digest });
    if (how === 'in parts') {
      const range = { 'content-range': `bytes ${config.size - 1}-${config.size - 1}/${packed.length}`, ...coding };
      fail({ kind: 'status', status: 206, body: 'x', headers: range }, { ...RANGED, reference: config.digest });
    }

    expect(outcome(await run())).toEqual(SOUND);
  });
});
