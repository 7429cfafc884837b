import type { SeenFinding } from '../../src/history/known-findings.ts';
import type { FinishedRun } from '../../src/history/renew.ts';
import type { KnownFinding, State, StateOwner } from '../../src/history/state.ts';
import type { StateStore } from '../../src/history/store.ts';

export const DIGEST = `sha256:${'a'.repeat(64)}`;
export const OTHER_DIGEST = `sha256:${'b'.repeat(64)}`;
export const URL = 'registry.example.com/';
export const THEN = Date.UTC(2026, 0);
export const NOW = Date.UTC(2026, 0, 2);
export const PROD: StateOwner = { registry: 'prod', shard: null };
export const NEVER = new AbortController().signal;

/** A child of `team/app:v1` that is broken, unless told otherwise. */
export function broken(changes: Partial<SeenFinding> = {}): SeenFinding {
  return { fault: null, repository: 'team/app', tags: ['v1'], object: 'child', digest: DIGEST, ...changes };
}

const NOT_KEPT = {
  fault: null,
  affects: null,
  otherTags: [],
  tagsNotKept: 0,
  roots: [],
  size: null,
  acknowledged: false,
};

/** The same, as an earlier run kept it. */
export function known(changes: Partial<KnownFinding> = {}): KnownFinding {
  return { digest: DIGEST, tag: 'v1', object: 'child', firstSeen: THEN, lastSeen: THEN, ...NOT_KEPT, ...changes };
}

/** What a complete run kept of `prod`: that finding, and nothing that nobody fills yet. */
export function state(changes: Partial<State> = {}): State {
  return {
    keptBy: 'registry-integrity-probe',
    version: 1,
    ...PROD,
    url: URL,
    begunAt: THEN,
    lastRunAt: THEN,
    lastCompleteRunAt: THEN,
    findings: [{ repository: 'team/app', broken: [known()] }],
    findingsNotKept: 0,
    dates: [],
    hadNoRoom: false,
    repositories: null,
    walks: null,
    scrub: null,
    goodPins: null,
    nodePlatforms: null,
    ...changes,
  };
}

/** A complete run over all of `prod` that found nothing. */
export function finished(changes: Partial<FinishedRun> = {}): FinishedRun {
  return {
    ...PROD,
    url: URL,
    finishedAt: NOW,
    complete: true,
    told: true,
    suspect: false,
    findings: [],
    census: null,
    selects: () => true,
    plan: null,
    fullWalkEvery: null,
    coverageAcceptedAt: null,
    ...changes,
  };
}

/** A store in memory, and what is in it. */
export interface MemoryStore extends StateStore {
  bytes: Uint8Array | null;
}

/** A store that holds these bytes. */
export function memoryStore(bytes: Uint8Array | null = null, maxBytes: number = 1_000_000): MemoryStore {
  const store: MemoryStore = {
    bytes,
    read: () => Promise.resolve({ kind: 'read', bytes: store.bytes }),
    write(renew) {
      store.bytes = renew(store.bytes, maxBytes);
      return Promise.resolve({ kind: 'written' });
    },
  };
  return store;
}
