import { isAttachmentTag } from '../oci/attachment-tag.ts';
import { climb } from './trace.ts';
import type { Attached, Edge } from './tree.ts';

/**
 * True when somebody who pulls an image comes by the edges: a way to a tag or a digest, with nothing on it that is only
 * attached. What a list of attachments names is as much pulled as the list itself.
 */
export function isPulled(edges: readonly Edge[]): boolean {
  let pulled = false;
  climb(edges, ({ from, tag, attached }) => {
    if (attached !== undefined && attached.by !== 'list') return 'end';
    pulled ||= from === null && (tag === null || !isAttachmentTag(tag));
    return pulled ? 'enough' : 'on';
  });
  return pulled;
}

/** What is attached to an image on the ways up, the first that is met; null where nothing is. */
export function attachedAbove(edges: readonly Edge[]): Attached | null {
  let found: Attached | null = null;
  climb(edges, ({ attached }) => {
    if (attached === undefined) return 'on';
    found = attached;
    return 'enough';
  });
  return found;
}
