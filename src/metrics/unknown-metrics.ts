/** Where something could not be told. */
export const UNKNOWN_METRICS = [
  {
    name: 'registry_integrity_unknown_in_repository',
    sent: 'every-run',
    labels: ['repository'],
    help: 'Number of answers that could not be had in the last run about a repository, of the five with the most; and a series without a repository, which is always 0.',
  },
] as const;
