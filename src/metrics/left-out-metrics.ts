/** What was neither found whole nor broken, and what there was nothing to look at of. */
export const LEFT_OUT_METRICS = [
  {
    name: 'registry_integrity_blocked',
    sent: 'complete',
    labels: [],
    help: 'Number of tags, manifests and blobs that a policy of the registry refused in the last complete walk, to a node as well.',
  },
  {
    name: 'registry_integrity_blobs_weakly_checked',
    sent: 'complete',
    labels: [],
    help: 'Number of configs and layers whose end could not be read in the last complete walk, because the registry does not do ranges.',
  },
  {
    name: 'registry_integrity_pinned_never_seen',
    sent: 'complete',
    labels: [],
    help: 'Number of digests that workloads name, that the last complete walk did not find, and of which nothing says that they were ever there.',
  },
  {
    name: 'registry_integrity_repositories_empty',
    sent: 'complete',
    labels: [],
    help: 'Number of repositories that were listed without a tag in the last complete walk.',
  },
  {
    name: 'registry_integrity_skipped',
    sent: 'complete',
    labels: ['reason'],
    help: 'Number of things that the last complete walk left out on purpose, by reason.',
  },
] as const;
