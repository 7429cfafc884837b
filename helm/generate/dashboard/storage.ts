import { areas, lines } from './panels.ts';
import type { Row } from './row.ts';
import { by, CHOSEN_STORAGE, LEGEND, maxOfStorage } from './selector.ts';
import { runbook } from './what-to-do.ts';

const NOT_SCANNED = 'no storage is scanned';
const HALF = { width: 12, height: 8 };

/** What complete scans found and what incomplete ones confirmed: the larger of the two counts, of each kind by itself. */
const FAILURES = `sum ${by('object', 'fault')} (max without () ({__name__=~"registry_integrity_storage_(partial_)?failures",${CHOSEN_STORAGE}}))`;

const AGES = [
  { metric: 'registry_integrity_storage_last_success_timestamp_seconds', what: 'complete' },
  { metric: 'registry_integrity_storage_last_run_timestamp_seconds', what: 'any' },
] as const;

/** What the files of registries say, where they are scanned; closed, because few registries have it. */
export function storageRow(): Row {
  return {
    title: 'Storage',
    collapsed: true,
    panels: [
      areas({
        title: 'Broken in the files',
        description: `Findings of scans, by what is broken and how. The registry may hide them until it is restarted. Go on with ${runbook('RegistryStorageIntegrityFailure')}.`,
        unit: 'none',
        size: HALF,
        queries: [{ query: FAILURES, legend: `${LEGEND}: {{object}} {{fault}}` }],
        noValue: NOT_SCANNED,
        decimals: 0,
      }),
      lines({
        title: 'Time since the last scan',
        description: `Since the last one that saw everything, and since the last one whatever came of it. Go on with ${runbook('RegistryStorageScanStale')}.`,
        unit: 's',
        size: HALF,
        queries: AGES.map(({ metric, what }) => ({
          query: `time() - ${maxOfStorage(metric)}`,
          legend: `${LEGEND}: ${what}`,
        })),
        noValue: NOT_SCANNED,
      }),
      lines({
        title: 'Bytes that nothing needs',
        description: 'Data that no manifest needed in the last complete scan: what a garbage collection would free.',
        unit: 'bytes',
        size: HALF,
        queries: [{ query: maxOfStorage('registry_integrity_storage_unreachable_bytes'), legend: LEGEND }],
        noValue: NOT_SCANNED,
      }),
      lines({
        title: 'Uploads left behind',
        description: 'Uploads that nobody had added to for a day in the last complete scan.',
        unit: 'none',
        size: HALF,
        queries: [{ query: maxOfStorage('registry_integrity_storage_uploads_abandoned'), legend: LEGEND }],
        noValue: NOT_SCANNED,
        decimals: 0,
      }),
    ],
  };
}
