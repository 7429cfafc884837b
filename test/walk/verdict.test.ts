import { describe, expect, test } from 'vitest';

import type { BrokenObject, Fault } from '../../src/walk/fault.ts';
import type { Finding } from '../../src/walk/finding.ts';
import { decideVerdict, type Evidence } from '../../src/walk/verdict.ts';

const SOUND: Evidence = {
  findings: [],
  complete: true,
  tagsAsked: 40,
  pinnedAsked: 0,
  goodManifests: 40,
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
    ['bad content is no sign of an outage', { findings: [finding('digest_mismatch', 19)], tagsAsked: 20 }, 'broken'],
    ['missing children are no missing tags', { findings: [finding('missing', 19, 'child')], tagsAsked: 20 }, 'broken'],
    [
      'what was named is believed, even if all of it is gone',
      { findings: [finding('missing', 20)], tagsAsked: 20, goodManifests: 0, guarded: false },
      'broken',
    ],
  ])('%s', (_, changes, expected) => {
    expect(decideVerdict({ ...SOUND, ...changes })).toBe(expected);
  });
});
