import { describe, expect, test } from 'vitest';

import { buildImage } from '../../src/demo/content.ts';
import { rawLayer } from '../../src/demo/layer.ts';
import type { DemoStore } from '../../src/demo/store.ts';
import { errorIn, startRegistry, type Ask, type Asked } from './ask.ts';

const layer = rawLayer(Buffer.from('0123456789'));
const image = buildImage({ seed: 'a', layers: [layer] });
const PATH = `/v2/app/blobs/${layer.digest}`;
const TAIL = { headers: { range: 'bytes=9-9' } };

describe('a sound blob', () => {
  test('comes whole, with its length and digest', async () => {
    const { ask } = await withDamage();

    const answer = await ask(PATH);

    expect(answer).toMatchObject({ status: 200, body: '0123456789', cut: false });
    expect(answer.headers).toMatchObject({
      'content-length': '10',
      'content-type': 'application/octet-stream',
      'docker-content-digest': layer.digest,
    });
  });

  test('a HEAD tells its length', async () => {
    const { ask } = await withDamage();

    const answer = await ask(PATH, { method: 'HEAD' });

    expect(answer).toMatchObject({ status: 200, body: '', headers: { 'content-length': '10' } });
  });

  test.each([
    ['bytes=9-9', 206, '9', 'bytes 9-9/10'],
    ['bytes=2-4', 206, '234', 'bytes 2-4/10'],
    ['bytes=-2', 206, '89', 'bytes 8-9/10'],
    ['bytes=7-', 206, '789', 'bytes 7-9/10'],
  ])('%s comes as a part', async (range, status, body, contentRange) => {
    const { ask } = await withDamage();

    const answer = await ask(PATH, { headers: { range } });

    expect(answer).toMatchObject({ status, body, headers: { 'content-range': contentRange } });
  });

  test('a range past its end cannot be had', async () => {
    const { ask } = await withDamage();

    const answer = await ask(PATH, { headers: { range: 'bytes=10-10' } });

    expect(answer).toMatchObject({ status: 416, headers: { 'content-range': 'bytes */10' } });
  });
});

describe('a damaged blob', () => {
  test('that is gone is a 404, however one asks', async () => {
    const { ask } = await withDamage((store) => store.removeBlob('app', layer.digest));

    const { head, get, tail } = await askAll(ask);

    expect([head.status, get.status, tail.status]).toEqual([404, 404, 404]);
    expect(errorIn(get)).toMatchObject({ code: 'BLOB_UNKNOWN', detail: layer.digest });
  });

  test('whose data is lost has the right headers, and then no byte comes', async () => {
    const { ask } = await withDamage((store) => store.loseBlobData('app', layer.digest));

    const { head, get, tail } = await askAll(ask);

    expect(head).toMatchObject({ status: 200, headers: { 'content-length': '10' } });
    expect(get).toMatchObject({ status: 200, headers: { 'content-length': '10' }, body: '', cut: true });
    expect(tail).toMatchObject({ status: 206, headers: { 'content-length': '1' }, body: '', cut: true });
  });

  test('whose data is lost is a 404 after a restart', async () => {
    const { ask } = await withDamage((store) => {
      store.loseBlobData('app', layer.digest);
      store.restart();
    });

    const { head, get, tail } = await askAll(ask);

    expect([head.status, get.status, tail.status]).toEqual([404, 404, 404]);
  });

  test('that is truncated under a warm cache has the right headers, and ends too early', async () => {
    const { ask } = await withDamage((store) => store.truncateBlob('app', layer.digest, 4, { warm: true }));

    const { head, get, tail } = await askAll(ask);

    expect(head).toMatchObject({ status: 200, headers: { 'content-length': '10' } });
    expect(get).toMatchObject({ status: 200, headers: { 'content-length': '10' }, body: '0123', cut: true });
    expect(tail).toMatchObject({ status: 206, body: '', cut: true });
  });

  test.each([4, 0])('that is truncated to %i bytes under a cold cache names the short length', async (length) => {
    const { ask } = await withDamage((store) => store.truncateBlob('app', layer.digest, length));

    const { head, get, tail } = await askAll(ask);

    expect(head).toMatchObject({ status: 200, headers: { 'content-length': String(length) } });
    expect(get).toMatchObject({ status: 200, body: '0123'.slice(0, length), cut: false });
    expect(tail).toMatchObject({ status: 416, headers: { 'content-range': `bytes */${length}` } });
  });

  test('with a flipped byte looks sound but for its content', async () => {
    const { ask } = await withDamage((store) => store.flipBlobByte('app', layer.digest));

    const { head, get, tail } = await askAll(ask);

    expect(head).toMatchObject({ status: 200, headers: { 'content-length': '10' } });
    expect(tail).toMatchObject({ status: 206, body: '9' });
    expect(get.body).toBe('0123446789');
  });
});

test('a blob of another repository is not there', async () => {
  const { ask } = await withDamage((store) => store.addEmptyRepository('other'));

  expect((await ask(`/v2/other/blobs/${layer.digest}`)).status).toBe(404);
});

test('what is no digest is refused', async () => {
  const { ask } = await withDamage();

  const answer = await ask('/v2/app/blobs/sha256:abc');

  expect(answer.status).toBe(400);
  expect(errorIn(answer).code).toBe('DIGEST_INVALID');
});

async function withDamage(damage: (store: DemoStore) => unknown = () => {}): Promise<{ readonly ask: Ask }> {
  const { registry, ask } = await startRegistry();
  registry.store.put('app', 'v1', image);
  damage(registry.store);
  return { ask };
}

async function askAll(ask: Ask): Promise<{ readonly head: Asked; readonly get: Asked; readonly tail: Asked }> {
  return { head: await ask(PATH, { method: 'HEAD' }), get: await ask(PATH), tail: await ask(PATH, TAIL) };
}
