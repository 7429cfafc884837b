import type { Identity } from '../history/history.ts';
import type { Finding } from '../walk/finding.ts';

/** As what a finding is remembered; one of the whole registry by its object and its fault, in no repository. */
export function identityIn({ repository, tags, object, digest, fault }: Finding): Identity {
  return repository === null
    ? { repository: '', tags: [fault], object, digest: null }
    : { repository, tags, object, digest };
}
