import { describe, expect, test } from 'vitest';

import type { BrokenObject, Fault } from '../../src/walk/fault.ts';
import type { Finding } from '../../src/walk/finding.ts';
import { keyOf } from '../../src/walk/findings.ts';
import { decideVerdict, type Evidence } from '../../src/walk/verdict.ts';

const SOUND: Evidence = {
  findings: [],
  complete: true,
  tagsAsked: 40,
  pinnedAsked: 0,
  goodManifests: 40,
  blobsAsked: 120,
  hasGoodBlob: true,
  hasGoodLayer: true,
  knownBroken: new Set(),
  catalogVanished: false,
  guarded: true,
};

function finding(fault: Fault, tags: number, object: BrokenObject = 'manifest'): Finding {
  return {
    repository: 'app',
    tags: Array.from({ length: tags }, (_, n) => `v${n}`),
    roots: [],
    object,
    fault,
    digest: null,
    path: [],
    platforms: [],
    expectedSize: null,
    observed: { method: 'GET', status: 404, bytes: 0, detail: '' },
    confirmations: 3,
  };
}

const ONE = [finding('missing', 1)];

/** Findings of so many blobs. */
function blobs(count: number, fault: Fault = 'missing', object: BrokenObject = 'layer'): Finding[] {
  return Array.from({ length: count }, (_, n) => ({ ...finding(fault, 1, object), digest: `sha256:${n}` }));
}

function keys(findings: readonly Finding[]): ReadonlySet<string> {
  return new Set(findings.map(keyOf));
}

describe('decideVerdict', () => {
  test.each<[string, Partial<Evidence>, string]>([
    ['a complete walk without findings is sound', {}, 'sound'],
    ['an incomplete walk without findings is unknown', { complete: false }, 'unknown'],
    ['a finding is broken', { findings: ONE }, 'broken'],
    ['a finding of an incomplete walk is broken', { findings: ONE, complete: false }, 'broken'],
    ['an empty registry is sound', { tagsAsked: 0, goodManifests: 0 }, 'sound'],
    ['nothing good and nothing broken is unknown', { goodManifests: 0, complete: false }, 'unknown'],
    ['findings and nothing good is suspect', { findings: ONE, tagsAsked: 1, goodManifests: 0 }, 'suspect'],
    ['findings and nothing asked is broken', { findings: ONE, tagsAsked: 0, goodManifests: 0 }, 'broken'],
    [
      'findings of pinned digests and nothing good is suspect',
      { findings: ONE, tagsAsked: 0, pinnedAsked: 1, goodManifests: 0 },
      'suspect',
    ],
    [
      'many pinned digests gone at once are what a clean-up does',
      { findings: Array.from({ length: 40 }, () => finding('missing', 0)), tagsAsked: 20, pinnedAsked: 40 },
      'broken',
    ],
    ['a vanished catalog is suspect, findings or not', { catalogVanished: true, complete: false }, 'suspect'],
    ['exactly half of 20 tags is broken', { findings: [finding('missing', 10)], tagsAsked: 20 }, 'broken'],
    ['more than half of 20 tags is suspect', { findings: [finding('missing', 11)], tagsAsked: 20 }, 'suspect'],
    ['18 of 19 tags is broken', { findings: [finding('missing', 18)], tagsAsked: 19 }, 'broken'],
    ['dangling tags count like missing ones', { findings: [finding('tag_dangling', 11)], tagsAsked: 20 }, 'suspect'],
    [
      'tags add up over findings',
      { findings: [finding('missing', 6), finding('tag_dangling', 5)], tagsAsked: 20 },
      'suspect',
    ],
    ['unreadable ones, too', { findings: [finding('unreadable', 11)], tagsAsked: 20 }, 'suspect'],
    ['bad content is no sign of an outage', { findings: [finding('digest_mismatch', 19)], tagsAsked: 20 }, 'broken'],
    ['missing children are no missing tags', { findings: [finding('missing', 19, 'child')], tagsAsked: 20 }, 'broken'],
    ['a blob is broken', { findings: blobs(1) }, 'broken'],
    ['a blob where no blob was good is suspect', { findings: blobs(1), hasGoodBlob: false }, 'suspect'],
    ['a tag where no blob was asked for is broken', { findings: ONE, hasGoodBlob: false, blobsAsked: 0 }, 'broken'],
    ['two blobs of three are broken', { findings: blobs(2), blobsAsked: 3 }, 'broken'],
    ['18 of 19 blobs are broken', { findings: blobs(18), blobsAsked: 19 }, 'broken'],
    ['exactly half of 20 blobs is broken', { findings: blobs(10), blobsAsked: 20 }, 'broken'],
    ['more than half of 20 blobs is suspect', { findings: blobs(11), blobsAsked: 20 }, 'suspect'],
    ['unreadable blobs count like missing ones', { findings: blobs(11, 'unreadable'), blobsAsked: 20 }, 'suspect'],
    ['altered blobs do not', { findings: blobs(19, 'digest_mismatch'), blobsAsked: 20 }, 'broken'],
    [
      'a blob that is a config and a layer counts once',
      { findings: [...blobs(10), ...blobs(10, 'missing', 'config')], blobsAsked: 20 },
      'broken',
    ],
    ['ten layers, where not one came, are suspect', { findings: blobs(10), hasGoodLayer: false }, 'suspect'],
    ['nine are broken', { findings: blobs(9), hasGoodLayer: false }, 'broken'],
    [
      'what is known to be broken does not count as gone',
      { findings: blobs(15), blobsAsked: 22, knownBroken: keys(blobs(12)) },
      'broken',
    ],
    ['nor as asked for', { findings: blobs(33), blobsAsked: 42, knownBroken: keys(blobs(12)) }, 'suspect'],
    [
      'nor does it make a registry without a good blob suspect',
      { findings: blobs(2), blobsAsked: 2, hasGoodBlob: false, knownBroken: keys(blobs(2)) },
      'broken',
    ],
    [
      'nor a known dangling tag',
      { findings: [finding('tag_dangling', 11)], tagsAsked: 20, knownBroken: keys([finding('tag_dangling', 11)]) },
      'broken',
    ],
    [
      'what was named is believed, even if all of it is gone',
      { findings: [finding('missing', 20)], tagsAsked: 20, goodManifests: 0, guarded: false },
      'broken',
    ],
  ])('%s', (_, changes, expected) => {
    expect(decideVerdict({ ...SOUND, ...changes })).toBe(expected);
  });
});

describe('what is acknowledged', () => {
  const dead = [finding('tag_dangling', 30)];

  test('is no finding, and counts neither as gone nor as asked for where too much at once is suspect', () => {
    const open = decideVerdict({ ...SOUND, findings: dead });
    const known = decideVerdict({ ...SOUND, acknowledged: dead });
    const beside = decideVerdict({ ...SOUND, findings: [finding('missing', 6)], acknowledged: dead });

    expect([open, known, beside]).toEqual(['suspect', 'sound', 'broken']);
  });

  test.each([
    { title: 'no manifest is good', change: { goodManifests: 0 }, acknowledged: dead },
    { title: 'no blob is good', change: { hasGoodBlob: false }, acknowledged: [finding('missing', 1, 'layer')] },
    { title: 'the catalog has vanished', change: { catalogVanished: true }, acknowledged: [] },
  ])('does not hide that $title', ({ change, acknowledged }) => {
    expect(decideVerdict({ ...SOUND, ...change, acknowledged })).toBe('suspect');
  });
});
