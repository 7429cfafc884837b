import type { RegistryOutcome } from '../walk/result.ts';
import type { Family, Sample } from './exposition.ts';
import { countByKind } from './failure-kinds.ts';
import { STORAGE_METRICS, type StorageMetricName } from './storage-definitions.ts';

/** What a scan has found beside the findings. */
export interface StorageNumbers {
  readonly unreachableBytes: number;
  readonly uploadsAbandoned: number;
}

/** What ends the job of a scan. */
const SUFFIX = '-storage';

/** The job under which the numbers of scans are kept. */
export function storageJob(job: string): string {
  return `${job}${SUFFIX}`;
}

/**
 * The metrics that this scan sends, and no other, in the order of their definitions and without the group's labels. An
 * incomplete one measures neither what is left over nor how much is whole.
 */
export function recordStorage(outcome: RegistryOutcome, numbers: StorageNumbers | null): readonly Family[] {
  const { complete, findings, counts } = outcome.result;
  const isPartial = !complete && findings.length > 0;
  const kinds = countByKind(findings, counts).map(({ count, ...labels }) => ({ labels, value: count }));
  const finished = one(outcome.finishedAt / 1000);
  const samples: Readonly<Record<StorageMetricName, readonly Sample[]>> = {
    registry_integrity_storage_last_run_timestamp_seconds: finished,
    registry_integrity_storage_last_success_timestamp_seconds: finished,
    registry_integrity_storage_failures: kinds,
    registry_integrity_storage_partial_failures: complete ? kinds.map(({ labels }) => ({ labels, value: 0 })) : kinds,
    registry_integrity_storage_unreachable_bytes: numbers === null ? [] : one(numbers.unreachableBytes),
    registry_integrity_storage_uploads_abandoned: numbers === null ? [] : one(numbers.uploadsAbandoned),
  };
  return STORAGE_METRICS.filter(
    ({ sent }) => sent === 'every-run' || complete || (isPartial && sent === 'complete-or-partial'),
  )
    .map(({ name, help }) => ({ name, help, samples: samples[name] }))
    .filter((family) => family.samples.length > 0);
}

function one(value: number): readonly Sample[] {
  return [{ labels: {}, value }];
}
