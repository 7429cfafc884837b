import { isSchema1Type } from '../oci/media-types.ts';
import type { Absent } from './lookup.ts';
import type { TreeNode } from './tree.ts';

/** Its tag comes as schema 1, which no client asks for. */
export function isConverted({ edges }: TreeNode): boolean {
  return edges.some(({ root, declared }) => root !== null && declared !== null && isSchema1Type(declared.mediaType));
}

/**
 * Registries convert to schema 1 for who accepts nothing newer, and then have no such manifest under its digest: what
 * nodes accept does not reach them.
 */
export function convertedOnTheWay({ observed }: Absent): Absent {
  const detail = `${observed.detail}; its name is resolved to schema 1, which was not asked for`;
  return { kind: 'absent', fault: 'unresolvable', obstacle: 'accept', observed: { ...observed, detail } };
}
