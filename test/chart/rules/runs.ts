import type { Families, Happening, Timeline } from './pushed-group.ts';

/** How a run differs from a plain one: its metrics, and by how many seconds it ended beside the full minute. */
interface Different {
  readonly families?: Families;
  readonly late?: number;
}

const NOTHING_BROKEN: Families = {
  'failures{object="layer",fault="missing"}': 0,
  'failures{object="manifest",fault="missing"}': 0,
  'partial_failures{object="layer",fault="missing"}': 0,
  'partial_failures{object="manifest",fault="missing"}': 0,
};

/** A complete walk; sound, unless `families` says otherwise. */
export function complete({ families = {}, late = 0 }: Different = {}): Happening {
  return (second) => ({
    kind: 'put',
    families: {
      last_run_timestamp_seconds: second + late,
      last_run_success: 1,
      catalog_accessible: 1,
      suspect: 0,
      'unknown{reason="timeout"}': 0,
      'unknown{reason="connection"}': 0,
      'unknown{reason="auth"}': 0,
      'unknown_in_repository{repository=""}': 0,
      last_success_timestamp_seconds: second + late,
      ...NOTHING_BROKEN,
      tag_failures_truncated: 0,
      unnamed_failures: 0,
      partial_unnamed_failures: 0,
      catalog_lost: 0,
      tags_checked: 23,
      push_time_seconds: second + late + 1,
      push_failure_time_seconds: 0,
      ...families,
    },
  });
}

/** What is broken, and what is said of it. */
interface Damage {
  readonly repository?: string;
  readonly tag?: string;
  readonly object?: string;
  readonly fault?: string;
  readonly used?: 'yes' | 'no' | 'unknown';
  readonly affects?: 'pull' | 'other_platform' | 'attestation';
  readonly platform?: string;
  readonly usedBy?: string;
  readonly copies?: string;
  /** In seconds. */
  readonly since?: number;
}

/** The series of something broken; a lost layer of `team/app:v1`, unless it says otherwise. */
export function lost(damage: Damage = {}, prefix: '' | 'partial_' = ''): Families {
  const { repository = 'team/app', tag = 'v1', object = 'layer', fault = 'missing' } = damage;
  const { used = 'unknown', affects = 'pull', platform = '', usedBy = '', since = 0, copies = '' } = damage;
  const labels = `repository="${repository}",tag="${tag}",object="${object}",fault="${fault}"`;
  return {
    [`${prefix}tag_failures{${labels},used="${used}",affects="${affects}"}`]: 1,
    [`${prefix}tag_finding_info{${labels},platform="${platform}",used_by="${usedBy}",copies="${copies}"}`]: since,
  };
}

/** A complete walk with what is said to be broken, or with one lost layer, which one tag reaches. */
export function broken(...families: readonly Families[]): Happening {
  const named = families.length === 0 ? [lost()] : families;
  return complete({ families: Object.assign({ 'failures{object="layer",fault="missing"}': 1 }, ...named) as Families });
}

/** A walk that did not see everything and confirmed nothing. */
export function incomplete({ families = {}, late = 0 }: Different = {}): Happening {
  return (second) => ({
    kind: 'post',
    families: {
      last_run_timestamp_seconds: second + late,
      last_run_success: 0,
      catalog_accessible: 1,
      catalog_lost: 0,
      suspect: 0,
      'unknown{reason="timeout"}': 3,
      'unknown{reason="connection"}': 0,
      'unknown{reason="auth"}': 0,
      'unknown_in_repository{repository=""}': 0,
      push_time_seconds: second + late + 1,
      push_failure_time_seconds: 0,
      ...families,
    },
  });
}

/** A walk that did not see everything and confirmed what is broken, or a lost layer, all the same. */
export function partial(...families: readonly Families[]): Happening {
  const named = families.length === 0 ? [lost({}, 'partial_')] : families;
  const counted = {
    'partial_failures{object="layer",fault="missing"}': 1,
    'partial_failures{object="manifest",fault="missing"}': 0,
    partial_unnamed_failures: 0,
  };
  return incomplete({ families: Object.assign(counted, ...named) as Families });
}

/** A run whose catalog names nobody, where earlier runs saw repositories. */
export function catalogLost(late = 0): Happening {
  const families = {
    catalog_accessible: 0,
    catalog_lost: 1,
    'unknown{reason="timeout"}': 0,
    'unknown{reason="protocol"}': 1,
  };
  return incomplete({ late, families });
}

/** A run that could not list the catalog, for two reasons. */
export function inaccessible(late = 0): Happening {
  const families = {
    catalog_accessible: 0,
    'unknown{reason="timeout"}': 0,
    'unknown{reason="connection"}': 1,
    'unknown{reason="auth"}': 2,
  };
  return incomplete({ late, families });
}

/** The same run, which could not tell so much of some repositories; what every run says of none stays. */
export function untold(run: Happening, counts: Readonly<Record<string, number>>): Happening {
  return (second) => {
    const push = run(second);
    if (push.kind === 'gone') return push;
    const named = Object.entries(counts).map(([name, count]) => [`unknown_in_repository{repository="${name}"}`, count]);
    return { ...push, families: { ...push.families, ...(Object.fromEntries(named) as Families) } };
  };
}

/** A run that held its findings back. */
export function suspect(late = 0): Happening {
  return incomplete({ late, families: { suspect: 1 } });
}

/** A push that the Pushgateway refused, `late` seconds after the minute. */
export function refused(late = 0): Happening {
  return (second) => ({ kind: 'post', families: { push_failure_time_seconds: second + late } });
}

/** The first push of all, refused: the Pushgateway then says 0 for the time of the last push. */
export function refusedAtFirst(): Happening {
  return (second) => ({
    kind: 'post',
    families: { push_time_seconds: 0, push_failure_time_seconds: second + 7 },
  });
}

/** The group was deleted, or the Pushgateway restarted without a volume. */
export function gone(): Happening {
  return () => ({ kind: 'gone' });
}

/** The same run every 15 minutes, from a minute on. */
export function every15(run: Happening, from = 0, until = 1440): Timeline {
  const starts = Array.from({ length: Math.floor((until - from) / 15) + 1 }, (_, index) => from + index * 15);
  return Object.fromEntries(starts.map((minute) => [minute, run]));
}
