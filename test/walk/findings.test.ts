import { describe, expect, test } from 'vitest';

import type { BrokenObject, Fault } from '../../src/walk/fault.ts';
import { collectFindings } from '../../src/walk/findings.ts';
import type { Absent } from '../../src/walk/lookup.ts';
import { createNode, createTree, rootEdge, type Edge, type Tree, type TreeNode } from '../../src/walk/tree.ts';
import { absent } from './scene.ts';

function treeOf(repository: string, ...manifests: readonly TreeNode[]): Tree {
  const tree = createTree(repository);
  for (const node of manifests) tree.manifests.set(node.digest, node);
  return tree;
}

function broken(digest: string, fault: Fault, ...edges: readonly Edge[]): TreeNode {
  const node = createNode(digest, 0);
  node.edges.push(...edges);
  node.state = { kind: 'broken', absent: absent(fault), confirmations: 3 };
  return node;
}

function tagged(digest: string, ...tags: readonly string[]): TreeNode {
  const node = createNode(digest, 0);
  for (const tag of tags) node.edges.push(rootEdge(tag));
  return node;
}

function edge(from: TreeNode, object: BrokenObject, rest: Partial<Edge> = {}): Edge {
  return { ...rootEdge(null), from, object, ...rest };
}

function brokenTag(tree: Tree, tag: string, answer: Absent): void {
  tree.tags.set(tag, { tag, digest: null, state: { kind: 'broken', absent: answer, confirmations: 3 } });
}

function inShort(trees: readonly Tree[]): readonly string[] {
  return collectFindings(trees).map(
    ({ repository, tags, object, fault, digest }) =>
      `${repository}:${tags.join(',')} ${object}/${fault} ${digest ?? '-'}`,
  );
}

