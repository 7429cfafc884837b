import { describe, expect, test } from 'vitest';

import { createAdviser } from '../../src/report/advice.ts';
import { digest, finding, INDEX, layer, observed } from './samples.ts';

const url = 'https://registry.example.com';

describe('createAdviser', () => {
  test('judges a finding by the others of its registry and ends with the command that proves the repair', () => {
    const findings = [finding(), finding({ digest: digest('4'), path: [INDEX, digest('4')] })];
    const advise = createAdviser({ findings, url, suspect: false });

    const { cause, hint } = advise(finding());

    expect(cause.code).toBe('untagged_children_collected');
    expect(hint).toMatch(/^Stop the clean-up .* restart the registry .* rebuild the image and push it; then /);
    expect(hint).toMatch(/then `registry-integrity-probe verify registry\.example\.com\/team\/app:v1`\.$/);
  });

  test('has a blob that is announced and not sent looked at in the storage before anything is pushed', () => {
    const subject = layer({ fault: 'unreadable', observed: observed({ status: 206, bytes: 0 }) });
    const advise = createAdviser({ findings: [subject], url, suspect: false });

    const { cause, hint } = advise(subject);

    expect(cause.code).toBe('stale_descriptor_cache');
    expect(hint).toMatch(/`blobs\/sha256\/33\/3{64}`.*does not hash.*restart the registry.*push it/);
  });

  test('asks for no rebuild while nearly everything is missing', () => {
    const advise = createAdviser({ findings: [layer()], url, suspect: true });

    const { hint } = advise(layer());

    expect(hint).toMatch(/^Do not rebuild anything yet/);
    expect(hint).not.toContain('verify');
  });
});
