import type { UnknownReason } from '../walk/lookup.ts';
import type { ReportedUnknown } from './schema.ts';

/** What to do about something that could not be told, for each reason. */
const UNKNOWN_HINTS: Readonly<Record<UnknownReason, string>> = {
  auth: 'Give credentials: PROBE_REGISTRY_USERNAME and PROBE_REGISTRY_PASSWORD with PROBE_REGISTRY_URL, `auth` in the config file, or a Docker config.json; where they are given, check that they are still good.',
  forbidden:
    'Allow the account to list the catalog and to pull from every repository, or leave out what it may not read with `repositories.match`.',
  rate_limited: 'Lower `concurrency`, or ask for a higher limit.',
  timeout: 'Look at the load of the registry and of its storage; `timeout` allows a request more time.',
  tls: "Give the certificate of the registry's authority with --ca-file; --insecure accepts any.",
  dns: 'Check the name of the host, and the name server of the place where the probe runs.',
  connection: 'Check that the registry is up and can be reached from the place where the probe runs.',
  server_error: "Look at the registry's log: it answers with errors of its own.",
  protocol:
    'Ask the address by hand, with `curl -i` and the path `/v2/`: what answers is not the registry that is meant, or one without a catalog (`repositories.source: list` walks given names).',
  deadline:
    'Let several runs share a walk with `fullWalkEvery`, allow more time with --deadline, or leave repositories out with `repositories.match`.',
};

/** Whose settings hints name: those of the command line and the config file, or the values of the chart. */
export type HintsFor = 'command' | 'chart';

/** What is called otherwise where the probe runs as the chart installs it. */
const CHART_HINTS: Readonly<Partial<Record<UnknownReason, string>>> = {
  auth: "Give credentials in the chart's values, with `registries.NAME.auth`: `existingSecret`, or `pullSecret`; where they are given, check that they are still good.",
  tls: "Give the certificate of the registry's authority with `registries.NAME.caBundle`; `insecure` accepts any.",
  deadline:
    'Let several runs share a walk with `registries.NAME.fullWalkEvery`, allow more time with `job.activeDeadlineSeconds`, or leave repositories out with `registries.NAME.repositories.match`.',
};

/** What to do about a walk that a bug of the probe has ended. */
const BUG_HINT = 'This is a bug of the probe: report it with this text. Nothing is known of the registry, good or bad.';

/** True for what stands for a walk that a bug of the probe has ended. */
export function isBug({ repository, reference }: Pick<ReportedUnknown, 'repository' | 'reference'>): boolean {
  return repository === null && reference === '_walk';
}

/** For repositories alone that the registry does not know, although somebody expects them there. */
const UNKNOWN_REPOSITORY =
  'Restore the repository from a backup, or push it again; else take it out of what is walked, with `repositories.include` and `repositories.match`. One that leaves the catalog is forgotten, unless it is named.';

/** Of documents in which there is more than is read, or that are longer. */
const TOO_MUCH = /^(?:too_much|body_too_large): /;
const TOO_MUCH_HINT =
  'Look at who pushed it, and delete it if nobody needs it; else leave its repository out with `repositories.match`. Until then no run is complete.';

/** What a server is called in a detail with which TLS gets nowhere, whatever the reason is. */
const BAD_HANDSHAKE = /\b(?:silent_tls|closed_tls|no_tls): /;
/** The address of that one is not in the config file. */
const ELSEWHERE = /\bredirect target /;
const BAD_HANDSHAKE_HINT: Readonly<Record<HintsFor, string>> = {
  command:
    'It speaks plain HTTP? Write the address with `http://` in the config file; where it has no scheme, --insecure allows both.',
  chart: 'It speaks plain HTTP? Write `registries.NAME.url` with `http://`.',
};

/** What to do where files were read, and no registry was asked. */
const STORAGE_HINTS: Readonly<Partial<Record<UnknownReason, string>>> = {
  forbidden: "Scan as a user who may read all of the storage, such as the registry's own.",
  server_error: "Look at the disk and at the system's log: there are files that cannot be read.",
  protocol:
    'Check that this directory is the storage that is meant, and that all of it is mounted there; what a symbolic link leads out of it to is not read.',
};

/** What to do about things that could not be told for the same reason, by a registry or in its storage on disk. */
export function unknownHint(
  reason: UnknownReason,
  entries: readonly Pick<ReportedUnknown, 'repository' | 'reference' | 'detail'>[],
  { isStorage = false, hintsFor = 'command' }: { readonly isStorage?: boolean; readonly hintsFor?: HintsFor } = {},
): string {
  const ofChart = hintsFor === 'chart' ? CHART_HINTS[reason] : undefined;
  const usual = (isStorage ? STORAGE_HINTS[reason] : undefined) ?? ofChart ?? UNKNOWN_HINTS[reason];
  if (entries.length === 0) return usual;
  // What is ours to mend is nobody else's to look into.
  if (entries.every(isBug)) return BUG_HINT;
  const isLost = entries.every(({ detail }) => detail.startsWith('unknown_repository: '));
  if (isLost) return UNKNOWN_REPOSITORY;
  if (entries.every(({ detail }) => TOO_MUCH.test(detail))) return TOO_MUCH_HINT;
  const isHandshake = entries.every(({ detail }) => BAD_HANDSHAKE.test(detail) && !ELSEWHERE.test(detail));
  return isHandshake ? BAD_HANDSHAKE_HINT[hintsFor] : usual;
}
