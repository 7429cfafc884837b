import { expect, test } from 'vitest';

import { tagFailures, type FindingKnowledge } from '../../src/metrics/tag-failures.ts';
import type { Copy } from '../../src/walk/copy.ts';
import type { Finding } from '../../src/walk/finding.ts';
import { finding } from './outcomes.ts';

function knowing(by: readonly string[], firstSeen: (one: Finding) => number | null = () => null): FindingKnowledge {
  return { useOf: () => ({ used: by.length > 0 ? 'yes' : 'no', by }), firstSeen };
}

function infoOf(findings: readonly Finding[], known: FindingKnowledge) {
  return tagFailures(findings, 50, known).info;
}

test('a series has the platforms, the first three workloads and the first time of what it counts', () => {
  const findings = [
    finding({ digest: 'sha256:a', platforms: ['linux/arm64'] }),
    finding({ digest: 'sha256:b', platforms: ['linux/amd64', 'linux/arm64'] }),
  ];
  const known = knowing(['d/Pod/d', 'a/Pod/a', 'c/Pod/c', 'b/Pod/b'], ({ digest }) =>
    digest === 'sha256:a' ? 1_750_000_001_900 : 1_750_000_000_900,
  );

  expect(infoOf(findings, known)).toEqual([
    {
      repository: 'team/app',
      tag: 'v1',
      object: 'child',
      fault: 'missing',
      platform: 'linux/amd64, linux/arm64',
      used_by: 'a/Pod/a, b/Pod/b, c/Pod/c',
      copies: '',
      firstSeen: 1_750_000_000,
    },
  ]);
});

test('what nobody knows is empty or 0', () => {
  expect(infoOf([finding()], knowing([]))).toMatchObject([{ platform: '', used_by: '', copies: '', firstSeen: 0 }]);
});

test('names are left out whole where there is no room for them, and a first one that is too long is cut', () => {
  const long = `ns/Deployment/${'x'.repeat(100)}`;

  const [two] = infoOf([finding()], knowing([`a${long}`, `b${long}`]));
  const [one] = infoOf([finding({ platforms: [`linux/${'y'.repeat(300)}`] })], knowing([]));

  const [short] = infoOf([finding()], knowing([`a/Pod/${'x'.repeat(300)}`, `b${long}`, `c${long}`, 'd/Pod/d']));

  expect(two?.used_by).toBe(`a${long}`);
  expect(short?.used_by).toBe(`b${long}`);
  expect(one?.platform).toHaveLength(200);
});

test('what cannot be printed does not get into a label', () => {
  const [info] = infoOf([finding({ platforms: ['linux/\u001b[31m\n\u202e'] })], knowing([]));

  expect(info?.platform).toBe('linux/?[31m??');
});

test('series that would say the same are one, with the earlier time', () => {
  const findings = [finding({ affects: 'pull' }), finding({ affects: 'other_platform', digest: 'sha256:b' })];
  const known = knowing([], ({ digest }) => (digest === 'sha256:b' ? 5000 : 9000));

  const { sent, info } = tagFailures(findings, 50, known);

  expect(sent).toHaveLength(2);
  expect(info).toMatchObject([{ tag: 'v1', firstSeen: 5 }]);
});

test('a namespace with many workloads hides none of another', () => {
  const crowd = Array.from({ length: 30 }, (_, index) => `crowd/Pod/p${index}`);

  const [info] = infoOf([finding()], knowing([...crowd, 'shop/Deployment/web']));

  expect(info?.used_by.split(', ')).toContain('shop/Deployment/web');
});

test('a series names the registries that have a whole copy of something that it counts, once and within bounds', () => {
  const copyIn = (where: string): Copy => {
    const url = 'https://mirror.example.com/';
    return { kind: 'registry', where, url, isOwn: false, repository: 'team/app', part: 'image', digest: 'sha256:a' };
  };
  const findings = [
    finding({ digest: 'sha256:a', copies: [copyIn('mirror'), copyIn('backup')] }),
    finding({ digest: 'sha256:b', copies: [copyIn('mirror')] }),
    finding({ digest: 'sha256:c', copies: [{ kind: 'node', where: 'worker-1', platform: 'linux/amd64', image: 'x' }] }),
  ];
  const many = Array.from({ length: 20 }, (_, index) => copyIn(`a-registry-with-a-long-name-${index}`));

  expect(infoOf(findings, knowing([]))).toMatchObject([{ copies: 'backup, mirror' }]);
  const [long] = infoOf([finding({ copies: [...many, copyIn('b\n')] })], knowing([]));
  expect(long?.copies).toMatch(/^[ -~]{150,200}$/);
});
