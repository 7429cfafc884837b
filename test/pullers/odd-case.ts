import { buildImage } from '../../src/demo/content.ts';
import { contentsOf, type Contents } from '../support/pullers/contents.ts';
import type { Quirk, Stocked } from '../support/servers/odd-registry.ts';

/** What becomes of one tag. */
export interface Expected {
  /** As `c2+ c1+ D+ S+ C+`: containerd 2 and 1, Docker, skopeo, crane; `+` pulls. */
  readonly pullers: string;
  /** What the probe says: `sound`, a finding such as `manifest/missing`, or what it could not or would not tell. */
  readonly probe: string | RegExp;
  /** Where the walk says otherwise than `verify`, which has been told to look at this one thing. */
  readonly run?: string | RegExp;
}

/** An answer, or a content, that was seen on a real registry, in a real proxy or from a real tool. */
export interface OddCase {
  readonly title: string;
  readonly stocked: Stocked;
  readonly quirk?: Quirk;
  /** What is said where TLS is spoken; default, that there is none. */
  readonly toTls?: 'silence';
  /** What the walk is told besides. */
  readonly env?: Readonly<Record<string, string>>;
  /** By `repository:tag`, or `repository@digest`. */
  readonly tags: Readonly<Record<string, Expected>>;
}

export const ALL = 'c2+ c1+ D+ S+ C+';
export const NONE = 'c2- c1- D- S- C-';

/** An image that nobody has against anything. */
export function sound(seed: string): Contents {
  return contentsOf(buildImage({ seed: `odd/${seed}` }));
}

/** Sound images, so that what is wrong is known not to be wrong with the whole registry. */
export function siblings(seed: string): Stocked {
  return { sibling: { v1: sound(`${seed}/sibling/1`), v2: sound(`${seed}/sibling/2`) } };
}

/** True for a request for a manifest of the repository `app`. */
export function isManifestOfApp(path: string): boolean {
  return path.startsWith('/v2/app/manifests/');
}
