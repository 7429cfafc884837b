import type { Finding } from './finding.ts';
import type { Verdict } from './result.ts';

/** Below this many tags, half of them missing is an accident of a small registry, not a sign of an outage. */
const MASS_FAILURE_TAGS = 20;

/** What decides whether findings are believed. */
export interface Evidence {
  readonly findings: readonly Finding[];
  readonly complete: boolean;
  readonly tagsAsked: number;
  /** Digests that were asked for by themselves. */
  readonly pinnedAsked: number;
  readonly goodManifests: number;
  /** The catalog had repositories when the walk began, and is empty or gone at its end. */
  readonly catalogVanished: boolean;
  /** False where things were asked for by name: then nothing is held back. */
  readonly guarded: boolean;
}

/** The verdict on a registry; nearly everything missing speaks against the registry's backend, not its images. */
export function decideVerdict(evidence: Evidence): Verdict {
  return evidence.guarded && isMassFailure(evidence) ? 'suspect' : verdictOn(evidence);
}

/** The verdict on a registry whose findings are believed. */
export function verdictOn({ findings, complete }: Pick<Evidence, 'findings' | 'complete'>): Verdict {
  if (findings.length > 0) return 'broken';
  return complete ? 'sound' : 'unknown';
}

function isMassFailure({ findings, tagsAsked, pinnedAsked, goodManifests, catalogVanished }: Evidence): boolean {
  if (catalogVanished) return true;
  // What nodes cannot resolve is there.
  const isGone = findings.some(({ fault }) => fault !== 'unresolvable');
  if (isGone && tagsAsked + pinnedAsked > 0 && goodManifests === 0) return true;
  // Of tags alone: that many digests which no tag reaches are gone at once is what a clean-up does.
  const missing = findings.filter(({ object, fault }) => {
    return object === 'manifest' && (fault === 'missing' || fault === 'tag_dangling');
  });
  const missingTags = missing.reduce((sum, { tags }) => sum + tags.length, 0);
  return tagsAsked >= MASS_FAILURE_TAGS && missingTags * 2 > tagsAsked;
}
