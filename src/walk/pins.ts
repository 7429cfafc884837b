import type { Tree } from './tree.ts';

/** What a walk knows of the digests that somebody names. */
export interface Pins {
  /** Keys of those that are there. */
  readonly there: Set<string>;
  /** Those that were not there at first. */
  readonly doubted: { readonly tree: Tree; readonly digest: string }[];
  /** Those for which there is no room in this run, by repository. */
  readonly over: Map<string, Set<string>>;
}

/** Pins of which nothing is known. */
export function createPins(): Pins {
  return { there: new Set(), doubted: [], over: new Map() };
}

/** What a pin is called. */
export function pinKey(repository: string, digest: string): string {
  return `${repository}@${digest}`;
}

/** Digests that somebody names and that are not there, and of which nothing says that they ever were. */
export interface NeverSeen {
  readonly repository: string;
  readonly digest: string;
}

/** Keys of those that were not asked for. */
export function pinsLeft({ over }: Pins): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const [repository, digests] of over) for (const digest of digests) keys.add(pinKey(repository, digest));
  return keys;
}
