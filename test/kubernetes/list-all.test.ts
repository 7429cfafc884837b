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
});
