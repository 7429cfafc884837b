import type { PlacedFinding } from '../history/known-findings.ts';
import { BROKEN_OBJECTS, type BrokenObject } from '../walk/fault.ts';
import type { Finding } from '../walk/finding.ts';

/**
 * A finding of an earlier run, as far as it is kept; none where its fault is not. Its evidence is not kept, nor is the way
 * to it, but for the digest that somebody asked for where no tag leads there.
 */
export function carriedFinding({ repository, finding }: PlacedFinding): readonly Finding[] {
  const { digest, tag, otherTags, object, fault, affects, roots, size, lastSeen } = finding;
  if (fault === null || !isBrokenObject(object)) return [];
  const way = new Set([...(tag === null ? roots.slice(0, 1) : []), ...(digest === null ? [] : [digest])]);
  return [
    {
      repository: repository === '' ? null : repository,
      tags: tag === null || repository === '' ? [] : [tag, ...otherTags],
      roots,
      object,
      fault,
      digest,
      path: [...way],
      platforms: [],
      ...(affects === null ? {} : { affects }),
      expectedSize: size,
      observed: {
        method: null,
        status: null,
        bytes: null,
        detail: `seen last at ${new Date(lastSeen).toISOString()}: this run did not come to it`,
      },
      confirmations: 0,
    },
  ];
}

function isBrokenObject(object: string): object is BrokenObject {
  return BROKEN_OBJECTS.some((one) => one === object);
}
