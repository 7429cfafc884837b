import { describe, expect, test } from 'vitest';

import { createLookUp } from '../../src/walk/above.ts';
import { createTrace, platformsOf, rootsTo, tagsTo } from '../../src/walk/trace.ts';
import { createNode, rootEdge, type TreeNode } from '../../src/walk/tree.ts';

/** A node below others: `from` names who lists it, each with the platform it names. */
function below(digest: string, ...from: readonly (readonly [TreeNode, (string | null)?])[]): TreeNode {
  const node = createNode(digest, 0);
  for (const [parent, platform = null] of from) node.edges.push(edgeFrom(parent, platform));
  return node;
}

/** A node that tags (or, for null, a digest that was asked for) lead to. */
function root(digest: string, ...tags: readonly (string | null)[]): TreeNode {
  const node = createNode(digest, 0);
  for (const tag of tags) node.edges.push(rootEdge(tag));
  return node;
}

function pathTo(node: TreeNode): readonly string[] {
  const trace = createTrace();
  return trace.pathTo(node, trace.above.of(node.edges));
}

function edgeFrom(from: TreeNode, platform: string | null) {
  return { ...rootEdge(null), from, object: 'child' as const, platform };
}

describe('tagsTo', () => {
  test('names every tag on every way up once, sorted', () => {
    const [one, two] = [root('one', 'v2', 'latest'), root('two', 'edge', 'v2')];
    const inner = below('inner', [one], [two]);
    const layer = below('layer', [inner], [inner], [one]);

    expect(tagsTo(layer.edges)).toEqual(['edge', 'latest', 'v2']);
  });

  test('names none for what only a digest leads to', () => {
    expect(tagsTo(below('layer', [root('one', null)]).edges)).toEqual([]);
  });

  test('ends in a ring', () => {
    const one = root('one', 'v1');
    const two = below('two', [one]);
    one.edges.push(edgeFrom(two, null));

    expect(tagsTo(two.edges)).toEqual(['v1']);
  });
});

describe('rootsTo', () => {
  test('names every digest that was asked for by itself and leads to the thing, once and sorted', () => {
    const [two, one] = [root('two', null, 'v1'), root('one', null, null)];
    const inner = below('inner', [two], [root('three', 'v2')]);
    const layer = below('layer', [inner], [one], [inner]);

    expect(rootsTo(layer)).toEqual(['one', 'two']);
  });

  test('names the thing itself where it was asked for', () => {
    expect(rootsTo(root('one', null, 'v1'))).toEqual(['one']);
  });

  test('names none for what only tags lead to, and ends in a ring', () => {
    const one = root('one', 'v1');
    const two = below('two', [one]);
    one.edges.push(edgeFrom(two, null));

    expect(rootsTo(two)).toEqual([]);
  });
});

describe('isReached', () => {
  const loop = createNode('loop', 0);
  loop.edges.push(edgeFrom(loop, null));

  test.each<[string, TreeNode, boolean]>([
    ['a tag', below('layer', [root('one', 'v1')]), true],
    ['a digest that was asked for', below('layer', [root('one', null)]), true],
    ['nothing', below('layer'), false],
    ['a manifest that nothing leads to any more', below('layer', [below('one')]), false],
    ['itself', loop, false],
  ])('%s leads there: %#', (_, node, expected) => {
    expect(createLookUp().at(node).isReached).toBe(expected);
    expect(node.edges.some(createLookUp().isReached)).toBe(expected);
  });
});

describe('platformsOf', () => {
  const index = root('index', 'v1');

  test('names the platform that the index names for a child, for everything below it', () => {
    const child = below('child', [index, 'linux/arm64']);

    expect(platformsOf(child.edges)).toEqual(['linux/arm64']);
    expect(platformsOf(below('layer', [child]).edges)).toEqual(['linux/arm64']);
  });

  test('takes the nearest one on each way up', () => {
    const inner = below('inner', [index, 'linux/amd64']);
    const child = below('child', [inner, 'linux/arm64'], [index, 'linux/s390x']);

    expect(platformsOf(child.edges)).toEqual(['linux/arm64', 'linux/s390x']);
  });

  test('looks past a list that names none', () => {
    const inner = below('inner', [index, 'linux/amd64']);

    expect(platformsOf(below('child', [inner]).edges)).toEqual(['linux/amd64']);
    expect(platformsOf(below('layer', [index]).edges)).toEqual([]);
  });
});

describe('pathTo', () => {
  test('leads from the tag down to the thing', () => {
    const index = root('index', 'v1');
    const child = below('child', [index]);
    const layer = below('layer', [child]);

    expect(pathTo(layer)).toEqual(['index', 'child', 'layer']);
    expect(pathTo(index)).toEqual(['index']);
  });

  test('is of the first tag in order, even where another one is nearer', () => {
    const first = root('of-a', 'a');
    const child = below('child', [first]);
    const layer = below('layer', [root('of-b', 'b')], [child]);

    expect(pathTo(layer)).toEqual(['of-a', 'child', 'layer']);
  });

  test('is the shortest of that tag', () => {
    const index = root('index', 'a', 'b');
    const child = below('child', [below('inner', [index])], [index]);

    expect(pathTo(child)).toEqual(['index', 'child']);
  });

  test('takes the digest that was asked for where no tag leads there', () => {
    const layer = below('layer', [root('asked', null)]);

    expect(pathTo(layer)).toEqual(['asked', 'layer']);
  });

  test('ends in a ring, and where nothing leads there', () => {
    const one = createNode('one', 0);
    const two = below('two', [one]);
    one.edges.push(edgeFrom(two, null));

    expect(pathTo(two)).toEqual(['two']);
  });

  test('does not grow with the number of ways', () => {
    let node = root('top', 'v1');
    for (let level = 0; level < 30; level += 1) {
      const above = node;
      node = below(`level-${level}`, ...Array.from({ length: 8 }, () => [above, null] as const));
    }

    expect(pathTo(node)).toHaveLength(31);
    expect(tagsTo(node.edges)).toEqual(['v1']);
  });
});

describe('createTrace', () => {
  test('behind as many tags as are held, has the first ones of each further list', () => {
    const tags = Array.from({ length: 30 }, (_, index) => `v${String(index).padStart(2, '0')}`);
    const [one, two] = [root('one', ...tags), root('two', 'a', 'b')];
    const trace = createTrace({ mostTags: 29 });

    const first = trace.tagsTo(below('first', [one]).edges);
    const further = trace.tagsTo(below('further', [one], [two]).edges);

    expect(first).toEqual(tags);
    expect(further).toEqual(['a', 'b', ...tags.slice(0, 18)]);
    expect(trace.tagsTo(below('same', [one]).edges)).toBe(first);
  });

  test('ends in a ring where it has only the first ones', () => {
    const one = root('one', 'v1');
    const two = below('two', [one]);
    one.edges.push(edgeFrom(two, null));
    const trace = createTrace({ mostTags: 0 });

    trace.tagsTo(root('other', 'x').edges);

    expect(trace.tagsTo(two.edges)).toEqual(['v1']);
  });
});
