import { describe, expect, test } from 'vitest';

import { addEdge, createNode, removeEdge, rootEdge } from '../../src/walk/tree.ts';

describe('the ways to a thing', () => {
  test('are taken out without being looked for, in any order, and each once', () => {
    const node = createNode('sha256:a', 0);
    const edges = Array.from({ length: 100_000 }, (_, index) => rootEdge(`v${index}`));
    for (const edge of edges) addEdge(node, edge);
    const [first, , third, last] = [edges[0], edges[1], edges[2], edges.at(-1)];
    if (first === undefined || third === undefined || last === undefined) throw new Error('there are too few');

    for (const edge of [first, last, third, first]) removeEdge(node, edge);
    const left = new Set(node.edges);
    for (const edge of edges) removeEdge(node, edge);

    expect([left.size, left.has(first), left.has(third), left.has(last)]).toEqual([99_997, false, false, false]);
    expect([node.edges, node.tagged]).toEqual([[], 0]);
  });

  test('one that was never there takes no other one out', () => {
    const node = createNode('sha256:a', 0);
    addEdge(node, rootEdge('v1'));

    removeEdge(node, rootEdge('v1'));

    expect([node.edges.length, node.tagged]).toEqual([1, 1]);
  });
});
