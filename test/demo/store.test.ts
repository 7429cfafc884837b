import { describe, expect, test } from 'vitest';

import { buildImage, buildIndex } from '../../src/demo/content.ts';
import { createStore } from '../../src/demo/store.ts';

const image = buildImage({ seed: 'a' });
const index = buildIndex([image, buildImage({ seed: 'b' })]);

describe('createStore', () => {
  test('keeps an index with its children and their content, under one tag', () => {
    const store = createStore();

    store.put('app', 'v1', index);

    const app = store.repository('app');
    expect([...(app?.tags ?? [])]).toEqual([['v1', index.manifest.digest]]);
    expect(app?.manifests.size).toBe(3);
    expect(app?.blobs.size).toBe(6);
  });

  test('without a tag, an image is there by digest only', () => {
    const store = createStore();

    store.put('app', null, image);

    expect(store.repository('app')?.tags.size).toBe(0);
    expect(store.repository('app')?.manifests.has(image.manifest.digest)).toBe(true);
  });

  test('repositories do not share content', () => {
    const store = createStore();
    store.put('app', 'v1', image);
    store.put('copy', 'v1', image);

    store.removeManifest('app', image.manifest.digest);

    expect(store.repository('copy')?.manifests.has(image.manifest.digest)).toBe(true);
  });

  test('lists repositories sorted', () => {
    const store = createStore();

    for (const name of ['zeta', 'alpha', 'beta']) store.addEmptyRepository(name);

    expect(store.repositories()).toEqual(['alpha', 'beta', 'zeta']);
  });

  test('a tag moves, goes, and comes back', () => {
    const store = createStore();
    store.put('app', 'v1', image);
    store.put('app', null, index);

    const moveBack = store.moveTag('app', 'v1', index.manifest.digest);
    const moved = store.repository('app')?.tags.get('v1');
    const putBack = store.deleteTag('app', 'v1');
    const deleted = store.repository('app')?.tags.has('v1');
    putBack();
    moveBack();

    expect(moved).toBe(index.manifest.digest);
    expect(deleted).toBe(false);
    expect(store.repository('app')?.tags.get('v1')).toBe(image.manifest.digest);
  });

  test('a repository goes and comes back with all it holds', () => {
    const store = createStore();
    store.put('app', 'v1', image);

    const undo = store.removeRepository('app');
    const gone = store.repositories();
    undo();

    expect(gone).toEqual([]);
    expect(store.repository('app')?.blobs.size).toBe(3);
  });
});