describe('collectFindings', () => {
  test('names that lead to many things are held once, by whatever manifests they do', () => {
    const [one, two] = [tagged('one', 'v1', 'v2'), tagged('two', 'v3')];
    const index = tagged('index', 'v0');
    const child = createNode('child', 1);
    child.edges.push(edge(index, 'child', { platform: 'linux/arm64' }));
    const tree = treeOf('app', one, two, index, child);
    for (const name of ['a', 'b']) {
      const above = [edge(one, 'layer'), edge(two, 'layer'), edge(child, 'layer')];
      tree.blobs.set(name, broken(name, 'missing', ...(name === 'a' ? above : above.toReversed())));
    }

    const [a, b] = collectFindings([tree]);

    expect(a).toMatchObject({ digest: 'a', tags: ['v0', 'v1', 'v2', 'v3'], platforms: ['linux/arm64'] });
    expect(a?.path).toEqual(['index', 'child', 'a']);
    expect(b).toEqual({ ...a, digest: 'b', path: ['index', 'child', 'b'] });
    expect(b?.tags).toBe(a?.tags);
    expect(b?.platforms).toBe(a?.platforms);
  });

  test('one broken thing is one finding, with every tag and platform that reaches it', () => {
    const index = tagged('index', 'v2', 'v1');
    const [amd64, arm64] = [createNode('amd64', 1), createNode('arm64', 1)];
    amd64.edges.push(edge(index, 'child', { platform: 'linux/amd64' }));
    arm64.edges.push(edge(index, 'child', { platform: 'linux/arm64' }));
    const tree = treeOf('app', index, amd64, arm64);
    const sized = { expectedSize: 9 };
    tree.blobs.set('layer', broken('layer', 'missing', edge(arm64, 'layer', sized), edge(amd64, 'layer', sized)));

    expect(collectFindings([tree])).toEqual([
      {
        repository: 'app',
        tags: ['v1', 'v2'],
        roots: [],
        object: 'layer',
        fault: 'missing',
        digest: 'layer',
        path: ['index', 'arm64', 'layer'],
        platforms: ['linux/amd64', 'linux/arm64'],
        affects: 'pull',
        expectedSize: 9,
        observed: absent().observed,
        confirmations: 3,
      },
    ]);
  });

  test('a thing in two parts of a repository is one finding, with the tags and the roots of both', () => {
    const trees = [
      treeOf('app', broken('x', 'missing', rootEdge(null))),
      treeOf('app', broken('x', 'missing', rootEdge('v1'))),
    ];

    const findings = collectFindings(trees);

    expect(findings).toMatchObject([{ tags: ['v1'], roots: ['x'], digest: 'x' }]);
  });

  test('the same digest is broken by itself in each repository', () => {
    const trees = ['b', 'a'].map((name) => treeOf(name, broken('x', 'missing', rootEdge('v1'))));

    expect(inShort(trees)).toEqual(['a:v1 manifest/missing x', 'b:v1 manifest/missing x']);
  });

  test('a tag and an index that list the same manifest are two objects', () => {
    const index = tagged('index', 'multi');
    const both = broken('x', 'missing', rootEdge('single'), edge(index, 'child'));

    expect(inShort([treeOf('app', index, both)])).toEqual([
      'app:multi child/missing x',
      'app:single manifest/missing x',
    ]);
  });

  test('a config here and a layer there are two objects', () => {
    const [one, two] = [tagged('one', 'v1'), tagged('two', 'v2')];
    const tree = treeOf('app', one, two);
    tree.blobs.set('x', broken('x', 'unreadable', edge(one, 'config'), edge(two, 'layer')));

    expect(inShort([tree])).toEqual(['app:v1 config/unreadable x', 'app:v2 layer/unreadable x']);
  });

  test('two claimed sizes of one blob are one finding where the fault is the same', () => {
    const [one, two] = [tagged('one', 'v1'), tagged('two', 'v2')];
    const tree = treeOf('app', one, two);
    tree.blobs.set('x 2', broken('x', 'missing', edge(two, 'layer', { expectedSize: 2 })));
    tree.blobs.set('x 1', broken('x', 'missing', edge(one, 'layer', { expectedSize: 1 })));

    expect(inShort([tree])).toEqual(['app:v1,v2 layer/missing x']);
    expect(collectFindings([tree])[0]).toMatchObject({ path: ['one', 'x'], expectedSize: 1 });
  });

  test('tags that resolve to nothing are told apart by their names', () => {
    const tree = treeOf('app');
    for (const tag of ['v2', 'v1']) brokenTag(tree, tag, absent('tag_dangling'));

    expect(inShort([tree])).toEqual(['app:v1 manifest/tag_dangling -', 'app:v2 manifest/tag_dangling -']);
    expect(collectFindings([tree])[0]).toMatchObject({ path: [], digest: null });
  });

  test('tags that point to one removed manifest are one finding', () => {
    const tree = treeOf('app');
    for (const tag of ['v2', 'v1']) brokenTag(tree, tag, { ...absent('missing'), digest: 'x' });

    expect(inShort([tree])).toEqual(['app:v1,v2 manifest/missing x']);
  });

  test('what nothing leads to any more is nothing to report', () => {
    const left = broken('left', 'missing');
    const below = broken('below', 'missing', edge(createNode('gone', 0), 'child'));

    expect(inShort([treeOf('app', left, below)])).toEqual([]);
  });

  test('what an index may lack is missing for others alone', () => {
    const [sparse, full] = [tagged('sparse', 'v1'), tagged('full', 'v2')];
    const shared = broken('x', 'missing', edge(sparse, 'child', { optional: true }), edge(full, 'child'));
    const unread = broken('y', 'unreadable', edge(sparse, 'child', { optional: true }));

    expect(inShort([treeOf('app', sparse, full, shared, unread)])).toEqual([
      'app:v1 child/unreadable y',
      'app:v2 child/missing x',
    ]);
  });

  test('a wrong size belongs to the index that names it', () => {
    const [right, wrong] = [tagged('right', 'v1'), tagged('wrong', 'v2')];
    const child = createNode('x', 1);
    const fault = { absent: absent('size_mismatch'), confirmations: 3 };
    child.state = { kind: 'good' };
    child.edges.push(edge(right, 'child'), edge(wrong, 'child', { expectedSize: 4, fault }));

    const findings = collectFindings([treeOf('app', right, wrong, child)]);

    expect(findings).toMatchObject([{ tags: ['v2'], object: 'child', fault: 'size_mismatch', expectedSize: 4 }]);
  });

  test('a wrong size concerns the digests above the index, and not the child that somebody pinned', () => {
    const wrong = tagged('wrong', 'v2');
    wrong.edges.push(rootEdge(null));
    const right = createNode('right', 0);
    right.edges.push(rootEdge(null));
    const child = createNode('x', 1);
    const fault = { absent: absent('size_mismatch'), confirmations: 3 };
    child.state = { kind: 'good' };
    child.edges.push(rootEdge(null), rootEdge('v1'), edge(right, 'child'), edge(wrong, 'child', { fault }));

    const findings = collectFindings([treeOf('app', right, wrong, child)]);

    expect(findings).toMatchObject([{ tags: ['v2'], roots: ['wrong'], fault: 'size_mismatch', path: ['wrong', 'x'] }]);
  });

  test('lacking platforms of one image are one finding', () => {
    const node = tagged('x', 'v1');
    const tree = treeOf('app', node);
    for (const platform of ['linux/s390x', 'linux/arm64']) {
      tree.lacking.push({ node, platform, absent: absent('platform_missing'), confirmations: 3 });
    }

    expect(inShort([tree])).toEqual(['app:v1 manifest/platform_missing x']);
    expect(collectFindings([tree])[0]?.platforms).toEqual(['linux/arm64', 'linux/s390x']);
  });

  test('findings are sorted by repository, first tag, object and digest', () => {
    const [v1, v2] = [tagged('one', 'v1'), tagged('two', 'v2')];
    const tree = treeOf(
      'b',
      v1,
      v2,
      broken('c2', 'missing', edge(v1, 'child')),
      broken('m', 'missing', rootEdge('v2')),
    );
    tree.manifests.set('c1', broken('c1', 'missing', edge(v1, 'child')));
    tree.blobs.set('l', broken('l', 'missing', edge(v1, 'layer')));

    expect(inShort([tree, treeOf('a', broken('z', 'missing', rootEdge('v9')))])).toEqual([
      'a:v9 manifest/missing z',
      'b:v1 child/missing c1',
      'b:v1 child/missing c2',
      'b:v1 layer/missing l',
      'b:v2 manifest/missing m',
    ]);
  });
});

