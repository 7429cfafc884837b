import type { BrokenObject, Fault } from '../walk/fault.ts';
import { buildAttestation, buildImage, buildIndex, type Image, type Index } from './content.ts';
import type { Faults } from './faults.ts';
import { buildLayer, type Layer } from './layer.ts';
import type { DemoStore } from './store.ts';

/** What a walk has to find. */
export interface ExpectedFinding {
  readonly object: BrokenObject;
  readonly fault: Fault;
  /** Null for a tag that resolves to nothing. */
  readonly digest: string | null;
  /** Sorted; empty where no index names one. */
  readonly platforms: readonly string[];
}

/** Where an image is whole after it was damaged in its own place. */
export interface WholeCopy {
  readonly where: 'demo' | 'mirror';
  readonly repository: string;
}

/** An image, what happened to it, and what a walk has to say about it. */
export interface Scene {
  readonly repository: string;
  /** All of them resolve to the same content; never empty. */
  readonly tags: readonly [string, ...string[]];
  /** One line for people: what is the matter. */
  readonly title: string;
  readonly content: Image | Index;
  /** Nothing happens to a sound image. */
  damage(store: DemoStore, faults: Faults): void;
  readonly expected: readonly ExpectedFinding[];
  /** Nothing short of reading all content, or of unpacking it, finds it. */
  readonly onlyWith?: 'full' | 'unpack';
  /** In the order in which a report has them. Another repository of the registry itself is a scene of its own. */
  readonly copies?: readonly WholeCopy[];
}

/** An image for two platforms with its attestations, as BuildKit pushes it. */
export interface MultiPlatform {
  readonly index: Index;
  readonly amd64: Image;
  readonly arm64: Image;
}

/** What is expected of one object, named by its digest, and of the platforms that cannot be pulled for it. */
export function finding(
  object: BrokenObject,
  fault: Fault,
  { digest }: { readonly digest: string | null },
  ...platforms: readonly string[]
): ExpectedFinding {
  return { object, fault, digest, platforms };
}

/** The same seed gives the same image. Layers that are given lie below one that each platform has for itself. */
export function multiPlatform(seed: string, shared: readonly Layer[] = []): MultiPlatform {
  const build = (architecture: string): Image => {
    const own = buildLayer(`${seed}/${architecture}`);
    return buildImage({ seed, platform: { os: 'linux', architecture }, layers: [...shared, own] });
  };
  const [amd64, arm64] = [build('amd64'), build('arm64')];
  const index = buildIndex([amd64, arm64, buildAttestation(amd64), buildAttestation(arm64)]);
  return { index, amd64, arm64 };
}
