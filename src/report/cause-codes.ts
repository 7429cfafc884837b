/** Every likely cause that a report may name. */
export const CAUSE_CODES = [
  'untagged_children_collected',
  'child_removed',
  'manifest_removed',
  'attachment_gone',
  'reference_not_found',
  'link_damaged',
  'corrupt_manifest',
  'not_a_manifest',
  'wrong_descriptor',
  'head_refused',
  'wrong_type',
  'wrong_headers',
  'too_large',
  'accept_replaced',
  'blob_gone',
  'link_gone',
  'stale_descriptor_cache',
  'truncated_blob',
  'corrupt_blob',
  'refused_by_store',
  'altered_content',
  'broken_build',
  'tag_moved',
  'platform_missing',
  'backend_lost',
  'unknown',
] as const;
export type CauseCode = (typeof CAUSE_CODES)[number];

/** Why something is broken: a code for machines, and a text for people that says "likely" where it is inferred. */
export interface Cause {
  readonly code: CauseCode;
  readonly text: string;
}
