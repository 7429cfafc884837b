import { hash } from 'node:crypto';

import { byTurns } from '../util/turns.ts';
import type { State } from './state.ts';
import { UNSEEN_FOR_MS } from './still-broken.ts';

/** More of them nobody runs; as a state has them, these take some 150 KB. */
const MAX_PINS = 10_000;

/** Of the SHA-256 of a name: 64 bits, by which one of 10,000 names is not met by chance. */
const FINGERPRINT_BYTES = 8;

type GoodPin = NonNullable<State['goodPins']>[number];

/** A digest that workloads name now. */
export interface UsedPin {
  readonly repository: string;
  readonly digest: string;
  /** Those of the workloads, sorted. */
  readonly namespaces: readonly string[];
  /** It was found in this run, or a pod has run it. */
  readonly isThere: boolean;
}

/** All that workloads name of a registry. */
export interface UsedPins {
  readonly pins: readonly UsedPin[];
  /** Nothing else is named, for all of the cluster was read. */
  readonly complete: boolean;
}

/** Tells of a digest in a repository whether it was there once, while a workload named it. */
export function wasGoodOnce(state: Pick<State, 'goodPins'> | null): (repository: string, digest: string) => boolean {
  const known = new Set(state?.goodPins?.map(({ fingerprint }) => fingerprint));
  return (repository, digest) => known.has(fingerprintOfPin(repository, digest));
}

/**
 * The pins that were good once, after a run: those that are used still, each once, in the order of their namespaces. Where
 * there are too many, namespaces have them by turns. Null stays null where nobody has looked. Where it is lost which they
 * were, all that are named count: a finding that comes of it must not go with the next run.
 */
export function renewGoodPins(
  known: State['goodPins'],
  run: UsedPins | null,
  { now, areLost = false }: { readonly now: number; readonly areLost?: boolean },
): State['goodPins'] {
  if (run === null) return known;
  const before = new Map((known ?? []).map((pin) => [pin.fingerprint, pin]));
  const kept = new Map<string, GoodPin & { readonly namespaces: readonly string[] }>();
  for (const { repository, digest, namespaces, isThere } of run.pins) {
    const fingerprint = fingerprintOfPin(repository, digest);
    if (!isThere && !areLost && !before.has(fingerprint)) continue;
    kept.set(fingerprint, { namespace: namespaces[0] ?? '', fingerprint, lastUsedAt: now, namespaces });
  }
  if (!run.complete) {
    for (const [fingerprint, pin] of before) {
      if (!kept.has(fingerprint) && now - pin.lastUsedAt < UNSEEN_FOR_MS) {
        kept.set(fingerprint, { ...pin, lastUsedAt: Math.min(pin.lastUsedAt, now), namespaces: [pin.namespace] });
      }
    }
  }
  const sorted = [...kept.values()].toSorted(byFingerprint);
  const chosen =
    sorted.length <= MAX_PINS ? sorted : byTurns(sorted, ({ namespaces }) => namespaces).slice(0, MAX_PINS);
  return chosen
    .map(({ namespace, fingerprint, lastUsedAt }) => ({ namespace, fingerprint, lastUsedAt }))
    .toSorted((a, b) => (a.namespace === b.namespace ? byFingerprint(a, b) : a.namespace < b.namespace ? -1 : 1));
}

function byFingerprint(a: GoodPin, b: GoodPin): number {
  return a.fingerprint < b.fingerprint ? -1 : 1;
}

function fingerprintOfPin(repository: string, digest: string): string {
  return hash('sha256', `${repository}@${digest}`, 'buffer').subarray(0, FINGERPRINT_BYTES).toString('base64url');
}
