import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { type FindingKnowledge, tagFailures, type Used } from '../../src/metrics/tag-failures.ts';
import { AFFECTS } from '../../src/walk/affects.ts';
import type { Finding } from '../../src/walk/finding.ts';
import { finding } from './outcomes.ts';

/** Tags say by their name who uses them. */
const BY_NAME: FindingKnowledge = {
  useOf: (_, tag) => {
    const used: Used = tag?.startsWith('used') ? 'yes' : tag?.startsWith('unused') ? 'no' : 'unknown';
    return { used, by: used === 'yes' ? ['shop/Deployment/web'] : [] };
  },
  firstSeen: () => null,
};

describe('tagFailures', () => {
  test('one index with many lost children is one series with their number', () => {
    const findings = ['a', 'b', 'c'].map((digest) => finding({ digest }));

    const { sent } = tagFailures(findings, 50);

    expect(sent).toEqual([
      {
        repository: 'team/app',
        tag: 'v1',
        object: 'child',
        fault: 'missing',
        used: 'unknown',
        affects: 'pull',
        count: 3,
      },
    ]);
  });

  test('a finding that many tags reach counts once in each', () => {
    const { sent } = tagFailures([finding({ tags: ['v2', 'v1', 'v2'] })], 50);

    expect(sent.map(({ tag, count }) => [tag, count])).toEqual([
      ['v1', 1],
      ['v2', 1],
    ]);
  });

  test('a finding that only a pinned digest reaches has a series without a tag', () => {
    const { sent, truncated, unnamed } = tagFailures([finding({ tags: [] })], 50);

    expect(sent).toMatchObject([{ repository: 'team/app', tag: '', count: 1 }]);
    expect({ truncated, unnamed }).toEqual({ truncated: 0, unnamed: 0 });
  });

  test('a namespace with thousands of broken images leaves another one its series', () => {
    const inNamespaces = (repository: string) => (repository === 'web' ? ['shop', 'crowd'] : ['crowd']);
    const known: FindingKnowledge = {
      useOf: () => ({ used: 'yes', by: ['crowd/Deployment/all'] }),
      namespacesOf: ({ repository }) => inNamespaces(repository ?? ''),
      firstSeen: () => null,
    };
    const crowd = Array.from({ length: 5_000 }, (_, index) => finding({ repository: `a${index}`, tags: [] }));

    const { sent, truncated } = tagFailures([...crowd, finding({ repository: 'web', tags: [] })], 50, known);

    expect(sent).toHaveLength(50);
    expect(sent.map(({ repository }) => repository)).toContain('web');
    expect(truncated).toBe(4_951);
  });

  test('a finding of the whole registry has no series, and is counted', () => {
    const findings = [finding({ repository: null, tags: [] }), finding()];

    const { sent, truncated, unnamed } = tagFailures(findings, 50);

    expect(sent.map(({ repository }) => repository)).toEqual(['team/app']);
    expect({ truncated, unnamed }).toEqual({ truncated: 0, unnamed: 1 });
  });

  test('what is used and what is not, and whom it hurts, are series of their own', () => {
    const findings = [
      finding({ tags: ['used-1', 'unused-1'] }),
      finding({ tags: ['used-1'], digest: 'sha256:b', affects: 'attestation' }),
    ];

    const { sent } = tagFailures(findings, 50, BY_NAME);

    expect(sent.map(({ tag, used, affects, count }) => [tag, used, affects, count])).toEqual([
      ['unused-1', 'no', 'pull', 1],
      ['used-1', 'yes', 'attestation', 1],
      ['used-1', 'yes', 'pull', 1],
    ]);
  });

  test('the order is by repository, tag, object and fault, by code unit, whatever came first', () => {
    const findings = [
      finding({ repository: 'b' }),
      finding({ repository: 'a', tags: ['v2', 'V3'] }),
      finding({ repository: 'a', tags: ['v10'], object: 'layer' }),
      finding({ repository: 'a', tags: ['v10'], fault: 'unreadable' }),
      finding({ repository: 'a', tags: ['v10'], fault: 'invalid' }),
    ];

    const forwards = tagFailures(findings, 50);
    const backwards = tagFailures(findings.toReversed(), 50);

    expect(forwards).toEqual(backwards);
    expect(
      forwards.sent.map(({ repository, tag, object, fault }) => `${repository} ${tag} ${object} ${fault}`),
    ).toEqual([
      'a V3 child missing',
      'a v10 child invalid',
      'a v10 child unreadable',
      'a v10 layer missing',
      'a v2 child missing',
      'b v1 child missing',
    ]);
  });
});

