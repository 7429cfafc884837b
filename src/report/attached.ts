import { isAttachmentTag } from '../oci/attachment-tag.ts';
import type { Finding } from '../walk/finding.ts';
import type { Cause } from './cause-codes.ts';

/** https://www.rfc-editor.org/rfc/rfc6838#section-4.2 */
const MEDIA_TYPE = /^[a-z0-9][\w!#$&^.+-]{0,126}\/[a-z0-9][\w!#$&^.+-]{0,126}$/i;

/** True for what is attached to an image, and for its parts: walked with the image, and needed by nobody who pulls it. */
export function isAttached({ object, attached }: Finding): boolean {
  return object === 'referrer' || attached !== undefined;
}

/** What kind of thing it is that is attached; null where nothing says so, or in no media type. */
export function artifactTypeOf({ attached }: Finding): string | null {
  const type = attached?.artifactType ?? null;
  return type !== null && MEDIA_TYPE.test(type) ? type : null;
}

/** True where nothing but tags of attachments leads to what is broken, so that the image itself pulls. */
export function isAttachmentAlone({ tags, roots }: Finding): boolean {
  return tags.length > 0 && roots.length === 0 && tags.every(isAttachmentTag);
}

/** What a finding means to those who need it. */
export function whoNeedsAttached(finding: Finding): string {
  const type = artifactTypeOf(finding);
  const what = type === null ? 'something' : `something of the type ${type}`;
  return `It is, or belongs to, ${what} that is attached to the image: nodes pull the image without it, and whoever checks what is attached, such as an admission policy, refuses the image.`;
}

/** The cause where an attachment is gone: it was deleted, and what lists it was left behind. */
export function goneAttachment(finding: Finding): Cause {
  const { object } = finding;
  if (isAttached(finding)) {
    const code = 'attachment_gone';
    return {
      code,
      text: `${whoNeedsAttached(finding)} Likely a clean-up took it for untagged, or the storage has lost it.`,
    };
  }
  return {
    code: 'attachment_gone',
    text:
      object === 'child'
        ? 'The tag lists what is attached to an image, such as signatures, and one of these is gone: likely it was deleted by its digest, by hand or by a clean-up, and the list was left as it was. The image itself pulls; a copy of this tag does not.'
        : 'The tag holds what is attached to an image, such as a signature, and a part of it is gone: likely a clean-up took it for untagged, or the image was deleted. Nodes do not pull this tag; who checks signatures or copies it does.',
  };
}
