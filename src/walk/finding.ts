import type { Affects } from './affects.ts';
import type { Copy } from './copy.ts';
import type { BrokenObject, Fault, Obstacle } from './fault.ts';
import type { Observed } from './lookup.ts';

/** One broken thing: one (repository, digest, object, fault), with every tag and every platform that reaches it. */
export interface Finding {
  /** Null for a finding of the whole registry. */
  readonly repository: string | null;
  /** Sorted. Empty when only a pinned digest reaches it. */
  readonly tags: readonly string[];
  /** Digests, asked for by themselves, that reach it; sorted. */
  readonly roots: readonly string[];
  /** More tags or digests reach it than are named here. */
  readonly isCut?: true;
  readonly object: BrokenObject;
  readonly fault: Fault;
  /** Null for a tag that resolves to nothing. */
  readonly digest: string | null;
  /** Digests from a tag's manifest down to the broken object: of the first tag in order, the shortest chain. */
  readonly path: readonly string[];
  /** Sorted, as `linux/arm64/v8`. Empty where no index names one. */
  readonly platforms: readonly string[];
  /** Whom it hurts; a pull where it is left out. */
  readonly affects?: Affects;
  /** Set where nobody who pulls comes by it: it is, or belongs to, what is attached to an image. */
  readonly attached?: { readonly artifactType: string | null };
  /** In bytes, from the descriptor; null where there is none. */
  readonly expectedSize: number | null;
  readonly observed: Observed;
  /** Of the whole registry: how many names it is about, and the first of them, as `repository:tag`. */
  readonly affected?: number;
  readonly examples?: readonly string[];
  /** Of what is `unresolvable`: why. */
  readonly obstacle?: Obstacle;
  /** Where it is whole, in the order in which one would take it; absent where nobody has found a copy. */
  readonly copies?: readonly Copy[];
  /** How many times it was asked again and gave the same verdict. */
  readonly confirmations: number;
}
