import { isAttachmentTag } from '../oci/attachment-tag.ts';
import type { Finding } from '../walk/finding.ts';
import type { Cause } from './cause-codes.ts';

/** True where nothing but tags of attachments leads to what is broken, so that the image itself pulls. */
export function isAttachmentAlone({ tags, roots }: Finding): boolean {
  return tags.length > 0 && roots.length === 0 && tags.every(isAttachmentTag);
}

/** The cause where an attachment is gone: it was deleted, and what lists it was left behind. */
export function goneAttachment({ object }: Finding): Cause {
  return {
    code: 'attachment_gone',
    text:
      object === 'child'
        ? 'The tag lists what is attached to an image, such as signatures, and one of these is gone: likely it was deleted by its digest, by hand or by a clean-up, and the list was left as it was. The image itself pulls; a copy of this tag does not.'
        : 'The tag holds what is attached to an image, such as a signature, and a part of it is gone: likely a clean-up took it for untagged, or the image was deleted. Nodes do not pull this tag; who checks signatures or copies it does.',
  };
}
