import { describe, expect, test } from 'vitest';

import type { CauseCode } from '../../src/report/cause-codes.ts';
import { causeOf } from '../../src/report/causes.ts';
import { createSurroundings } from '../../src/report/surroundings.ts';
import { FAULTS } from '../../src/walk/fault.ts';
import type { Finding } from '../../src/walk/finding.ts';
import { CHILD, digest, finding, INDEX, layer, observed } from './samples.ts';

function judge(subject: Finding, others: readonly Finding[] = [], suspect = false) {
  return causeOf(subject, createSurroundings([subject, ...others]), suspect);
}

describe('causeOf', () => {
  const manifest = { object: 'manifest', digest: INDEX, path: [INDEX], expectedSize: null } as const;
  const failing = observed({ status: 500, bytes: 50 });
  const empty = observed({ status: 206, bytes: 0 });

  test.each<[string, Finding, CauseCode]>([
    ['a tag whose manifest is gone', finding({ ...manifest }), 'manifest_removed'],
    [
      'a tag that verify was asked for and nobody knows',
      finding({ ...manifest, digest: null, path: [] }),
      'reference_not_found',
    ],
    ['a pinned digest that nobody knows', finding({ ...manifest, tags: [] }), 'reference_not_found'],
    [
      'a listed tag that resolves to nothing',
      finding({ ...manifest, digest: null, fault: 'tag_dangling' }),
      'link_damaged',
    ],
    [
      'a tag on which the registry fails',
      finding({ ...manifest, digest: null, fault: 'unreadable', observed: failing }),
      'link_damaged',
    ],
    [
      'a manifest on which the registry fails',
      finding({ ...manifest, fault: 'unreadable', observed: failing }),
      'corrupt_manifest',
    ],
    [
      'a manifest that its store refuses',
      finding({ ...manifest, fault: 'unreadable', observed: observed({ status: 403, bytes: 110, failed: true }) }),
      'refused_by_store',
    ],
    ['a child on which the registry fails', finding({ fault: 'unreadable', observed: failing }), 'corrupt_manifest'],
    [
      'a child whose bytes do not come',
      finding({ fault: 'unreadable', observed: observed({ status: 200, bytes: 3 }) }),
      'corrupt_manifest',
    ],
    [
      'a child that cannot be read on disk',
      finding({ fault: 'unreadable', observed: observed({ method: null, status: null }) }),
      'corrupt_manifest',
    ],
    ['a child with other content', finding({ fault: 'digest_mismatch' }), 'altered_content'],
    ['a child of another length with the right digest', finding({ fault: 'size_mismatch' }), 'wrong_descriptor'],
    ['something that is no manifest', finding({ fault: 'invalid' }), 'not_a_manifest'],
    ['a tag that points elsewhere', finding({ ...manifest, fault: 'tag_moved' }), 'tag_moved'],
    ['a platform that is not there', finding({ ...manifest, fault: 'platform_missing' }), 'platform_missing'],
    ['a layer that is gone', layer(), 'blob_gone'],
    ['a config that is gone', layer({ object: 'config' }), 'blob_gone'],
    [
      'a layer that is announced and sends nothing',
      layer({ fault: 'unreadable', observed: empty }),
      'stale_descriptor_cache',
    ],
    [
      'a layer that breaks off in the middle',
      layer({ fault: 'unreadable', observed: observed({ status: 200, bytes: 100 }) }),
      'truncated_blob',
    ],
    [
      'a layer without a last byte',
      layer({ fault: 'unreadable', observed: observed({ status: 416, bytes: 0 }) }),
      'truncated_blob',
    ],
    [
      'a layer that its store refuses',
      layer({ fault: 'unreadable', observed: observed({ status: 403, bytes: 110, failed: true }) }),
      'refused_by_store',
    ],
    [
      'a layer in whose place its store has a page',
      layer({ fault: 'unreadable', observed: observed({ status: 200, bytes: 900, failed: true }) }),
      'refused_by_store',
    ],
    ['a layer on which the registry fails', layer({ fault: 'unreadable', observed: failing }), 'corrupt_blob'],
    [
      'a layer that cannot be read on disk',
      layer({ fault: 'unreadable', observed: observed({ method: null, status: null, bytes: null }) }),
      'corrupt_blob',
    ],
    [
      'a layer that is too short',
      layer({ fault: 'size_mismatch', observed: observed({ status: 200, bytes: 100 }) }),
      'truncated_blob',
    ],
    [
      'a layer that is empty',
      layer({ fault: 'size_mismatch', observed: observed({ status: 200, bytes: 0 }) }),
      'truncated_blob',
    ],
    [
      'a layer that is too long',
      layer({ fault: 'size_mismatch', observed: observed({ status: 200, bytes: 4096 }) }),
      'altered_content',
    ],
    [
      'a layer of an unknown wrong length',
      layer({ fault: 'size_mismatch', observed: observed({ bytes: null }) }),
      'unknown',
    ],
    ['a layer with other content', layer({ fault: 'digest_mismatch' }), 'altered_content'],
    ['a layer that does not unpack', layer({ fault: 'not_unpackable' }), 'broken_build'],
    ['a layer with a fault that only manifests have', layer({ fault: 'tag_moved' }), 'unknown'],
  ])('judges %s', (_case, subject, code) => {
    const cause = judge(subject);

    expect(cause.code).toBe(code);
  });

  test('takes several missing children of one index for the work of a clean-up', () => {
    const cause = judge(finding(), [finding({ digest: digest('4'), path: [INDEX, digest('4')] })]);

    expect(cause.code).toBe('untagged_children_collected');
    expect(cause.text).toMatch(/^2 children of this index are missing: likely /);
  });

  test.each([
    ['of another index', finding({ digest: digest('4'), path: [digest('5'), digest('4')] })],
    ['of another repository', finding({ repository: 'team/other', digest: digest('4'), path: [INDEX, digest('4')] })],
    [
      'that is broken in another way',
      finding({ fault: 'unreadable', digest: digest('4'), path: [INDEX, digest('4')] }),
    ],
  ])('does not hold a child %s against a clean-up', (_case, other) => {
    const cause = judge(finding(), [other]);

    expect(cause.code).toBe('child_removed');
  });

  test('takes a layer that is missing everywhere for lost data, and one that is missing once for either', () => {
    const everywhere = judge(layer(), [layer({ repository: 'team/other' }), layer({ repository: 'team/third' })]);
    const once = judge(layer(), [layer({ digest: digest('6') })]);

    expect(everywhere.text).toContain('missing in 3 repositories, so likely the data itself is gone');
    expect(once.text).toContain('its data, or the link from this repository to it');
  });

  test('says that an attestation keeps no platform from being pulled', () => {
    const attestation = judge(finding({ platforms: ['unknown/unknown'] }));
    const shared = judge(finding({ platforms: ['linux/amd64', 'unknown/unknown'] }));
    const plain = judge(finding({ platforms: [] }));

    expect(attestation.text).toContain('pulls for a real platform work');
    expect(shared.text).not.toContain('attestation');
    expect(plain.text).not.toContain('attestation');
  });

  test('blames the backend alone when nearly everything is missing', () => {
    const cause = judge(layer(), [finding()], true);

    expect(cause.code).toBe('backend_lost');
  });

  test.each(FAULTS)('explains %s of every object in sentences', (fault) => {
    const texts = (['manifest', 'child', 'config', 'layer'] as const).map(
      (object) => judge(finding({ object, fault, digest: CHILD })).text,
    );

    for (const text of texts) expect(text).toMatch(/^[A-Z].*\.$/);
  });
});
