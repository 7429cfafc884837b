import type { Descriptor } from '../oci/descriptor.ts';
import { formatPlatform } from '../oci/platform.ts';
import type { BrokenObject } from './fault.ts';

/** Something that a manifest refers to, and as what. */
export type Reference = readonly [BrokenObject, Descriptor];

/** At most so many sizes of one thing are compared: of two, one is wrong at least. */
const MOST_SIZES = 16;
/** And so many types with each size: there are fewer that anybody reads. */
const MOST_TYPES = 16;
/** And so many platforms with each of these; with more, it is needed for whatever platform. */
const MOST_PLATFORMS = 64;

/**
 * The references without those that say the same as another one, in their order. A document of a few megabytes may name
 * one thing ten thousands of times, always otherwise: what is left of each is bounded, and some of it is wrong if some
 * of all was.
 */
export function distinct(references: readonly Reference[]): readonly Reference[] {
  // Nearly all documents name each thing once, and the others nearly all of it.
  const once = new Set<string>();
  const often = new Set<string>();
  for (const [, { digest }] of references) (once.has(digest) ? often : once).add(digest);
  if (often.size === 0) return references;
  const seen = new Map<string, Set<string>>();

  /** Whether this is new below what it belongs to, and there is room. */
  function isNew(above: string, what: string, most: number): 'new' | 'known' | 'too many' {
    const known = seen.get(above) ?? new Set();
    if (known.has(what)) return 'known';
    if (known.size >= most) return 'too many';
    seen.set(above, known.add(what));
    return 'new';
  }

  return references.flatMap(([object, descriptor]): readonly Reference[] => {
    const { digest, size, mediaType, embedded = false, urls = [], platform } = descriptor;
    if (!often.has(digest)) return [[object, descriptor]];
    const thing = `${object} ${digest}`;
    if (isNew(thing, String(size), MOST_SIZES) === 'too many') return [];
    const sized = `${thing} ${size}`;
    if (isNew(sized, `${embedded} ${urls.length > 0} ${mediaType}`, MOST_TYPES) === 'too many') return [];
    const typed = `${sized} ${embedded} ${urls.length > 0} ${mediaType}`;
    const name = platform === undefined ? '' : formatPlatform(platform);
    const found = isNew(typed, name, MOST_PLATFORMS);
    if (found === 'new') return [[object, descriptor]];
    if (found === 'known' || isNew(`any ${typed}`, '', 1) !== 'new') return [];
    const { platform: _platform, ...rest } = descriptor;
    return [[object, rest]];
  });
}