describe('the cut', () => {
  test.each([
    { maxSeries: 0, sent: 0, truncated: 3, unnamed: 1 },
    { maxSeries: 2, sent: 2, truncated: 1, unnamed: 0 },
    { maxSeries: 3, sent: 3, truncated: 0, unnamed: 0 },
    { maxSeries: 50, sent: 3, truncated: 0, unnamed: 0 },
  ])('of three series, $sent are sent where $maxSeries may be', ({ maxSeries, ...expected }) => {
    const result = tagFailures([finding({ tags: ['a', 'b', 'c'] })], maxSeries);

    expect({ sent: result.sent.length, truncated: result.truncated, unnamed: result.unnamed }).toEqual(expected);
  });

  test('one series of each repository is sent first, and what is used first among the rest', () => {
    const findings = [
      finding({ repository: 'a', tags: ['unused-1', 'used-1', 'used-2', 'v1'] }),
      finding({ repository: 'b', tags: ['unused-1'] }),
      finding({ repository: 'c', tags: ['unused-1', 'v1'] }),
    ];

    const { sent, truncated, unnamed } = tagFailures(findings, 4, BY_NAME);

    expect(sent.map(({ repository, tag }) => `${repository}:${tag}`)).toEqual([
      'a:used-1',
      'a:used-2',
      'b:unused-1',
      'c:v1',
    ]);
    expect({ truncated, unnamed }).toEqual({ truncated: 3, unnamed: 0 });
  });

  test('where repositories are too many, those that are used are named before the others', () => {
    const findings = ['a', 'b', 'c', 'd'].map((repository) =>
      finding({ repository, tags: [repository === 'd' ? 'used' : repository === 'c' ? 'v1' : 'unused'] }),
    );

    const { sent, truncated, unnamed } = tagFailures(findings, 2, BY_NAME);

    expect(sent.map(({ repository }) => repository)).toEqual(['c', 'd']);
    expect({ truncated, unnamed }).toEqual({ truncated: 2, unnamed: 2 });
  });

  test('a repository is represented by the worst that it has', () => {
    const findings = [
      finding({ tags: ['used'], affects: 'attestation' }),
      finding({ tags: ['unused'] }),
      finding({ tags: ['v1'] }),
    ];

    const cuts = [1, 2, 3].map((maxSeries) => tagFailures(findings, maxSeries, BY_NAME).sent.map(({ tag }) => tag));

    expect(cuts).toEqual([['v1'], ['unused', 'v1'], ['unused', 'used', 'v1']]);
  });
});

/** Findings as a walk makes them, and others. */
const anyFinding: fc.Arbitrary<Finding> = fc
  .record({
    repository: fc.option(fc.constantFrom('a', 'b', 'c/d', 'e'), { freq: 9 }),
    tags: fc.uniqueArray(fc.constantFrom('used-1', 'used-2', 'unused-1', 'v1', 'v2'), { maxLength: 4 }),
    object: fc.constantFrom('child', 'layer'),
    fault: fc.constantFrom('missing', 'unreadable'),
    affects: fc.constantFrom(...AFFECTS),
    platforms: fc.subarray(['linux/amd64', 'linux/arm64']),
    digest: fc.constantFrom('sha256:a', 'sha256:b', 'sha256:c'),
  })
  .map((change) => finding(change as Partial<Finding>));

test('whatever is broken is in a series or in the number of what is not named', () => {
  fc.assert(
    fc.property(fc.array(anyFinding, { maxLength: 20 }), fc.nat(12), (findings, maxSeries) => {
      const { sent, info, truncated, unnamed } = tagFailures(findings, maxSeries, BY_NAME);
      const whole = tagFailures(findings, Infinity, BY_NAME);

      const broken = new Set(findings.flatMap(({ repository }) => repository ?? []));
      const named = new Set(sent.map(({ repository }) => repository));
      const wide = findings.filter(({ repository }) => repository === null).length;
      expect(named.size + unnamed).toBe(broken.size + wide);
      expect(sent.length).toBeLessThanOrEqual(maxSeries);
      expect(sent.length + truncated).toBe(whole.sent.length);
      const reached = findings.filter(({ repository }) => repository !== null).map(({ tags }) => tags.length || 1);
      expect(whole.sent.reduce((sum, { count }) => sum + count, 0)).toBe(reached.reduce((a, b) => a + b, 0));
      const places = (all: readonly { repository: string; tag: string; object: string; fault: string }[]) =>
        new Set(all.map(({ repository, tag, object, fault }) => `${repository}:${tag} ${object} ${fault}`));
      expect(places(info)).toEqual(places(sent));
    }),
  );
});
