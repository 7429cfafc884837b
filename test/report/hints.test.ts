import { describe, expect, test } from 'vitest';

import { CAUSE_CODES } from '../../src/report/cause-codes.ts';
import { hintFor } from '../../src/report/hints.ts';
import { LAYER } from './samples.ts';

const recheck = 'registry-integrity-probe verify registry.example.com/team/app:v1';

describe('hintFor', () => {
  test.each(CAUSE_CODES)('says in one line what to do about %s', (code) => {
    const hint = hintFor(code, { digest: LAYER, recheck });

    expect(hint).toMatch(/^[A-Z][^\n]*\.$/);
  });

  test.each([
    'corrupt_manifest',
    'stale_descriptor_cache',
    'truncated_blob',
    'corrupt_blob',
    'altered_content',
  ] as const)('has the data removed for %s only if it is damaged', (code) => {
    const hint = hintFor(code, { digest: LAYER, recheck });

    expect(hint).toMatch(/if the data in `blobs\/sha256\/33\/3{64}` .* does not hash to the digest, remove/i);
  });

  test('names no directory made of something that is no digest', () => {
    const hint = hintFor('truncated_blob', { digest: 'sha256:../../..', recheck });

    expect(hint).toContain('the data in `blobs` of');
    expect(hint).not.toContain('..');
  });

  test('has the same check run again where no command can ask for the image', () => {
    const hint = hintFor('blob_gone', { digest: LAYER, recheck: null });

    expect(hint).toMatch(/; then run this check again\.$/);
  });
});
