import type { Finding } from '../walk/finding.ts';
import type { Cause } from './cause-codes.ts';

/** The likely cause where a store behind the registry keeps one thing back while others come; null for other findings. */
export function storeCause({ observed: { failed, status } }: Finding): Cause | null {
  if (failed !== true || status === null || status >= 500) return null;
  if (status < 400) {
    return {
      code: 'refused_by_store',
      text: 'The storage sends a page in place of this one thing while it serves others: likely it is gone there, or somebody else answers under its address.',
    };
  }
  return {
    code: 'refused_by_store',
    text: `The storage answers ${status} for this one thing while it serves others. Likely it is gone: object storage says 403 for a key that is not there, unless the registry may list the bucket.`,
  };
}
