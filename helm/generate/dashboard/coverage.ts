import { lines } from './panels.ts';
import type { Row } from './row.ts';
import { LEGEND, NEVER_COMPLETE, sumOf } from './selector.ts';
import { runbook } from './what-to-do.ts';

const HALF = { width: 12, height: 8 };

/** How much was looked at, and what could not be judged. */
export function coverageRow(): Row {
  return {
    title: 'Coverage',
    collapsed: false,
    panels: [
      lines({
        title: 'Repositories',
        description:
          'Repositories that the last complete walk found in the catalog, that it looked at, and that have no tag. A sudden drop of those listed is an outage or a clean-up that went too far.',
        unit: 'none',
        size: HALF,
        queries: [
          { query: sumOf('registry_integrity_repositories_listed'), legend: `${LEGEND}: listed` },
          { query: sumOf('registry_integrity_repositories_checked'), legend: `${LEGEND}: checked` },
          { query: sumOf('registry_integrity_repositories_empty'), legend: `${LEGEND}: without a tag` },
        ],
        noValue: NEVER_COMPLETE,
        decimals: 0,
      }),
      lines({
        title: 'Tags',
        description: `Tags that the last complete walk found listed, and that it looked at. If none is looked at, a walk is complete and proves nothing: ${runbook('RegistryIntegrityNothingChecked')}.`,
        unit: 'none',
        size: HALF,
        queries: [
          { query: sumOf('registry_integrity_tags_listed'), legend: `${LEGEND}: listed` },
          { query: sumOf('registry_integrity_tags_checked'), legend: `${LEGEND}: checked` },
        ],
        noValue: NEVER_COMPLETE,
        decimals: 0,
      }),
      lines({
        title: 'Manifests and blobs checked',
        description:
          'Image manifests, indexes, and configs with layers that the last complete walk looked at, each once per repository.',
        unit: 'none',
        size: HALF,
        queries: [
          { query: sumOf('registry_integrity_manifests_checked'), legend: `${LEGEND}: manifests` },
          { query: sumOf('registry_integrity_indexes_checked'), legend: `${LEGEND}: indexes` },
          { query: sumOf('registry_integrity_blobs_checked'), legend: `${LEGEND}: configs and layers` },
        ],
        noValue: NEVER_COMPLETE,
        decimals: 0,
      }),
      lines({
        title: 'Left out on purpose, by reason',
        description:
          'What the last complete walk did not look at: foreign layers, types that it does not know, what the settings exclude, and the content of pull-through caches; what a policy of the registry refuses, to nodes as well; configs and layers of which the end could not be read; findings that are acknowledged until a day; and digests that workloads name and that, as far as is known, were never there.',
        unit: 'none',
        size: HALF,
        queries: [
          { query: sumOf('registry_integrity_skipped', 'reason'), legend: `${LEGEND}: {{reason}}` },
          { query: sumOf('registry_integrity_blocked'), legend: `${LEGEND}: blocked by a policy` },
          { query: sumOf('registry_integrity_blobs_weakly_checked'), legend: `${LEGEND}: not to their end` },
          { query: sumOf('registry_integrity_failures_acknowledged'), legend: `${LEGEND}: acknowledged` },
          { query: sumOf('registry_integrity_pinned_never_seen'), legend: `${LEGEND}: never there` },
        ],
        noValue: NEVER_COMPLETE,
        decimals: 0,
      }),
      lines({
        title: 'Unjudgeable requests, by reason',
        description:
          'Answers that could not be had in the last run. They are no findings, and a run with any of them is not complete. `auth` and `forbidden`: look at the account. `rate_limited`: lower `concurrency`. `timeout`, `connection`, `dns`, `tls` and `server_error`: look at the registry and the way to it. `deadline`: the walk takes too long, divide it into `shards`.',
        unit: 'none',
        size: HALF,
        queries: [
          { query: sumOf('registry_integrity_unknown', 'reason'), legend: `${LEGEND}: {{reason}}` },
          {
            query: `${sumOf('registry_integrity_unknown_in_repository', 'repository')} > 0`,
            legend: `${LEGEND}: in {{repository}}`,
          },
        ],
        noValue: 'no run is known',
        decimals: 0,
      }),
      lines({
        title: 'Not counted as broken',
        description:
          'Churned: tags and manifests that were deleted or moved while the last run was under way. Cleared: things that looked broken and came when they were asked for again. Many of them, run after run, are an unsteady registry.',
        unit: 'none',
        size: HALF,
        queries: [
          { query: sumOf('registry_integrity_churned'), legend: `${LEGEND}: churned` },
          { query: sumOf('registry_integrity_cleared'), legend: `${LEGEND}: cleared` },
        ],
        noValue: 'no run is known',
        decimals: 0,
      }),
    ],
  };
}
