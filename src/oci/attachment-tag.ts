import { parseDigest } from './digest.ts';

/**
 * Tags under which signatures and other attachments of an image are kept, named after its digest: cosign's, and those
 * of registries without a referrers API.
 * https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#referrers-tag-schema
 */
const ATTACHMENT_TAG = /^(?:sha256-[0-9a-f]{64}|sha512-[0-9a-f]{1,128})(?:\.(?:sig|att|sbom))?$/;

/** The one under which a registry without a referrers API has the list of what is attached, named by nothing but the digest. */
const LIST_TAG = /^sha(?:256|512)-[0-9a-f]{1,128}$/;

/** In characters: of a longer digest, no more of its hex is in the tag of its list. */
const LIST_TAG_HEX = 64;

/** True for a tag that holds what is attached to an image, which no node pulls. */
export function isAttachmentTag(tag: string): boolean {
  return ATTACHMENT_TAG.test(tag);
}

/** True for the tag of a list of what is attached to an image. */
export function isListTag(tag: string): boolean {
  return LIST_TAG.test(tag);
}

/** The tag under which a registry without a referrers API has the list of what is attached to a digest. */
export function listTagOf(digest: string): string {
  const [algorithm = '', hex = ''] = digest.split(':', 2);
  return `${algorithm}-${hex.slice(0, LIST_TAG_HEX)}`;
}

/** The digest of what a tag's content is attached to; null where the tag is none of these, or does not say all of it. */
export function subjectOfTag(tag: string): string | null {
  if (!isAttachmentTag(tag)) return null;
  const digest = tag.replace(/\..*$/, '').replace('-', ':');
  return parseDigest(digest).kind === 'supported' ? digest : null;
}
