import type { Leg } from '../walk/itinerary.ts';

/** Something to walk, and when its turn is: by kind, age, slice and fingerprint, the lowest first. */
export interface Stage {
  readonly kind: number;
  readonly age: number;
  readonly slice: number;
  readonly fingerprint: number;
  /** Of a divided repository; null for all of one. */
  readonly part: number | null;
}

/** In the place of a part. */
const WHOLE = -1;

/**
 * The legs of a walk by turns, made as they are taken: of a catalog of a million names, each stage is held in some thirty
 * bytes until then. Parts of one repository that follow each other are walked in one go, so that what they share is asked
 * for once. `bitsOf` tells into how many parts a repository is divided.
 */
export function* legsByTurn(
  repositories: readonly string[],
  stagesOf: (repository: string) => Iterable<Stage>,
  bitsOf: (fingerprint: number) => number,
): Iterable<Leg> {
  const stages = holdStages(repositories, stagesOf);
  let leg: { readonly repository: string; readonly parts: { readonly bits: number; indexes: number[] } } | null = null;
  for (const at of stages.byTurn()) {
    const repository = repositories[stages.names[at] ?? 0] ?? '';
    const part = stages.parts[at] ?? WHOLE;
    if (leg !== null && leg.repository === repository && part !== WHOLE) {
      leg.parts.indexes.push(part);
      continue;
    }
    if (leg !== null) yield leg;
    leg = null;
    if (part === WHOLE) yield { repository, parts: null };
    else leg = { repository, parts: { bits: bitsOf(stages.fingerprints[at] ?? 0), indexes: [part] } };
  }
  if (leg !== null) yield leg;
}

/** Stages by column. */
interface Stages {
  readonly names: Uint32Array;
  readonly parts: Int32Array;
  readonly fingerprints: Float64Array;
  /** The places of all stages, in their order. */
  byTurn(): Uint32Array;
}

function holdStages(repositories: readonly string[], stagesOf: (repository: string) => Iterable<Stage>): Stages {
  let count = 0;
  for (const repository of repositories) for (const _ of stagesOf(repository)) count += 1;
  const names = new Uint32Array(count);
  const parts = new Int32Array(count);
  const kinds = new Uint8Array(count);
  const ages = new Float64Array(count);
  const slices = new Uint16Array(count);
  const fingerprints = new Float64Array(count);
  let at = 0;
  for (const [name, repository] of repositories.entries()) {
    for (const { kind, age, slice, fingerprint, part } of stagesOf(repository)) {
      names[at] = name;
      parts[at] = part ?? WHOLE;
      kinds[at] = kind;
      ages[at] = age;
      slices[at] = slice;
      fingerprints[at] = fingerprint;
      at += 1;
    }
  }
  const columns = [kinds, ages, slices, fingerprints] as const;
  const compare = (a: number, b: number): number => {
    for (const column of columns) {
      const difference = (column[a] ?? 0) - (column[b] ?? 0);
      if (difference !== 0) return difference;
    }
    // As they were given.
    return a - b;
  };
  return { names, parts, fingerprints, byTurn: () => Uint32Array.from(names.keys()).toSorted(compare) };
}
