import type { Leg } from '../walk/itinerary.ts';
import { MAX_PART_BITS, type Parts } from '../walk/parts.ts';
import type { Divided, Walked } from './walked.ts';

/** A repository with more tags is walked in parts of so many at most. */
export const TAGS_PER_PART = 1000;
/** A run that ends so often in the middle of the same thing will never come to its end: it is divided. */
const CUT_TOO_OFTEN = 2;

/** What is known of a repository that is about to be walked. */
export interface Dividing {
  readonly known: Divided | undefined;
  /** How often in a row a run ended in the middle of it. */
  readonly cut: number;
}

/** The parts to walk of a repository that has so many tags; null where it is walked as one. */
export function divisionOf({ parts }: Leg, tags: number, { known, cut }: Dividing): Parts | null {
  const bitsBefore = parts?.bits ?? known?.bits ?? 0;
  const bitsForTags = tags <= TAGS_PER_PART ? 0 : Math.ceil(Math.log2(tags / TAGS_PER_PART));
  const bitsForTime = cut >= CUT_TOO_OFTEN && tags > 2 ** bitsBefore ? bitsBefore + 1 : 0;
  const bits = Math.min(MAX_PART_BITS, Math.max(bitsBefore, bitsForTags, bitsForTime));
  if (bits === 0) return null;
  const children = 2 ** (bits - bitsBefore);
  const before = parts?.indexes ?? allOf(bitsBefore);
  return {
    bits,
    indexes: before.flatMap((index) => allOf(bits - bitsBefore).map((child) => index * children + child)),
  };
}

/** The parts of a repository, divided once more where there are more bits: each is as old as what it is a part of. */
export function divideFurther(
  { bits: before, parts }: Pick<Divided, 'bits' | 'parts'>,
  bits: number,
): readonly Walked[] {
  const children = 2 ** Math.max(0, bits - before);
  return parts.flatMap((part) =>
    allOf(bits - before).map(() => ({ ...part, counts: part.counts.map((n) => Math.round(n / children)) })),
  );
}

function allOf(bits: number): readonly number[] {
  return Array.from({ length: 2 ** Math.max(0, bits) }, (_, index) => index);
}
