import type { Tree, TreeNode } from './tree.ts';

/** Manifests and blobs, among which one digest may be there several times. */
export type NodesByDigest = ReadonlyMap<string, readonly TreeNode[]>;

/** What is in a tree, to be looked up by many digests. */
export function nodesByDigest({ manifests, blobs }: Tree): NodesByDigest {
  const nodes = new Map<string, TreeNode[]>();
  for (const some of [manifests, blobs]) {
    for (const node of some.values()) {
      const same = nodes.get(node.digest);
      if (same === undefined) nodes.set(node.digest, [node]);
      else same.push(node);
    }
  }
  return nodes;
}
