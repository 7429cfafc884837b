/** What is broken: what a tag or a pinned digest resolves to, a manifest listed in an index, or an image's content. */
export const BROKEN_OBJECTS = ['manifest', 'child', 'config', 'layer'] as const;
export type BrokenObject = (typeof BROKEN_OBJECTS)[number];

/** How it is broken. `tag_moved` and `platform_missing` come from `verify` alone. */
export const FAULTS = [
  'missing',
  'unreadable',
  'size_mismatch',
  'digest_mismatch',
  'invalid',
  'tag_dangling',
  'tag_moved',
  'platform_missing',
] as const;
export type Fault = (typeof FAULTS)[number];
