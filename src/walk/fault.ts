/**
 * What is broken: what a tag or a pinned digest resolves to, a manifest listed in an index, an image's content, or what is
 * attached to an image.
 */
export const BROKEN_OBJECTS = ['manifest', 'child', 'config', 'layer', 'referrer'] as const;
export type BrokenObject = (typeof BROKEN_OBJECTS)[number];

/** How it is broken. `tag_moved` and `platform_missing` come from `verify` alone. */
export const FAULTS = [
  'missing',
  'unreadable',
  'size_mismatch',
  'digest_mismatch',
  'invalid',
  'not_unpackable',
  'unresolvable',
  'tag_dangling',
  'tag_moved',
  'platform_missing',
] as const;
export type Fault = (typeof FAULTS)[number];

/**
 * Why a node cannot resolve what is there: it is refused where nodes ask for it (or answered with a failure there) and
 * comes otherwise; no type is given for it, one that is no manifest's, or that of another kind of manifest; the length
 * that is given is not its own; the digest that is given is none; it is larger than nodes take; or what a node accepts
 * does not reach the registry.
 */
export type Obstacle =
  'refused' | 'failing' | 'no_type' | 'type' | 'kind' | 'length' | 'digest' | 'too_large' | 'accept';
