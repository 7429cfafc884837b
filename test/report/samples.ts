import { createFindingReporter, type Annotation } from '../../src/report/report-finding.ts';
import { reportRegistry } from '../../src/report/report-registry.ts';
import type { ReportedRegistry } from '../../src/report/schema.ts';
import type { Finding } from '../../src/walk/finding.ts';
import type { Observed } from '../../src/walk/lookup.ts';
import type { Counts, RegistryOutcome, WalkResult } from '../../src/walk/result.ts';

/** A digest that is easy to tell from others: `sha256:aaaa…`. */
export function digest(character: string): string {
  return `sha256:${character.repeat(64)}`;
}

export const INDEX = digest('1');
export const CHILD = digest('2');
export const LAYER = digest('3');

export function observed(overrides: Partial<Observed> = {}): Observed {
  return { method: 'GET', status: 404, bytes: 134, detail: 'MANIFEST_UNKNOWN', ...overrides };
}

/** A child of `team/app:v1` that is missing, unless told otherwise. */
export function finding(overrides: Partial<Finding> = {}): Finding {
  return {
    repository: 'team/app',
    tags: ['v1'],
    roots: [],
    object: 'child',
    fault: 'missing',
    digest: CHILD,
    path: [INDEX, CHILD],
    platforms: ['linux/arm64'],
    expectedSize: 500,
    observed: observed(),
    confirmations: 2,
    ...overrides,
  };
}

/** A layer of an image in `team/app:v1`. */
export function layer(overrides: Partial<Finding> = {}): Finding {
  return finding({ object: 'layer', digest: LAYER, path: [INDEX, CHILD, LAYER], expectedSize: 2048, ...overrides });
}

export function counts(overrides: Partial<Counts> = {}): Counts {
  return {
    repositoriesListed: 3,
    repositories: 3,
    repositoriesEmpty: 0,
    tagsListed: 5,
    tags: 5,
    manifests: 7,
    indexes: 2,
    blobs: 20,
    unknown: {
      auth: 0,
      forbidden: 0,
      rate_limited: 0,
      timeout: 0,
      tls: 0,
      dns: 0,
      connection: 0,
      server_error: 0,
      protocol: 0,
      deadline: 0,
    },
    skipped: {
      foreign_layer: 0,
      unsupported_media_type: 0,
      unsupported_digest: 0,
      invalid_name: 0,
      excluded: 0,
      pull_through: 0,
    },
    blocked: 0,
    weak: 0,
    churned: 0,
    cleared: 0,
    neverSeen: 0,
    ...overrides,
  };
}

/** A sound and complete walk over `prod` of 1.234 seconds. */
export function outcome(result: Partial<WalkResult> = {}, overrides: Partial<RegistryOutcome> = {}): RegistryOutcome {
  const startedAt = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
  return {
    name: 'prod',
    url: 'https://registry.example.com',
    startedAt,
    finishedAt: startedAt + 1234,
    requests: { GET: 50, HEAD: 7 },
    result: {
      complete: true,
      catalogAccessible: true,
      verdict: 'sound',
      counts: counts(),
      findings: [],
      unknowns: [],
      blocked: [],
      ...result,
    },
    ...overrides,
  };
}

/** The report on a walk; what is known of its findings is what the test says. */
export function reported(
  walked: RegistryOutcome,
  know: (finding: Finding) => Annotation = () => ({}),
): ReportedRegistry {
  const report = createFindingReporter(walked);
  return reportRegistry(
    walked,
    walked.result.findings.map((one) => report(one, know(one))),
  );
}
