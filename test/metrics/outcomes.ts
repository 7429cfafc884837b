import type { Finding } from '../../src/walk/finding.ts';
import { UNKNOWN_REASONS, type UnknownReason } from '../../src/walk/lookup.ts';
import {
  type Counts,
  type RegistryOutcome,
  SKIP_REASONS,
  type SkipReason,
  type WalkResult,
} from '../../src/walk/result.ts';

/** A finding with what a test says about it. */
export function finding(change: Partial<Finding> = {}): Finding {
  return {
    repository: 'team/app',
    tags: ['v1'],
    roots: [],
    object: 'child',
    fault: 'missing',
    digest: `sha256:${'a'.repeat(64)}`,
    path: [],
    platforms: [],
    expectedSize: null,
    observed: { method: 'GET', status: 404, bytes: null, detail: '' },
    confirmations: 1,
    ...change,
  };
}

/** Counts that all differ, so that a mixed-up metric shows. */
export function counts(change: Partial<Counts> = {}): Counts {
  return {
    repositoriesListed: 11,
    repositories: 10,
    repositoriesEmpty: 1,
    tagsListed: 31,
    tags: 30,
    manifests: 41,
    indexes: 7,
    blobs: 90,
    unknown: Object.fromEntries(UNKNOWN_REASONS.map((reason) => [reason, 0])) as Record<UnknownReason, number>,
    skipped: Object.fromEntries(SKIP_REASONS.map((reason) => [reason, 0])) as Record<SkipReason, number>,
    blocked: 6,
    weak: 5,
    churned: 2,
    cleared: 3,
    neverSeen: 13,
    ...change,
  };
}

/** A complete walk that found everything sound, but for what a test says about it. */
export function outcome(
  change: Partial<WalkResult> = {},
  circumstances: Partial<RegistryOutcome> = {},
): RegistryOutcome {
  const findings = change.findings ?? [];
  const complete = change.complete ?? true;
  return {
    name: 'prod',
    url: 'https://registry.example.com/',
    startedAt: 1_750_000_000_000,
    finishedAt: 1_750_000_012_500,
    result: {
      complete,
      catalogAccessible: true,
      verdict: findings.length > 0 ? 'broken' : complete ? 'sound' : 'unknown',
      counts: counts(),
      findings,
      unknowns: [],
      blocked: [],
      ...change,
    },
    requests: { GET: 120, HEAD: 90 },
    coverage: { oldestAt: 1_750_000_000_000, ratio: 0.75, dropRatio: 0.25, dropNames: 12 },
    scrub: { bytes: 5_000_000, oldestAt: 1_749_000_000_000 },
    ...circumstances,
  };
}
