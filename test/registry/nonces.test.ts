import { describe, expect, test } from 'vitest';

import { single } from '../support/reg-fixture.ts';
import { AGAIN, openScene } from './scene.ts';

const { digest } = single.content.manifest;
const PATH = `GET /v2/single/manifests/${digest}`;

async function withImage() {
  const scene = await openScene();
  scene.registry.store.put('single', 'v1', single.content);
  return scene;
}

describe('a nonce', () => {
  test.each([400, 422])('that is refused with %i is left out from then on', async (status) => {
    const { source, fail, asked } = await withImage();
    fail({ kind: 'status', status }, { predicate: ({ query }) => query.has('probe') });

    expect(await source.manifest('single', digest, AGAIN)).toMatchObject({ kind: 'found' });
    expect(await source.manifest('single', digest, AGAIN)).toMatchObject({ kind: 'found' });

    expect(asked()).toEqual([`${PATH}?probe=nonce-1`, PATH, PATH]);
  });

  test('is left out of one kind of question alone', async () => {
    const { source, fail, asked } = await withImage();
    fail({ kind: 'status', status: 400 }, { kind: 'tags', predicate: ({ query }) => query.has('probe') });

    await source.tags('single', AGAIN);
    await source.manifest('single', digest, AGAIN);

    const list = 'GET /v2/single/tags/list';
    expect(asked()).toEqual([`${list}?probe=nonce-1`, list, `${PATH}?probe=nonce-2`]);
  });

  test('that was taken before is not what a 400 is about', async () => {
    const { source, fail, asked } = await withImage();
    await source.manifest('single', digest, AGAIN);
    fail({ kind: 'status', status: 400 });

    expect(await source.manifest('single', digest, AGAIN)).toMatchObject({ kind: 'unknown' });
    expect(asked()).toEqual([`${PATH}?probe=nonce-1`, `${PATH}?probe=nonce-2`]);
  });

  test('is tried the next time where a 400 comes without one as well', async () => {
    const { source, fail, asked } = await withImage();
    fail({ kind: 'status', status: 400 });

    await source.manifest('single', digest, AGAIN);
    await source.manifest('single', digest, AGAIN);

    expect(asked()).toEqual([`${PATH}?probe=nonce-1`, PATH, `${PATH}?probe=nonce-2`, PATH]);
  });

  test('is asked without once, and not waited for', async () => {
    const { source, fail, asked } = await withImage();
    fail({ kind: 'status', status: 400 }, { predicate: ({ query }) => query.has('probe') });
    fail({ kind: 'status', status: 503 }, { predicate: ({ query }) => !query.has('probe') });

    expect(await source.manifest('single', digest, AGAIN)).toMatchObject({ kind: 'unknown', reason: 'protocol' });
    expect(asked()).toEqual([`${PATH}?probe=nonce-1`, PATH]);
  });
});
