import { describe, expect, test } from 'vitest';

import { inUse } from '../../src/kubernetes/in-use.ts';
import { createUsage, type ImageUse } from '../../src/kubernetes/usage.ts';
import { workload } from './objects.ts';

const IMAGE = { registry: 'prod', repository: 'app', tag: 'v1', digest: null };
const REACH = { repository: 'app', tags: ['v1'], roots: [] };

function usedBy(...names: readonly string[]): readonly ImageUse[] {
  return [{ image: IMAGE, users: names.map((name) => workload(name, [])) }];
}

describe('who uses what is broken', () => {
  test('is not known when the cluster was not read', () => {
    const answer = inUse(null, 'prod', REACH);

    expect(answer).toBeNull();
  });

  test('is nobody when all of the cluster was read and nobody was seen', () => {
    const answer = inUse(createUsage([], true), 'prod', REACH);

    expect(answer).toEqual({ names: [], count: 0, subject: null });
  });

  test('is not known when a part of the cluster was read and nobody was seen', () => {
    const answer = inUse(createUsage([], false), 'prod', REACH);

    expect(answer).toBeNull();
  });

  test('are those who were seen, when a part of the cluster was read', () => {
    const answer = inUse(createUsage(usedBy('shop/Deployment/web'), false), 'prod', REACH);

    expect(answer).toMatchObject({ names: ['shop/Deployment/web'], count: null });
  });

  test('are named up to twenty, and counted to the last', () => {
    const pods = Array.from({ length: 24 }, (_, index) => `shop/Pod/p${String(index).padStart(2, '0')}`);

    const answer = inUse(createUsage(usedBy(...pods), true), 'prod', REACH);

    expect(answer?.names).toEqual(pods.slice(0, 20));
    expect(answer?.count).toBe(24);
  });

  test('are named of each namespace, however many one of them has', () => {
    const crowd = Array.from({ length: 100 }, (_, index) => `aaa/Pod/p${index}`);

    const answer = inUse(createUsage(usedBy(...crowd, 'shop/Deployment/web'), true), 'prod', REACH);

    expect(answer?.names).toHaveLength(20);
    expect(answer?.names).toContain('shop/Deployment/web');
    expect(answer?.names).toEqual(answer?.names.toSorted());
    expect(answer?.count).toBe(101);
  });

  test('are told in every namespace, one in each', () => {
    const names = ['aaa/Pod/shell', 'aaa/StatefulSet/db', 'ops/Pod/a', 'ops/Deployment/b', 'shop/Pod/c', 'shop/Pod/d'];

    const answer = inUse(createUsage(usedBy(...names), true), 'prod', REACH);

    expect([answer?.subject, ...(answer?.others ?? [])].map((one) => `${one?.namespace}/${one?.name}`)).toEqual([
      'aaa/db',
      'ops/b',
      'shop/c',
    ]);
  });

  test('a controller is told rather than a pod, which is gone tomorrow', () => {
    const answer = inUse(createUsage(usedBy('a/Pod/shell', 'shop/StatefulSet/db'), true), 'prod', REACH);

    expect(answer?.subject).toMatchObject({ kind: 'StatefulSet', name: 'db' });
  });
});

test('a repository of which very much is pinned is sorted once, and not for each of its digests', () => {
  const uses: ImageUse[] = Array.from({ length: 100_000 }, (_, index) => ({
    image: { registry: 'prod', repository: 'app', tag: null, digest: `sha256:${(index * 7_919) % 100_003}` },
    users: [],
  }));

  const usage = createUsage(uses, true);

  const pinned = usage.pinned('prod').get('app') ?? [];
  expect(pinned).toHaveLength(100_000);
  expect(pinned).toEqual(pinned.toSorted());
  expect(usage.pinned('prod')).toBe(usage.pinned('prod'));
});

test('who uses an image is put in order once, and not for each of its findings', () => {
  const users = Array.from({ length: 100_000 }, (_, index) => workload(`shop/Pod/p${(index * 7_919) % 100_003}`, []));
  const usage = createUsage([{ image: IMAGE, users }], true);

  const answers = Array.from({ length: 1_000 }, () => usage.usersOf('prod', REACH));

  expect(new Set(answers).size).toBe(1);
  expect(answers[0]).toHaveLength(100_000);
});
