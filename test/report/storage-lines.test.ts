import { describe, expect, test } from 'vitest';

import { createPaint } from '../../src/report/paint.ts';
import { storageBlocks } from '../../src/report/storage-lines.ts';
import type { ReportedStorage } from '../../src/report/storage-schema.ts';

const LAYOUT = { paint: createPaint(false), width: 400 };
const NONE = { reachable: 0, unreachable: 0 };
const CLEAN: ReportedStorage = {
  registryVersion: 2,
  kind: 'private',
  contents: { repositories: 1, tags: 1, revisions: 1, layerLinks: 3, blobs: 4, bytes: 5000 },
  hygiene: {
    danglingLayerLinks: NONE,
    childrenWithoutLink: NONE,
    danglingRevisions: 0,
    emptyLinks: 0,
    garbageLinks: 0,
    tagsWithoutLink: 0,
    untaggedRevisions: 0,
    examples: {},
  },
  unreachable: { blobs: 0, bytes: 0, failure: null },
  uploads: { count: 0, bytes: 0, oldest: null },
};

function sentences(storage: ReportedStorage): readonly string[] {
  return storageBlocks(storage, LAYOUT).flat();
}

describe('storageBlocks', () => {
  test('says how a storage was read, and no more where it is clean', () => {
    expect(sentences(CLEAN)).toEqual(['read as the storage of a private registry, version 2']);
    expect(storageBlocks(undefined, LAYOUT)).toEqual([]);
  });

  test('tells what is untidy, with where it is and how much it is', () => {
    const hygiene = {
      ...CLEAN.hygiene,
      danglingLayerLinks: { reachable: 1, unreachable: 2 },
      tagsWithoutLink: 1,
      examples: { dangling: ['a/link', 'b\u001b/link'], tagsWithoutLink: ['app:v3'] },
    } as NonNullable<ReportedStorage['hygiene']>;
    const uploads = { count: 2, bytes: 3_400_000_000, oldest: '2026-01-01T00:00:00.000Z' };

    const told = sentences({ ...CLEAN, hygiene, uploads, unreachable: { blobs: 1, bytes: 999, failure: null } });

    expect(told.slice(1)).toEqual([
      '- 2 layer links without data that no tag needs (a/link, b\\u{1b}/link).',
      '- 1 tag directory without a link (app:v3).',
      '- 1 blob that no linked manifest needs: a garbage collection would free 999 bytes.',
      '- 2 uploads left behind, 3.4 GB, the oldest since 2026-01-01T00:00:00.000Z.',
    ]);
  });

  test('says when a garbage collection would fail, and what one would break', () => {
    const collection = {
      deleteUntagged: true,
      failure: null,
      manifests: 1,
      layerLinks: 0,
      blobs: 2,
      bytes: 1500,
      breaks: 1,
      broken: [{ repository: 'app', tags: ['v1'], object: 'child', fault: 'missing', digest: null, platforms: [] }],
    };

    const told = sentences({ ...CLEAN, unreachable: { blobs: 0, bytes: 0, failure: 'x stops it' }, collection });

    expect(told.slice(1)).toEqual([
      '- A garbage collection would fail, and free nothing: x stops it.',
      '- A garbage collection with -m would remove 1 manifest, 0 layer links and 2 blobs, and free 1.5 kB.',
      '- It would BREAK 1 thing that is whole today (app:v1 child missing). Do not run it.',
    ]);
  });

  test('says of every class of disagreement what to do', () => {
    const one = { repository: 'app', reference: ':v1', storage: 'gone', registry: 'fine', remedy: 'Restart it.' };
    const disagreements = { count: 1, byClass: { cached: 1 }, examples: [{ ...one, class: 'cached' }] };

    expect(sentences({ ...CLEAN, disagreements }).slice(1)).toEqual([
      '- cached, 1 time (app:v1). The storage says: gone. The registry says: fine. Restart it.',
    ]);
    expect(sentences({ ...CLEAN, disagreements: { count: 0, byClass: {}, examples: [] } }).slice(1)).toEqual([
      '- The storage and the registry agree.',
    ]);
  });
});
