import { describe, expect, test } from 'vitest';

import type { Obstacle } from '../../src/walk/fault.ts';
import type { Finding } from '../../src/walk/finding.ts';
import { foldUnresolvable } from '../../src/walk/registry-wide.ts';

const OBSERVED = { method: null, status: null, bytes: null, detail: 'seen' };

function kept(number: number, obstacle: Obstacle = 'refused', tags: readonly string[] = ['v1']): Finding {
  return {
    repository: `app-${number}`,
    tags,
    roots: tags.length === 0 ? [`sha256:${number}`] : [],
    object: 'manifest',
    fault: 'unresolvable',
    digest: `sha256:${number}`,
    path: [`sha256:${number}`],
    platforms: [],
    expectedSize: null,
    observed: OBSERVED,
    obstacle,
    confirmations: number % 2 === 0 ? 3 : 2,
  };
}

const many = (count: number, obstacle?: Obstacle): Finding[] =>
  Array.from({ length: count }, (_, number) => kept(number, obstacle));

describe('foldUnresolvable', () => {
  test('makes one finding of what keeps nodes from more than half of the tags', () => {
    const lost: Finding = { ...kept(99), fault: 'missing' };

    const folded = foldUnresolvable([...many(21), lost], 40);

    expect(folded).toHaveLength(2);
    expect(folded[0]).toMatchObject({
      repository: null,
      digest: null,
      object: 'manifest',
      fault: 'unresolvable',
      tags: [],
      path: [],
      affected: 21,
      confirmations: 2,
    });
    expect(folded[0]?.examples).toHaveLength(20);
    expect(folded[0]?.examples?.[0]).toBe('app-0:v1');
    expect(folded[1]).toBe(lost);
  });

  test.each<[string, readonly Finding[], number]>([
    ['half of the tags', many(20), 40],
    ['all of a small registry', many(19), 19],
    ['different things, each in less than half', [...many(15), ...many(15, 'no_type')], 40],
    ['children', many(30).map((one) => ({ ...one, object: 'child' as const })), 30],
    ['other faults', many(30).map((one) => ({ ...one, fault: 'missing' as const })), 30],
  ])('leaves alone what concerns %s', (_, findings, tags) => {
    expect(foldUnresolvable(findings, tags)).toEqual(findings);
  });

  test('counts every tag of an image, and takes pinned digests of the same kind along', () => {
    const findings = [kept(0, 'refused', ['a', 'b', 'c']), ...many(18), kept(50, 'refused', [])];

    const [whole, ...rest] = foldUnresolvable(findings, 40);

    expect(rest).toEqual([]);
    expect(whole?.affected).toBe(22);
  });

  test('takes as many findings as a registry may have', () => {
    expect(foldUnresolvable(many(300_000), 300_000)).toMatchObject([{ affected: 300_000, confirmations: 2 }]);
  });
});
