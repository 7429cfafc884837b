import type { Observed } from './lookup.ts';

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

/** One broken thing: one (repository, digest, object, fault), with every tag and every platform that reaches it. */
export interface Finding {
  readonly repository: string;
  /** Sorted. Empty when only a pinned digest reaches it. */
  readonly tags: readonly string[];
  readonly object: BrokenObject;
  readonly fault: Fault;
  /** Null for a tag that resolves to nothing. */
  readonly digest: string | null;
  /** Digests from a tag's manifest down to the broken object: of the first tag in order, the shortest chain. */
  readonly path: readonly string[];
  /** Sorted, as `linux/arm64/v8`. Empty where no index names one. */
  readonly platforms: readonly string[];
  /** In bytes, from the descriptor; null where there is none. */
  readonly expectedSize: number | null;
  readonly observed: Observed;
  /** How many times it was asked again and gave the same verdict. */
  readonly confirmations: number;
}
