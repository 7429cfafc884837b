/**
 * Tags under which signatures and other attachments of an image are kept, named after its digest: cosign's, and those
 * of registries without a referrers API.
 * https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#referrers-tag-schema
 */
const ATTACHMENT_TAG = /^(?:sha256-[0-9a-f]{64}|sha512-[0-9a-f]{1,128})(?:\.(?:sig|att|sbom))?$/;

/** True for a tag that holds what is attached to an image, which no node pulls. */
export function isAttachmentTag(tag: string): boolean {
  return ATTACHMENT_TAG.test(tag);
}
