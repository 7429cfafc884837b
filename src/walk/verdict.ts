import type { Finding } from './finding.ts';
import { keyOf } from './findings.ts';
import type { Fault } from './fault.ts';
import type { Verdict } from './result.ts';

/** Below this many, half of them gone is an accident of a small registry, not a sign of an outage. */
const MASS_FAILURE = 20;

/** So many layers are gone, and not one came: caches and databases may still have configs, and hide that all are. */
const MASS_FAILURE_OF_LAYERS = 10;

/** Faults that a store which is out of reach brings about as well; wrong bytes have to be there. */
const OUT_OF_REACH: ReadonlySet<Fault> = new Set(['missing', 'tag_dangling', 'unreadable']);

/** What decides whether findings are believed. */
export interface Evidence {
  readonly findings: readonly Finding[];
  /** Those that somebody has acknowledged: they are not among the findings. */
  readonly acknowledged?: readonly Finding[];
  readonly complete: boolean;
  /** Without those that a policy refuses, here and below. */
  readonly tagsAsked: number;
  /** Digests that were asked for by themselves. */
  readonly pinnedAsked: number;
  readonly goodManifests: number;
  /** Configs and layers, each once in its repository. */
  readonly blobsAsked: number;
  readonly hasGoodBlob: boolean;
  readonly hasGoodLayer: boolean;
  /** Keys of findings that are no news: they do not count, neither as gone nor as asked for. */
  readonly knownBroken: ReadonlySet<string>;
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

function isMassFailure(evidence: Evidence): boolean {
  if (evidence.catalogVanished) return true;
  const { acknowledged = [], knownBroken } = evidence;
  const all = [...evidence.findings, ...acknowledged];
  const news = all.filter((finding) => !knownBroken.has(keyOf(finding)));
  // Who has acknowledged something may mean all of it: that nothing at all comes is another matter.
  const isKnown = new Set([...all.filter((finding) => knownBroken.has(keyOf(finding))), ...acknowledged]);
  const known = [...isKnown];
  const open = all.filter((finding) => !isKnown.has(finding));
  const asked = evidence.tagsAsked + evidence.pinnedAsked;
  // What nodes cannot resolve is there.
  const isGone = news.some(({ fault }) => fault !== 'unresolvable');
  if (isGone && asked > 0 && evidence.goodManifests === 0) return true;
  // Of tags alone: that many digests which no tag reaches are gone at once is what a clean-up does.
  if (isMost(tagsOutOfReach(open), evidence.tagsAsked - tagsOutOfReach(known))) return true;
  return areBlobsLost(evidence, news) || isMost(blobsOutOfReach(open), evidence.blobsAsked - blobsOutOfReach(known));
}

function areBlobsLost({ hasGoodBlob, hasGoodLayer }: Evidence, news: readonly Finding[]): boolean {
  if (!hasGoodBlob && news.some(({ object }) => isBlob(object))) return true;
  const layers = news.filter(({ object }) => object === 'layer');
  return !hasGoodLayer && blobsOutOfReach(layers) >= MASS_FAILURE_OF_LAYERS;
}

function isMost(lost: number, asked: number): boolean {
  return asked >= MASS_FAILURE && lost * 2 > asked;
}

function tagsOutOfReach(findings: readonly Finding[]): number {
  const gone = findings.filter(({ object, fault }) => object === 'manifest' && OUT_OF_REACH.has(fault));
  return gone.reduce((sum, { tags }) => sum + tags.length, 0);
}

/** One blob may be a config here and a layer there. */
function blobsOutOfReach(findings: readonly Finding[]): number {
  const gone = findings.filter(({ object, fault }) => isBlob(object) && OUT_OF_REACH.has(fault));
  return new Set(gone.map(({ repository, digest }) => `${repository} ${digest}`)).size;
}

function isBlob(object: Finding['object']): boolean {
  return object === 'config' || object === 'layer';
}
