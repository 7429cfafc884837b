import type { Finding } from '../walk/finding.ts';
import type { RegistryOutcome } from '../walk/result.ts';
import { createAdviser, type Advice } from './advice.ts';
import { escapeControls } from './escape.ts';
import {
  SCHEMA_VERSION,
  TOOL_NAME,
  type ReportingCommand,
  type Report,
  type ReportedFinding,
  type ReportedRegistry,
} from './schema.ts';

/** What is known of a finding from elsewhere than the walk. */
export interface Annotation {
  /** Milliseconds since the epoch. */
  readonly firstSeen?: number;
  /** Workloads, as they are to be shown: the first ones in order. */
  readonly inUseBy?: readonly string[];
  /** How many there are in all; absent when not all of them are known. */
  readonly inUseByCount?: number;
}

export interface ReportInput {
  readonly command: ReportingCommand;
  readonly version: string;
  readonly outcomes: readonly RegistryOutcome[];
  /** Adds what earlier runs or the cluster know; by default nothing. */
  readonly annotate?: (registry: string, finding: Finding) => Annotation;
}

/** Makes the report document of what the walks found out. */
export function toReport({ command, version, outcomes, annotate = () => ({}) }: ReportInput): Report {
  return {
    schemaVersion: SCHEMA_VERSION,
    tool: { name: TOOL_NAME, version },
    command,
    registries: outcomes.map((outcome) => toRegistry(outcome, (finding) => annotate(outcome.name, finding))),
  };
}

/** The report as JSON text: two spaces, a newline at the end, and no character that a terminal acts on. */
export function renderJson(report: Report): string {
  return `${escapeControls(JSON.stringify(report, null, 2))}\n`;
}

function toRegistry(outcome: RegistryOutcome, annotate: (finding: Finding) => Annotation): ReportedRegistry {
  const { name, url, startedAt, finishedAt, result, requests } = outcome;
  const { counts, findings, unknowns, complete, catalogAccessible, verdict } = result;
  const advise = createAdviser({ findings, url, suspect: verdict === 'suspect' });
  return {
    name,
    url,
    startedAt: new Date(startedAt).toISOString(),
    finishedAt: new Date(finishedAt).toISOString(),
    // A clock that was set back while the walk went on must not make a document that its own schema refuses.
    durationSeconds: Math.max(0, finishedAt - startedAt) / 1000,
    complete,
    catalogAccessible,
    verdict,
    counts: {
      repositories: counts.repositories,
      repositoriesEmpty: counts.repositoriesEmpty,
      tags: counts.tags,
      manifests: counts.manifests,
      indexes: counts.indexes,
      blobs: counts.blobs,
      requests: Object.values(requests).reduce((sum, sent) => sum + sent, 0),
      unknown: { ...counts.unknown },
      skipped: { ...counts.skipped },
      churned: counts.churned,
      unconfirmed: counts.unconfirmed,
    },
    findings: findings.map((finding) => toFinding(finding, advise(finding), annotate(finding))),
    unknowns: unknowns.map(({ repository, reference, reason, detail }) => ({ repository, reference, reason, detail })),
  };
}

function toFinding(finding: Finding, { cause, hint }: Advice, annotation: Annotation): ReportedFinding {
  const { firstSeen, inUseBy, inUseByCount } = annotation;
  const { method, status, bytes, detail } = finding.observed;
  return {
    repository: finding.repository,
    tags: [...finding.tags],
    object: finding.object,
    fault: finding.fault,
    digest: finding.digest,
    path: [...finding.path],
    platforms: [...finding.platforms],
    expectedSize: finding.expectedSize,
    observed: { method, status, bytes, detail },
    confirmations: finding.confirmations,
    cause: { code: cause.code, text: cause.text },
    hint,
    ...(firstSeen === undefined ? {} : { firstSeen: new Date(firstSeen).toISOString() }),
    ...(inUseBy === undefined ? {} : { inUseBy: [...inUseBy] }),
    ...(inUseByCount === undefined ? {} : { inUseByCount }),
  };
}
