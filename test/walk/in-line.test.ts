import { describe, expect, test } from 'vitest';

import type { SeenManifest } from '../../src/walk/fetch-manifest.ts';
import { inTurn } from '../../src/walk/in-line.ts';
import type { Lookup } from '../../src/walk/lookup.ts';
import { createPartRoom } from '../../src/walk/part-room.ts';
import { createNode, createTree, rootEdge, type TreeNode } from '../../src/walk/tree.ts';

const LARGE = 300_000;

function answerOf(size: number): Lookup<SeenManifest> {
  const manifest = { kind: 'unsupported', mediaType: 'x' } as const;
  return {
    kind: 'found',
    value: { manifest, size, observed: { method: 'GET', status: 200, bytes: size, detail: '' } },
  };
}

/** Manifests of one repository, of so many bytes each, that say they have as many or say nothing. */
function repository(said: number | null) {
  const tree = createTree('app');
  const parts = createPartRoom();
  const events: string[] = [];
  let open = 0;
  let most = 0;
  function nodeOf(name: string, step = 0): TreeNode {
    const node = createNode(name, step);
    node.step = step;
    node.edges.push(rootEdge(name, null, said === null ? null : { mediaType: 'x', size: said }));
    return node;
  }
  async function ask(node: TreeNode, size: number, look: () => Promise<void> = pause): Promise<void> {
    const fetch = async (): Promise<Lookup<SeenManifest>> => {
      events.push(`ask ${node.digest}`);
      await pause();
      return answerOf(size);
    };
    const lookAt = async (): Promise<void> => {
      open += 1;
      most = Math.max(most, open);
      await look();
      open -= 1;
    };
    await inTurn({ tree, node, parts, signal: new AbortController().signal }, fetch, lookAt, pause);
  }
  return { nodeOf, ask, events, mostOpen: () => most };
}

function pause(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

describe('manifests that name very much', () => {
  test.each([
    ['are asked for once, each in its turn, where they are said to be large', LARGE, 3],
    ['are asked for again in their turn, where nobody said so', null, 5],
  ])('%s', async (_, said, requests) => {
    const { nodeOf, ask, events, mostOpen } = repository(said);

    await Promise.all(['a', 'b', 'c'].map((name) => ask(nodeOf(name), LARGE)));

    expect(mostOpen()).toBe(1);
    expect(events).toHaveLength(requests);
  });

  test('wait for none that is looked at on the way to them', async () => {
    const { nodeOf, ask, mostOpen } = repository(LARGE);

    await ask(nodeOf('index'), LARGE, () => ask(nodeOf('child', 1), LARGE));

    expect(mostOpen()).toBe(2);
  });

  test('let the next one have its turn when something goes wrong', async () => {
    const { nodeOf, ask, events } = repository(LARGE);

    const first = ask(nodeOf('a'), LARGE, () => Promise.reject(new Error('no')));
    const second = ask(nodeOf('b'), LARGE);

    await expect(first).rejects.toThrow('no');
    await second;
    expect(events).toEqual(['ask a', 'ask b']);
  });
});

test('what is small waits for nobody', async () => {
  const { nodeOf, ask, mostOpen } = repository(9);

  await Promise.all(['a', 'b', 'c'].map((name) => ask(nodeOf(name), 9)));

  expect(mostOpen()).toBe(3);
});
