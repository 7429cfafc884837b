import { isManifestType } from '../oci/media-types.ts';
import { addEdge, removeEdge, type Edge, type Tree, type TreeNode } from './tree.ts';

/** Adds a way to a thing of a tree, where it is counted. */
export function addWay(tree: Tree, node: TreeNode, edge: Edge): void {
  tree.ways += 1;
  addEdge(node, edge);
}

/** Takes a way to a thing of a tree out again. */
export function removeWay(tree: Tree, node: TreeNode, edge: Edge): void {
  if (removeEdge(node, edge)) tree.ways -= 1;
}

/** Of several ways to a manifest, one that gives a manifest's type says best how it is to be read. */
export function declaredType({ edges }: TreeNode): string | undefined {
  return edges.find(isTyped)?.declared?.mediaType;
}

/** Whether who comes this way was told the type of a manifest. */
export function isTyped({ declared }: Edge): boolean {
  return declared !== null && isManifestType(declared.mediaType);
}

/** A tag that leads to a manifest; null where none does. */
export function tagOf({ edges }: TreeNode): string | null {
  return edges.find(({ tag }) => tag !== null)?.tag ?? null;
}
