import type { ReportedFinding, ReportedUnknown, ShortFinding } from './schema.ts';
import { isBug } from './unknown-hints.ts';
import { firstOf } from './wording.ts';

/** More names than these help nobody; the JSON report has them all. */
const MAX_TAGS = 5;

type Located = Pick<ReportedFinding | ShortFinding, 'repository' | 'tags' | 'digest'> & {
  readonly path?: readonly string[];
};

/** Where something broken is, as people write it: `team/app:v1, v2`, or by the digest that leads there. */
export function placeOfFinding({ repository, tags, path = [], digest }: Located): string {
  if (repository === null) return 'the whole registry';
  if (tags.length > 0) return `${repository}:${firstOf(tags, MAX_TAGS, 'tag')}`;
  const pinned = path[0] ?? digest;
  return pinned === null ? repository : `${repository}@${pinned}`;
}

/** What could not be told, as people call it. */
export function placeOfUnknown({ repository, reference }: Pick<ReportedUnknown, 'repository' | 'reference'>): string {
  if (isBug({ repository, reference })) return 'the walk';
  if (reference === '_more') return repository === null ? 'other repositories' : `the rest of ${repository}`;
  if (repository === null) return reference === '_catalog' ? 'the catalog' : 'the storage';
  if (reference === '_tags') return `the tags of ${repository}`;
  return reference.includes(':') ? `${repository}@${reference}` : `${repository}:${reference}`;
}
