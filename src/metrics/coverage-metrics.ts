import type { OutcomeCoverage, OutcomeScrub } from '../walk/result.ts';
import type { Sample } from './exposition.ts';

/** What tells how much of a registry is looked at, and whether it gets less; sent where earlier runs are known. */
export const COVERAGE_METRICS = [
  {
    name: 'registry_integrity_oldest_check_timestamp_seconds',
    sent: 'every-run',
    labels: [],
    help: 'When what is longest unseen was looked at, in seconds since the Unix epoch; of what never was, since when it is listed. Absent where nothing is kept from run to run.',
  },
  {
    name: 'registry_integrity_coverage_ratio',
    sent: 'every-run',
    labels: [],
    help: 'The share of the repositories that was looked at as often as `fullWalkEvery` promises, from 0 to 1. Absent where nothing is kept from run to run.',
  },
  {
    name: 'registry_integrity_coverage_drop_ratio',
    sent: 'every-run',
    labels: [],
    help: 'The share of the repositories or tags that is listed no more, from 0 to 1: against the last complete walk, or the most of the last seven days, whichever is more. Absent where nothing is kept from run to run.',
  },
  {
    name: 'registry_integrity_coverage_drop_names',
    sent: 'every-run',
    labels: [],
    help: 'How many repositories or tags that share is.',
  },
  {
    name: 'registry_integrity_scrub_oldest_timestamp_seconds',
    sent: 'every-run',
    labels: [],
    help: 'Since when every byte of every config and layer was hashed at least once, in seconds since the Unix epoch; absent without `scrub`, and until a first period of it is over.',
  },
  {
    name: 'registry_integrity_scrub_bytes',
    sent: 'every-run',
    labels: [],
    help: 'How many bytes of configs and layers the last run hashed by turns; absent without `scrub`.',
  },
] as const;

/** The samples of these; none where it is not known what earlier runs have walked. */
export function measureCoverage(
  coverage: OutcomeCoverage | undefined,
  scrub: OutcomeScrub | undefined,
): Readonly<Record<(typeof COVERAGE_METRICS)[number]['name'], readonly Sample[]>> {
  const one = (value: number | undefined): readonly Sample[] => (value === undefined ? [] : [{ labels: {}, value }]);
  return {
    registry_integrity_oldest_check_timestamp_seconds: one(coverage && coverage.oldestAt / 1000),
    registry_integrity_coverage_ratio: one(coverage?.ratio),
    registry_integrity_coverage_drop_ratio: one(coverage?.dropRatio),
    registry_integrity_coverage_drop_names: one(coverage?.dropNames),
    registry_integrity_scrub_oldest_timestamp_seconds: one(
      typeof scrub?.oldestAt === 'number' ? scrub.oldestAt / 1000 : undefined,
    ),
    registry_integrity_scrub_bytes: one(scrub?.bytes),
  };
}
