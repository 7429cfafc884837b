import type { Acknowledged } from '../walk/acknowledge.ts';
import type { Finding } from '../walk/finding.ts';
import type { RegistryOutcome } from '../walk/result.ts';
import { createAdviser } from './advice.ts';
import { artifactTypeOf } from './attached.ts';
import { detailLine } from './detail.ts';
import type { ReportedFinding } from './schema.ts';

/** What is known of a finding from elsewhere than the walk. */
export interface Annotation {
  /** Milliseconds since the epoch. */
  readonly firstSeen?: number;
  /** Workloads, as they are to be shown: the first ones in order. */
  readonly inUseBy?: readonly string[];
  /** How many there are in all; absent when not all of them are known. */
  readonly inUseByCount?: number;
  readonly acknowledged?: Acknowledged;
}

/** Makes what puts the findings of a registry as every report has them: with the likely cause, and what to do next. */
export function createFindingReporter({
  url,
  result,
}: Pick<RegistryOutcome, 'url' | 'result'>): (finding: Finding, annotation?: Annotation) => ReportedFinding {
  const { findings, verdict } = result;
  const copies = new WeakMap<readonly string[], string[]>();
  /** Of one image there may be thousands of findings, with thousands of tags, which are held once. */
  const copyOf = (names: readonly string[]): string[] => {
    const copy = copies.get(names) ?? [...names];
    copies.set(names, copy);
    return copy;
  };
  const advise = createAdviser({ findings, url, suspect: verdict === 'suspect' });
  return (finding, { firstSeen, inUseBy, inUseByCount, acknowledged } = {}) => {
    const { method, status, bytes, detail } = finding.observed;
    const { cause, hint, copies: whole } = advise(finding);
    const artifactType = artifactTypeOf(finding);
    return {
      repository: finding.repository,
      ...(finding.affected === undefined ? {} : { affected: finding.affected }),
      ...(finding.examples === undefined ? {} : { examples: [...finding.examples] }),
      tags: copyOf(finding.tags),
      object: finding.object,
      fault: finding.fault,
      digest: finding.digest,
      ...(artifactType === null ? {} : { artifactType }),
      path: [...finding.path],
      platforms: [...finding.platforms],
      expectedSize: finding.expectedSize,
      observed: { method, status, bytes, detail: detailLine(detail) },
      confirmations: finding.confirmations,
      cause: { code: cause.code, text: cause.text },
      hint,
      ...(whole.length === 0
        ? {}
        : { copies: whole.map(({ where, reference, command }) => ({ where, reference, command })) }),
      ...(firstSeen === undefined ? {} : { firstSeen: new Date(firstSeen).toISOString() }),
      ...(inUseBy === undefined ? {} : { inUseBy: [...inUseBy] }),
      ...(inUseByCount === undefined ? {} : { inUseByCount }),
      ...(acknowledged === undefined ? {} : { acknowledged: { ...acknowledged } }),
    };
  };
}