describe('whom a finding hurts', () => {
  const onArm64 = (platform: string): boolean => platform.startsWith('linux/arm64');

  /** An index of two images and an attestation, each with a layer of its own, and a layer that all of them share. */
  function indexed(...more: readonly Edge[]): Tree {
    const index = tagged('index', 'v1');
    const images = [
      ['amd64', 'linux/amd64'],
      ['arm64', 'linux/arm64/v8'],
      ['attested', 'unknown/unknown'],
    ].map(([digest = '', platform = '']) => {
      const image = createNode(digest, 1);
      image.edges.push(edge(index, 'child', { platform }), ...more.filter(() => digest === 'amd64'));
      return image;
    });
    const tree = treeOf('app', index, ...images);
    for (const image of images) {
      const layer = `of ${image.digest}`;
      tree.blobs.set(layer, broken(layer, 'missing', edge(image, 'layer')));
    }
    tree.blobs.set('shared', broken('shared', 'missing', ...images.map((image) => edge(image, 'layer'))));
    return tree;
  }

  function hurts(tree: Tree): Readonly<Record<string, string | undefined>> {
    const all = collectFindings([tree], onArm64);
    return Object.fromEntries(all.map(({ digest, affects }) => [digest, affects]));
  }

  test('goes by the platforms on the way to it', () => {
    expect(hurts(indexed())).toEqual({
      'of amd64': 'other_platform',
      'of arm64': 'pull',
      'of attested': 'attestation',
      shared: 'pull',
    });
  });

  test.each([
    { title: 'a tag of its own', root: rootEdge('v1-amd64') },
    { title: 'a digest that is pinned', root: rootEdge(null) },
  ])('is who pulls, where $title leads past the index', ({ root }) => {
    expect(hurts(indexed(root))['of amd64']).toBe('pull');
  });

  test('is who pulls an image that is pinned, of a child that an index lists, too', () => {
    const index = tagged('index', 'v1');
    const child = broken('x', 'missing', edge(index, 'child', { platform: 'linux/amd64' }), rootEdge(null));

    const findings = collectFindings([treeOf('app', index, child)], onArm64);

    expect(findings.map(({ object, affects }) => [object, affects])).toEqual([
      ['manifest', 'pull'],
      ['child', 'pull'],
    ]);
  });

  test('is not who pulls, of a child that has a tag besides, which is a finding of its own', () => {
    const index = tagged('index', 'v1');
    const child = broken('x', 'missing', edge(index, 'child', { platform: 'linux/amd64' }), rootEdge('v1-amd64'));

    const findings = collectFindings([treeOf('app', index, child)], onArm64);

    expect(findings.map(({ object, affects }) => [object, affects])).toEqual([
      ['child', 'other_platform'],
      ['manifest', 'pull'],
    ]);
  });

  test('is who checks signatures, where a signature is lost', () => {
    const tree = treeOf('app', broken('x', 'missing', rootEdge(`sha256-${'a'.repeat(64)}.sig`)));
    brokenTag(tree, `sha256-${'b'.repeat(64)}.att`, absent('tag_dangling'));

    expect(collectFindings([tree]).map(({ affects }) => affects)).toEqual(['attestation', 'attestation']);
  });

  test('takes as many ways as there may be: tags that are each resolved wrongly, and children that are all gone', () => {
    const many = 50_000;
    const wrong = createNode('wrong', 0);
    const fault = { absent: absent('unresolvable'), confirmations: 3 };
    for (let number = 0; number < many; number += 1) wrong.edges.push({ ...rootEdge(`v${number}`), fault });
    const index = tagged('index', ...Array.from({ length: 10_000 }, (_, number) => `w${number}`));
    const tree = treeOf('app', wrong, index);
    for (let number = 0; number < 10_000; number += 1) {
      const child = broken(`child ${number}`, 'missing', edge(index, 'child'));
      tree.manifests.set(child.digest, child);
    }

    const findings = collectFindings([tree]);

    const [first, second] = findings.filter(({ object }) => object === 'child');
    expect(findings).toHaveLength(1 + 10_000);
    expect(findings.find(({ digest }) => digest === 'wrong')?.tags).toHaveLength(many);
    expect([first?.tags.length, first?.path]).toEqual([10_000, ['index', first?.digest]]);
    // They are held once: there are a hundred millions otherwise.
    expect(first?.tags).toBe(second?.tags);
  });
});
