import { isAttachmentTag } from '../oci/attachment-tag.ts';
import { platformMatches } from '../oci/platform.ts';

/** Whom it hurts that something is broken, the worst first. */
export const AFFECTS = ['pull', 'other_platform', 'attestation'] as const;

/**
 * Whom it hurts that something is broken: who pulls the image here, who would pull it for a platform that nobody here
 * needs, or who checks what is attached to it.
 */
export type Affects = (typeof AFFECTS)[number];

/** What BuildKit gives as the platform of an attestation, so that nobody pulls it. */
const NO_PLATFORM = 'unknown/unknown';

/** By which ways something broken is reached. */
export interface Ways {
  readonly tags: readonly string[];
  /** Digests, asked for by themselves, that lead to it. */
  readonly roots: readonly string[];
  /** One of them, which need not be among those that are told, is not named after what it is attached to; left out, as they say. */
  readonly isNamed?: boolean;
  readonly platforms: readonly string[];
  /** It is, or belongs to, what is attached to an image, and nothing that is pulled. */
  readonly attached?: unknown;
  /** A way leads there on which no platform is asked for. */
  readonly neededByAll: boolean;
}

/** Tells whether somebody here needs the images of a platform such as `linux/arm64/v8`. */
export type NeedsPlatform = (platform: string) => boolean;

/**
 * Needs what nodes of these platforms pull; of which variant a node is, it does not say. What nodes fall back to where an
 * image has nothing for them (32 bits on 64) is not counted.
 */
export function neededBy(nodes: readonly string[]): NeedsPlatform {
  return (platform) => nodes.some((node) => platformMatches(node, platform));
}

/** Nobody knows better: every platform is needed. */
export const everyPlatform: NeedsPlatform = () => true;

/** Whom it hurts: the worst of all that is known. */
export function affectsOf(ways: Ways, needs: NeedsPlatform): Affects {
  const { tags, roots, platforms, neededByAll, attached } = ways;
  const { isNamed = roots.length > 0 || !tags.every(isAttachmentTag) } = ways;
  if (attached !== undefined) return 'attestation';
  if (!isNamed && tags.length > 0) return 'attestation';
  if (neededByAll || platforms.length === 0) return 'pull';
  const real = platforms.filter((platform) => platform !== NO_PLATFORM);
  if (real.length === 0) return 'attestation';
  return real.some((platform) => needs(platform)) ? 'pull' : 'other_platform';
}

/** The worse of two. */
export function worse(a: Affects, b: Affects): Affects {
  return AFFECTS.indexOf(a) <= AFFECTS.indexOf(b) ? a : b;
}
