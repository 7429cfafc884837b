import type { Finding } from './finding.ts';
import { keyOf, type KnownBroken } from './findings.ts';
import type { Fault } from './fault.ts';
import type { Verdict } from './result.ts';

/** Below this many, half of them gone is an accident of a small registry, not a sign of an outage. */
const MASS_FAILURE = 20;

/** So many layers are gone, and not one came: caches and databases may still have configs, and hide that all are. */
const MASS_FAILURE_OF_LAYERS = 10;

/** Faults that a store which is out of reach brings about as well; wrong bytes have to be there. */
export const OUT_OF_REACH: ReadonlySet<Fault> = new Set(['missing', 'tag_dangling', 'unreadable']);

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
  readonly knownBroken: KnownBroken;
  /** The catalog had repositories when the walk began, and is empty or gone at its end. */
  readonly catalogVanished: boolean;
  /** What was not there and could not be asked for to the end before time was over; left out, nothing. */
  readonly cutShort?: CutShort;
  /** False where things were asked for by name: then nothing is held back. */
  readonly guarded: boolean;
}

/**
 * What was seen to be out of reach and is no finding, for want of time. It is in no report as broken, and among what
 * tells how much is gone.
 */
export interface CutShort {
  readonly tags: number;
  /** Configs and layers, and layers alone. */
  readonly blobs: number;
  readonly layers: number;
  /** Of what is known to be broken. */
  readonly known: { readonly tags: number; readonly blobs: number };
}

const NOTHING: CutShort = { tags: 0, blobs: 0, layers: 0, known: { tags: 0, blobs: 0 } };

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
  const { acknowledged = [], knownBroken, cutShort = NOTHING } = evidence;
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
  const tagsKnown = tagsOutOfReach(known) + cutShort.known.tags;
  if (isMost(withCutShort(tagsOutOfReach(open), cutShort.tags), evidence.tagsAsked - tagsKnown)) return true;
  const blobsKnown = blobsOutOfReach(known) + cutShort.known.blobs;
  if (isMost(withCutShort(blobsOutOfReach(open), cutShort.blobs), evidence.blobsAsked - blobsKnown)) return true;
  return areBlobsLost(evidence, news);
}

/** Where nothing of a kind was confirmed, there is nothing to hold back. */
function withCutShort(lost: number, cutShort: number): number {
  return lost === 0 ? 0 : lost + cutShort;
}

function areBlobsLost({ hasGoodBlob, hasGoodLayer, cutShort = NOTHING }: Evidence, news: readonly Finding[]): boolean {
  if (!hasGoodBlob && news.some(({ object }) => isBlob(object))) return true;
  const layers = news.filter(({ object }) => object === 'layer');
  const lost = withCutShort(blobsOutOfReach(layers), cutShort.layers);
  return !hasGoodLayer && lost >= MASS_FAILURE_OF_LAYERS;
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
