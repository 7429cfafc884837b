import type { Obstacle } from './fault.ts';
import type { Finding } from './finding.ts';

/** Below this many tags, more than half of them is no sign that it is the registry. */
const MANY_TAGS = 20;
/** Named in place of all of them. */
const EXAMPLES = 20;

/**
 * Makes one finding of the whole registry out of what keeps nodes from more than half of its tags in the same way: that
 * is no matter of single images, and hundreds of findings would hide the others.
 */
export function foldUnresolvable(findings: readonly Finding[], tagsAsked: number): readonly Finding[] {
  if (tagsAsked < MANY_TAGS) return findings;
  const byObstacle = new Map<Obstacle, Finding[]>();
  for (const one of findings) {
    if (one.object !== 'manifest' || one.fault !== 'unresolvable' || one.obstacle === undefined) continue;
    const same = byObstacle.get(one.obstacle);
    if (same === undefined) byObstacle.set(one.obstacle, [one]);
    else same.push(one);
  }
  const folded = [...byObstacle.values()].filter((same) => countTags(same) * 2 > tagsAsked);
  const gone = new Set(folded.flat());
  return [...folded.map(fold), ...findings.filter((one) => !gone.has(one))];
}

function countTags(findings: readonly Finding[]): number {
  return findings.reduce((sum, { tags }) => sum + tags.length, 0);
}

function fold(findings: readonly Finding[]): Finding {
  const names = findings.flatMap(namesOf);
  const [first] = findings;
  return {
    ...(first as Finding),
    repository: null,
    tags: [],
    roots: [],
    digest: null,
    path: [],
    platforms: [],
    affects: 'pull',
    expectedSize: null,
    confirmations: findings.reduce((least, { confirmations }) => Math.min(least, confirmations), Infinity),
    affected: names.length,
    examples: names.slice(0, EXAMPLES),
  };
}

/** As people write them: by tag, or by digest where only one that is pinned is concerned. */
function namesOf({ repository, tags, digest }: Finding): readonly string[] {
  return tags.length > 0 ? tags.map((tag) => `${repository}:${tag}`) : [`${repository}@${digest}`];
}
