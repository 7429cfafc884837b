import { describe, expect, test } from 'vitest';

import { isAttachmentAlone } from '../../src/report/attached.ts';
import { causeOf } from '../../src/report/causes.ts';
import { hintFor } from '../../src/report/hints.ts';
import { createSurroundings } from '../../src/report/surroundings.ts';
import type { Finding } from '../../src/walk/finding.ts';
import { finding, layer } from './samples.ts';

const LIST = `sha256-${'a'.repeat(64)}`;

function causeAlone(subject: Finding): string {
  return causeOf(subject, createSurroundings([subject]), false).code;
}

describe('a tag of attachments', () => {
  test.each([LIST, `${LIST}.sig`, `${LIST}.att`, `${LIST}.sbom`, `sha512-${'b'.repeat(128)}`])('is %s', (tag) => {
    expect(isAttachmentAlone(finding({ tags: [tag] }))).toBe(true);
  });

  test.each(['v1', 'sha256-abc', `${LIST}.zip`, `x${LIST}`, 'sha256-notes'])('is not %s', (tag) => {
    expect(isAttachmentAlone(finding({ tags: [tag] }))).toBe(false);
  });

  test('is no excuse where an image needs the same', () => {
    expect(isAttachmentAlone(finding({ tags: [LIST, 'v1'] }))).toBe(false);
    expect(isAttachmentAlone(finding({ tags: [LIST], roots: [finding().digest ?? ''] }))).toBe(false);
    expect(isAttachmentAlone(finding({ tags: [] }))).toBe(false);
  });
});

describe('a part of it that is gone', () => {
  test.each([
    ['a signature that is listed', finding({ tags: [LIST] })],
    ['its layer', layer({ tags: [`${LIST}.sig`], fault: 'missing' })],
  ])('has a cause of its own: %s', (_, subject) => {
    expect(causeAlone(subject)).toBe('attachment_gone');
  });

  test('is damage like any other where it is there and broken', () => {
    expect(causeAlone(layer({ tags: [LIST], fault: 'digest_mismatch' }))).toBe('altered_content');
  });

  test('is nothing to rebuild an image for', () => {
    const hint = hintFor('attachment_gone', { digest: null, recheck: null });

    expect(hint).toMatch(/^Do not rebuild the image: sign it again/);
  });
});
