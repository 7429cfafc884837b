import type { MetricDefinition } from './definitions.ts';

/** What `scan` sends, under a job of its own, so that neither command takes the other's numbers away. */
export const STORAGE_METRICS = [
  {
    name: 'registry_integrity_storage_last_run_timestamp_seconds',
    sent: 'every-run',
    labels: [],
    help: 'When the last scan of the storage ended, whatever came of it, in seconds since the Unix epoch.',
  },
  {
    name: 'registry_integrity_storage_last_success_timestamp_seconds',
    sent: 'complete',
    labels: [],
    help: 'When the last scan that could look at all of the storage ended, in seconds since the Unix epoch.',
  },
  {
    name: 'registry_integrity_storage_failures',
    sent: 'complete',
    labels: ['object', 'fault'],
    help: 'Number of confirmed findings of the last complete scan, by what is broken and how.',
  },
  {
    name: 'registry_integrity_storage_partial_failures',
    sent: 'complete-or-partial',
    labels: ['object', 'fault'],
    help: 'Number of findings confirmed by the last incomplete scan that confirmed any; 0 after a complete scan.',
  },
  {
    name: 'registry_integrity_storage_unreachable_bytes',
    sent: 'complete',
    labels: [],
    help: 'Bytes of data that no manifest needed in the last complete scan: what a garbage collection would free.',
  },
  {
    name: 'registry_integrity_storage_uploads_abandoned',
    sent: 'complete',
    labels: [],
    help: 'Number of uploads that nobody had added to for a day in the last complete scan.',
  },
] as const satisfies readonly MetricDefinition[];

/** The name of a metric of scans. */
export type StorageMetricName = (typeof STORAGE_METRICS)[number]['name'];
