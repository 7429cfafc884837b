import { describe, expect, test } from 'vitest';

import { compareSides, type Side } from '../../src/walk/disagreements.ts';
import type { Finding } from '../../src/walk/finding.ts';
import type { UnknownEntry } from '../../src/walk/result.ts';
import { finding } from '../metrics/outcomes.ts';

const LAYER = finding({ repository: 'app', object: 'layer', digest: 'sha256:1', path: ['sha256:0', 'sha256:1'] });

function side(
  findings: readonly Finding[],
  {
    unknowns = [],
    tags = ['v1'],
    repositories = ['app'],
  }: { unknowns?: UnknownEntry[]; tags?: string[]; repositories?: string[] } = {},
): Side {
  return {
    result: { findings, unknowns, catalogAccessible: true },
    listings: { repositories: new Set(repositories), tags: new Map([['app', new Set(tags)]]) },
  };
}

function told(storage: Side, registry: Side): readonly string[] {
  return compareSides(storage, registry).map((one) => `${one.class} ${one.repository}${one.reference}`);
}

describe('compareSides', () => {
  test('agrees where both say the same, be it with a digest or without', () => {
    const here = finding({ repository: 'app', object: 'manifest', fault: 'unreadable', digest: 'sha256:0' });
    const there = { ...here, digest: null };

    expect(told(side([LAYER, here]), side([there, LAYER]))).toEqual([]);
  });

  test('tells who says what of a thing', () => {
    expect(told(side([LAYER]), side([]))).toEqual(['hidden_by_cache app@sha256:1']);
    expect(told(side([]), side([LAYER]))).toEqual(['broken_for_registry_alone app@sha256:1']);
    expect(told(side([LAYER]), side([{ ...LAYER, fault: 'unreadable' }]))).toEqual(['told_differently app@sha256:1']);
  });

  test.each(['sha256:1', 'sha256:0', 'v1', '_tags'])('what is unknown of %s is no disagreement', (reference) => {
    const unknowns: UnknownEntry[] = [{ repository: 'app', reference, reason: 'timeout', detail: '' }];

    expect(told(side([LAYER]), side([], { unknowns }))).toEqual([]);
    expect(told(side([], { unknowns }), side([LAYER]))).toEqual([]);
  });

  test.each([
    ['the manifest', { digest: 'sha256:0', tags: ['v2'] }],
    ['the tag', { digest: null, tags: ['v1'] }],
  ])('what is below %s that one of them did not get, it has not looked at', (_, above) => {
    const broken = finding({ repository: 'app', object: 'manifest', fault: 'digest_mismatch', path: [], ...above });

    expect(told(side([LAYER]), side([broken]))).not.toContain('hidden_by_cache app@sha256:1');
    expect(told(side([broken]), side([LAYER]))).not.toContain('broken_for_registry_alone app@sha256:1');
    const elsewhere = { ...broken, repository: 'web' };
    expect(told(side([LAYER]), side([elsewhere]))).toContain('hidden_by_cache app@sha256:1');
  });

  test('names what is listed by one of them alone, and nothing below it', () => {
    const elsewhere = { ...LAYER, repository: 'web' };
    const storage = side([LAYER, elsewhere], { tags: ['v1', 'v2'], repositories: ['app', 'web'] });

    expect(told(storage, side([LAYER], { tags: ['v1', 'v3'] }))).toEqual([
      'repository_in_storage_alone web',
      'tag_in_storage_alone app:v2',
      'tag_in_registry_alone app:v3',
    ]);
    expect(told(side([]), side([], { repositories: ['app', 'web'] }))).toEqual(['repository_in_registry_alone web']);
  });

  test('compares as much as there may be, each with what it may be known by', () => {
    const names = Array.from({ length: 50_000 }, (_, index) => `sha256:${index}`);
    const layers = names.map((digest) => finding({ repository: 'app', object: 'layer', digest, path: [digest] }));
    const unknowns = names.map((reference): UnknownEntry => ({
      repository: 'app',
      reference,
      reason: 'timeout',
      detail: 'sent no headers',
    }));

    expect(told(side(layers), side([], { unknowns }))).toEqual([]);
    expect(told(side(layers), side([], { unknowns: unknowns.slice(1) }))).toEqual(['hidden_by_cache app@sha256:0']);
  });
});
