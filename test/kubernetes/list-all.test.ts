import { describe, expect, test } from 'vitest';

import { listAll } from '../../src/kubernetes/list-all.ts';
import { workload } from './objects.ts';
import { NEVER, stubApi } from './scene.ts';

describe('reading a list to its end', () => {
  test('a list that never ends is given up, and what came is kept', async () => {
    const names: string[] = [];
    let keeps = 0;
    const sink = { add: ({ name }: { readonly name: string }) => void names.push(name), keep: () => void (keeps += 1) };
    const api = stubApi({
      list: () => Promise.resolve({ kind: 'done', value: { objects: [workload('a/Pod/b', [])], next: 'more' } }),
    });

    const failure = await listAll(api, 'Pod', () => sink, NEVER);

    expect(failure).toMatchObject({ kind: 'failed', reason: 'other' });
    expect(names).toHaveLength(10_000);
    expect(keeps).toBe(1);
  });

  test('an object that is too large hides none of those behind it, and the list is not whole', async () => {
    const names: string[] = [];
    const sink = { add: ({ name }: { readonly name: string }) => void names.push(name), keep: () => {} };
    const pages = [
      { objects: [workload('a/Pod/b', [])], next: '1' },
      { objects: [], next: '2', leftOut: 'the answer has more than 9 values' },
      { objects: [workload('a/Pod/c', [])], next: '' },
    ];
    const api = stubApi({
      list: (_, from) => Promise.resolve({ kind: 'done', value: pages[Number(from)] ?? { objects: [], next: '' } }),
    });

    const failure = await listAll(api, 'Pod', () => sink, NEVER);

    expect(names).toEqual(['b', 'c']);
    expect(failure).toEqual({ kind: 'failed', reason: 'other', detail: 'the answer has more than 9 values' });
  });
});
